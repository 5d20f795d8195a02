import { masked } from './secrets.ts';

/**
 * Every known error: what happened, in one sentence, and the next step. `{name}` is filled in at the throw.
 * Codes are stable: scripts and the troubleshooting page rely on them. Kept in alphabetical order.
 */
export const ERRORS = {
  AGAINST_FOREIGN: [
    '{file} was measured on another {key}: {found}, this evaluation on {expected}.',
    'Evaluate both candidates on the same corpus, queries and judgements; figures from other data cannot be compared.',
  ],
  ARROW_MALFORMED: [
    '{file}: not a readable Arrow IPC file: {reason}.',
    'Write it again as an Arrow IPC file (Feather version 2) without compression; the stream format and Parquet are other formats.',
  ],
  ARTIFACT_FOREIGN: [
    '{file} was not written by the step that should have written it: {reason}.',
    'Move it away and run `cutover run` again.',
  ],
  ARTIFACT_MISSING: [
    '{file} does not exist: the step before this one has not run.',
    'Run `cutover {stage}` first, or `cutover run` for all steps.',
  ],
  ARTIFACT_NEWER: [
    '{file} is of schema version {found}, and this cutover reads {known}.',
    'Install the version of cutover that wrote it, or a newer one; or run again into an empty folder.',
  ],
  ARTIFACT_STALE: [
    '{file} was made from another {key}: it says {found}, the configuration says {expected}.',
    'Run `cutover {stage}` again, or `cutover run` for all steps.',
  ],
  BASE_MOVED: [
    '{base} has changed what judges a bump since this branch left it.',
    'Merge it into the branch, or rebase the branch on it, and check again: a bump is judged by the base as it is now.',
  ],
  BASE_UNREADABLE: [
    'The rules of the base branch cannot be read: {what}: {reason}.',
    'A bump is judged by the base branch too. Make it readable there, in its own change; fetch the content of what Git LFS or another tool keeps.',
  ],
  BRIDGE_FOREIGN: [
    'The bridge takes {what} of {expected}, not of {found}.',
    'Give it vectors of the version that it was fitted for, each with its tag; another pair of versions needs its own bridge.',
  ],
  BRIDGE_MALFORMED: ['{file} is not a bridge: {reason}.', 'Take both files as `cutover bridge` wrote them, or write them again.'],
  BRIDGE_UNMEASURED: [
    '{way} was judged by the last run; bridges that were: {known}.',
    'Name one of those as --way; a bridge needs judgements, a nonInferior rule, and at least 40 documents.',
  ],
  CACHE_FOREIGN: [
    'The cache {cache} holds a vector that {version} does not produce: {role} {id}, {found} with the one embedded now.',
    'Move the cache away, or set CUTOVER_CACHE to another one, and find out who can write to it. If another machine filled it, embed on the machine that evaluates.',
  ],
  CANARIES_MALFORMED: [
    '{file} is not a record of canary answers of this version: {reason}.',
    'Restore it from the repository; or move it away, if the service is to be recorded again as another version.',
  ],
  CERTIFICATE_INVALID: ['{file} is not a certificate: {reason}.', 'Use the certificate.json that `cutover run` wrote, unchanged.'],
  CONFIG_INVALID: ['{file} has {count}.', 'Fix the lines listed above and run the same command again.'],
  CONFIG_MISSING: ['{file} does not exist: there is no configuration here.', '{next}.'],
  CONSUMER_NO_PAIRS: [
    'Consumer {name} has no pairs to look at under the {side} version.',
    'Check its `pairs` and `among` in the configuration, or remove the consumer.',
  ],
  CONSUMER_UNLABELLED: [
    'Consumer {name} wants its {keep} kept, but its pairs have no relevance labels.',
    'Set `keep: pass-rate`, or judge the pairs: only query-document pairs of a data set with qrels have labels.',
  ],
  CORPUS_INVALID: ['{file}: {reason}.', 'Fix that line; every document needs its own id.'],
  DATASET_HASH_MISMATCH: [
    'The hashes in {file} do not match the data beside it.',
    'Restore the data, or, if the change is meant, write the hashes found into dataset.json.',
  ],
  DATASET_INVALID: ['{folder} has {count}.', 'Fix the lines listed above and run the same command again.'],
  DATASET_MAPPED: [
    'Grades cannot be written into a data set that the configuration maps from other files: {reason}.',
    'Name a data set folder as `dataset` (`cutover dataset sample --fraction 1 --out FOLDER` makes one of what is mapped), or judgements as CSV, TSV or JSONL under `dataset.qrels`.',
  ],
  DELIMITED_MALFORMED: [
    '{where}: {reason}.',
    'Fix that place; cells are separated by commas (.csv) or tabs (.tsv), and in .csv quotes inside a quoted cell are doubled.',
  ],
  DIFF_APART: ['{old} and {new} have no id in common.', 'Give both files the same ids; of .npy files, name them with --ids.'],
  DIFF_EMPTY: ['{file} holds no vector.', 'Name a file with a row for each document.'],
  DIFF_FEW: ['{count} vectors are too few to compare {k} neighbours of each.', 'Name a smaller --k, or files with more vectors.'],
  DIFF_UNJUDGED: [
    '{qrels} judges none of the queries asked.',
    'Name judgements of these queries; with vectors, also --queries (documents ask without it).',
  ],
  DIFF_UNLIKE: [
    '{old} and {new} cannot be compared: one holds vectors, the other is read as a TREC run.',
    'Name two files of vectors (.npy, .npz, .parquet, .arrow, .jsonl) or two runs.',
  ],
  EMBEDDER_PACKAGE_MISSING: [
    'The embedder {embedder} needs the package {package}, which is not installed.',
    'Run `npm install {package}@^4.3`, or use `embedder: transformers`, which brings what it needs.',
  ],
  EMBEDDER_UNKNOWN: ['{file}: there is no embedder "{embedder}".', 'Use one of {known}, or the path of a module that you wrote.'],
  EMBEDDING_INVALID: [
    'The embedding of {role} "{id}" by {version} {reason}.',
    'Look at what made it: the text, the weights, the pooling, the number of dimensions.',
  ],
  FILE_ENCODING: ['{where} {found}.', 'Save it as UTF-8: in an editor, or with {command}.'],
  FILE_IS_FOLDER: ['{file} is a folder, and a file is expected.', 'Name a file; this may be the folder that it is in.'],
  FILE_MISSING: [
    '{file} does not exist.',
    'Check the path; relative paths start at the folder of the file they are in, on the command line at the current folder.',
  ],
  FILE_NOT_TEXT: [
    '{file} is {kind}, and text is expected here.',
    'Write it as text: judgements and runs as TREC files or JSON, documents and queries as JSON Lines or CSV.',
  ],
  FILE_PACKED: ['{file} is packed by {kind}, which is not read here.', 'Unpack it, or pack it with gzip.'],
  FILE_UNREADABLE: ['{file} cannot be read: {reason}.', 'Check its permissions.'],
  FILE_UNWRITABLE: [
    '{file} cannot be written: {reason}.',
    'Check free disk space and permissions of the folder; nothing half-written was left.',
  ],
  FOLDER_IS_FILE: ['{file} is a file, and a folder is expected.', '{next}.'],
  FORMAT_UNKNOWN: ['There is no report format "{format}".', 'Ask for one of: {known}.'],
  GIT_FAILED: [
    '{folder}: git failed: {reason}.',
    'Run this inside a git repository, with git installed; without one, `cutover run` evaluates whatever is there.',
  ],
  GZIP_DAMAGED: ['{file} cannot be unpacked: {reason}.', 'Copy it again; `gzip -t` says whether it is whole.'],
  HTTP_ANSWER_UNUSABLE: ['{url} gave an answer that cannot be used: {reason}.', 'Check `url` and `model`, and what the service is.'],
  HTTP_KEY_FORBIDDEN: [
    '{file}: {version} would send {variable} to a service: variables of the CI system, of clouds and of cutover itself are never sent.',
    'Put the key of the service into a variable named after the service, and name that under `keyFrom`.',
  ],
  HTTP_KEY_MISSING: [
    '{file}: {version} takes its key from the environment variable {variable}, which is not set.',
    'Set it; the key is never stored in a file.',
  ],
  HTTP_KEY_NEW: [
    '{file}: {version} would send the key in {variable} to {host}, and the base branch does not.',
    'If it is meant, whoever answers for the key adds to the settings of the CI: CUTOVER_KEYS="{pair}" (several are separated by spaces).',
  ],
  HTTP_KEY_UNUSABLE: [
    '{file}: {version} takes its key from the environment variable {variable}, whose value {fault}.',
    'Set it to the key alone, as the service shows it.',
  ],
  HTTP_MODEL_CHANGED: [
    '{url} answers {text} differently than recorded in {file}: {cosine}, at least {expected} expected. It runs another model now, or cuts texts earlier.',
    'Nothing embedded since the last good check was kept. If the change is meant, give the new model its own version: another id, without that file.',
  ],
  HTTP_RATE_LIMITED: [
    '{url} still answers 429 (rate limit or quota) after {tries} tries: {reason}.',
    'Set `requests.requestsPerMinute`, `requests.tokensPerMinute` or a smaller `requests.concurrency` to what the plan allows, or look at the quota. What was embedded is kept: the same command resumes there.',
  ],
  HTTP_REFUSED: ['{url} refused: {reason}.', '{next}.'],
  HTTP_TEXT_REFUSED: ['{url} refuses {role} "{id}" ({length} characters): {reason}.', '{advice}.'],
  HTTP_UNREACHABLE: [
    '{url} gave no usable answer in {tries} tries: {reason}.',
    'Check that the service runs and can be reached from here; what was embedded is kept, and the same command resumes there.',
  ],
  INIT_AMBIGUOUS: [
    '{folder} holds {count} {what}, and there is no terminal to ask which one you mean.',
    'Name one, for example --{option} {example}, or run `cutover init` at a terminal.',
  ],
  INIT_COLUMN_MISSING: [
    '{file} has no column "{column}", which --columns names as the {key} of the {role}. It has: {known}.',
    'Name one of these, for example --columns {role}.{key}={near}.',
  ],
  INIT_COLUMN_UNKNOWN: [
    '{file}: no column is known to be the {key} of the {role}. It has: {known}.',
    'Name it: --columns {role}.{key}=<column>.',
  ],
  INIT_EXISTS: [
    '{folder} already holds {count} that would be overwritten; nothing was written.',
    'Move them away, or run `cutover init --force` to overwrite them.',
  ],
  INIT_NOTHING_FOUND: [
    '{folder} holds {lacking} that could be recognised.',
    'Put a data set there (corpus.jsonl, queries.jsonl and qrels/test.tsv), or name files with --corpus, --queries and --qrels.',
  ],
  INTERRUPTED: ['Interrupted.', 'Run the same command again: it resumes.'],
  JSON_MALFORMED: ['{where}: not valid JSON: {reason}.', 'Fix that line; every line is one complete JSON object.'],
  JUDGEMENTS_CONFLICT: [
    '{file} contradicts {count} made before.',
    'Settle them with the judges. `--replace` puts the new grades in place of the old; `--record-only` keeps the old and records the new for the agreement of judges.',
  ],
  JUDGEMENTS_EMPTY: [
    '{file} holds no grade: {unfilled} rows, none filled in.',
    'Fill in the grade column, or grade in judge.html and export.',
  ],
  JUDGEMENTS_FOREIGN: [
    '{file} is a sheet of another data set: its {key} have the hash {expected}, those of {folder} {found}.',
    'Import it where it was made; or, if only texts changed that it does not name, take out its first line: then only the ids are checked.',
  ],
  JUDGING_ID_UNWRITABLE: [
    'The id "{id}" cannot be written into {where}: it contains spaces that would split columns.',
    'Give it an id without tabs, line ends and spaces at its ends (without any space, where judgements are in TREC format).',
  ],
  JUDGING_NOTHING_LEFT: [
    'Nothing is left to judge for {measure}: no open document among the first {depth} results of both runs could move it.',
    'More queries narrow it from here on; verdict.json says how many needs would settle it.',
  ],
  JUDGING_SETTLES_NOTHING: [
    'No grade of the judged needs can settle {rule}: it stays inconclusive however the unjudged documents turn out.',
    'Add queries of other needs; verdict.json says how many would settle it.',
  ],
  KEY_INVALID: ['The key in {where} cannot be used: {reason}.', 'Give an ed25519 key in PEM: `openssl genpkey -algorithm ed25519`.'],
  LEDGER_CLOCK: [
    'The clock says {now}, but the last entry in the ledger of {store} was written at {last}.',
    'Set the clock right; a ledger does not go back in time.',
  ],
  LEDGER_EDITED: [
    'The ledger of {store} was changed after it was written: line {line}: {reason}.',
    'Restore it from a backup. Until then it proves nothing, and one step alone is taken: `cutover migrate rollback --now --force --reason "…"` goes back to the version beside the live one, and the ledger keeps that it was broken.',
  ],
  LEDGER_LOCKED: ['Another process is changing {store}: {holder}.', 'Wait until it is done, then run the same command again{otherwise}.'],
  LEDGER_MOVED: [
    'The ledger of {store} has grown since it was read: line {seq} is there already.',
    'Look at `cutover migrate status`, then run the same command again.',
  ],
  LINE_TOO_LONG: [
    '{where} is a line of more than {megabytes} MB.',
    'One record a line is expected; a JSON array has to be written as JSON Lines.',
  ],
  LOCK_BASE_MISSING: [
    '{file} is not on the base branch ({base}), so nothing says which version is live.',
    'Commit the lock that `cutover lock --init` writes to the base branch first, in its own change that is reviewed.',
  ],
  LOCK_BASE_UNKNOWN: [
    'The branch to compare with is not known here: tried {tried}.',
    'Fetch it (`git fetch origin main`, or `fetch-depth: 0` at the checkout), or name it with --base.',
  ],
  LOCK_CONFLICT: [
    '{file}:{line}: merge conflict: two changes of the live version met.',
    'Take the lock of the base branch whole, compare your version with the one that is live there (`cutover run`), then `cutover lock`.',
  ],
  LOCK_EDITED: [
    '{file} was edited after it was written: its seal does not match its content.',
    'Take the lock of the base branch whole, then let `cutover lock` write it again; it is never edited or merged by hand.',
  ],
  LOCK_ELSEWHERE: [
    '{file} is not where the base branch ({base}) has it: {reason}.',
    'Put it back. To move a configuration whose live version is pinned, copy it, and let whoever may merge over a red check decide.',
  ],
  LOCK_INVALID: ['{file} is not a lock file: its {part} is not that of one.', 'Restore it from version control.'],
  LOCK_MISSING: [
    '{file} does not exist, neither here nor on the base branch.',
    'Pin the version that is live now with `cutover lock --init`, and commit the file.',
  ],
  LOCK_NEWER: [
    '{file} has schema version {found}, and this cutover reads {known}.',
    'Install the version of cutover that wrote it, or a newer one.',
  ],
  LOCK_REFUSED: ['The lock is not written: {reason}.', '{next}.'],
  MEASURE_OVERFLOW: [
    '{name} has no finite value for query "{query}": its grades are too large.',
    'Use grades of at most a few hundred, or a measure with linear gain.',
  ],
  METRIC_CUTOFF: ['{name}: {reason}.', 'Write it as {example}: a cutoff is a whole number of 1 or more after an @.'],
  METRIC_PARAMETER: ['{name}: {reason}.', 'Write it as {example}.'],
  METRIC_UNKNOWN: ["'{name}' is not a metric known here; the nearest name is {nearest}.", 'Known are {known}.'],
  MIGRATION_REFUSED: ['{step} refused: {reason}.', '{next}.'],
  MODEL_HASH_MISMATCH: [
    '{file} is not the file that {spec} pins: SHA-256 {expected} expected, {found} found.',
    'Fetch the file again, or pin its new hash if the change is meant.',
  ],
  MODEL_MISSING: ['The model {model} (revision {revision}, {dtype}) was not found. Looked in: {places}.', '{next}.'],
  MODEL_UNUSABLE: ['{file} cannot be used: {reason}.', 'Check that it is whole, and an encoder exported to ONNX for feature extraction.'],
  MODULE_FAILED: ['{file} threw while {doing}: {reason}.', 'Fix the module; the error comes from it.'],
  MODULE_INVALID: ['{file} {reason}.', 'A module exports `embed(texts, request)`, which resolves to one list of numbers a text.'],
  NPY_MALFORMED: ['{where}: {reason}.', 'Save it with `numpy.save` as a two-dimensional C-ordered array of float16, float32 or float64.'],
  OPTION_INVALID: ['--{option} {reason}.', 'Write it as --{option} {example}.'],
  OUTPUT_FOREIGN: [
    '{folder} holds files that this program did not write there and would overwrite: {found}.',
    'Name another report folder with `output` or --output, or move these files elsewhere; nothing was touched.',
  ],
  OUTPUT_HOLDS_INPUTS: [
    'The report folder {folder} holds what is evaluated: {input}.',
    'Name a folder for reports alone with `output` or --output; nothing was touched.',
  ],
  OUTPUT_TRACKED: [
    '{folder} holds files that the repository tracks, such as {file}: results of a change check must not come from the change.',
    'Take them out of the repository (`git rm --cached`) and put the folder into .gitignore; or name another with --output or CUTOVER_CACHE.',
  ],
  PARQUET_MALFORMED: [
    '{file}: not a readable Parquet file: {reason}.',
    'Write it again with plain or Snappy compression, vectors as a list of floats.',
  ],
  PIPELINE_RUN_FOREIGN: ['{file}: {what}.', 'Export the run from the corpus and the queries of this data set, with their ids.'],
  PIPELINE_UNJUDGED: [
    'The pipeline is set to tune its weights, but the data set has no relevance judgements.',
    'Write a number instead of `tuned` under `pipeline`, `fusion`, `vectors`; or judge some queries (`cutover judge next`).',
  ],
  PIPELINE_UNSCORED: [
    '{file} has no score for {count} of {all} candidates, e.g. document "{document}" for query "{query}".',
    'Score every candidate of both versions: a run without `rerank` leaves them in `neighbours/*.pipeline.arrow`, `pipeline.limit` deep.',
  ],
  QUEUE_FAILED: [
    '{queue}: shards failed for good, for the reasons above.',
    'Fix what they complain of, then `cutover queue drop`, `cutover queue start` and `cutover worker` again: what is embedded is kept.',
  ],
  QUEUE_FOREIGN: [
    '{queue} holds shards of another {key}: {found}, where this worker has {expected}.',
    'Give this worker the same data, versions, weights and release of cutover as the machine that ran `cutover queue start`.',
  ],
  QUEUE_MISSING: ['{queue} has no shards for this configuration.', 'Run `cutover queue start` once, with the same options.'],
  QUEUE_OUTLIVED: [
    '{queue} says that all {shards} shards are done, but {target} has no vector of {count} of the texts.',
    'Vectors were deleted, or workers do not all write there. `cutover queue drop`, `cutover queue start` and `cutover worker` embed what is missing.',
  ],
  RANKINGS_MALFORMED: ['{file} does not hold what the search wrote: {reason}.', 'Move it away and run `cutover search` again.'],
  RERANKER_UNUSABLE: [
    '{url} gave no usable scores in {tries}: {reason}.',
    'Check that the service runs, and answers `POST /rerank` with `results`, each with `index` and `relevance_score`.',
  ],
  REVIEW_FOREIGN: [
    '{file} was made on the report of another evaluation ({found}); this one is {expected}.',
    'Review the report of this evaluation: its queries and figures may differ.',
  ],
  REVIEW_INVALID: [
    '{file} is not a review of a report: {reason}.',
    'Export it again from the Queries view of report.html, and import it unchanged.',
  ],
  RUN_CONTRADICTS_ITSELF: [
    '{file}: rank and score disagree on the order of {share} of neighbouring results, if {direction} is nearer.',
    '{next}.',
  ],
  RUN_DOCUMENTS_UNJUDGED: [
    '{file} returns {count} documents for judged queries, and {qrels} judges none of them: "{example}" is returned, "{judged}" is judged.',
    'Check that both files use the same document ids.',
  ],
  RUN_EMPTY: ['{file} holds no result.', 'Every line is: query Q0 document rank score tag.'],
  RUN_UNJUDGED: [
    '{file} answers none of the queries that {qrels} judges, so nothing can be measured.',
    'Check that both files use the same query ids.',
  ],
  SAMPLE_EXISTS: ['{folder} exists already; nothing was written.', 'Name another folder with --out, or move that one away.'],
  SAMPLE_NEIGHBOURS_FOREIGN: [
    '{file} does not hold the neighbours to keep: {reason}.',
    'Search the whole of this data set first, with a `search.k` of at least --keep-top, or name a TREC run of it with --run.',
  ],
  SAMPLE_OF_SAMPLE: [
    'The data set "{name}" is a sample of "{of}" itself.',
    'Draw from the whole data set; a sample of a sample would not say how much it leaves out.',
  ],
  SEARCH_DIMENSION_LIMIT: [
    '{engine} indexes {type} with {index} up to {limit} dimensions, and the version has {dimension}.',
    'Keep fewer `dimensions` of the version, or choose another `type` or `index` under search.{engine}, as production has to.',
  ],
  SEARCH_DIMENSION_MISMATCH: [
    'The queries have {queries} dimensions, the documents {documents}.',
    'Embed both with the same version; `dimensions` of the version cuts both.',
  ],
  SEARCH_EMPTY_CORPUS: ['There is no document to search in.', 'Check the corpus file of the data set.'],
  SEARCH_ENGINE_LACKS: ['{store}: {library} has {what}.', 'Update the extension, or configure under search.pgvector what the server has.'],
  SEARCH_FILTER_UNSUPPORTED: [
    'The search engine {engine} cannot filter while it searches, and queries of the data set have filters.',
    'Leave search.engine out: hnswlib filters. Or take the filters out of the queries.',
  ],
  SEARCH_INDEX_FAILED: [
    '{file}: the HNSW index cannot be saved: {reason}.',
    'Check free disk space and permissions of the folder; nothing half-written was left.',
  ],
  SEARCH_INDEX_REFUSED: [
    '{engine} does not build the index {index}: {reason}.',
    'Change its parameters under search.{engine}; the tables that serve were not touched.',
  ],
  SEARCH_INDEX_UNUSED: [
    '{store} answers without its index {index}, so what it loses cannot be measured.',
    'Look at what EXPLAIN says of a search and at settings such as enable_indexscan; or set search.pgvector.index to none.',
  ],
  SEARCH_MIXED_SPACES: [
    'The vectors were made by two versions, {queries} and {documents}: similarities between them mean nothing.',
    'Embed queries and documents with one version.',
  ],
  SEARCH_PACKAGE_MISSING: [
    'The search engine {engine} needs the package {package}, which is not installed.',
    'Run `npm install {package}@~2.25`, or leave search.engine out.',
  ],
  SEARCH_STORE_UNFIT: [
    'The search engine {engine} needs a database to search in{found}.',
    'Set search.store to the name of a store of kind {kinds} under `stores:` of the configuration.',
  ],
  SHARDS_ABSENT: [
    '{folder} holds no shard, and none of the folders in it is one.',
    'Name a folder that `cutover embed --shard i/n` wrote, or one that holds such folders.',
  ],
  SHARDS_CUT_OTHERWISE: [
    '{folder} belongs to a set of {found} shards, {first} to a set of {expected}.',
    'Name only the folders of one set of shards, and move away what an earlier one left.',
  ],
  SHARDS_MISSING: ['Of {count} shards, the folders given lack {missing}.', 'Wait for their jobs, or run `cutover embed --shard {next}`.'],
  SHARDS_REPEATED: ['Shard {shard} is in two folders: {first} and {second}.', 'Name each shard once.'],
  SHARD_DAMAGED: [
    'Shard {shard} in {folder} holds a file that cannot be used.',
    'Move that file away where the shard was made, run `cutover embed --shard {shard}` there again, and merge again.',
  ],
  SHARD_FOREIGN: [
    '{folder} was made from another {key}: it says {found}, this configuration says {expected}.',
    'Embed that shard again with the same data and versions, or merge the shards that belong to this configuration.',
  ],
  SHARD_INCOMPLETE: [
    '{folder} lacks {count} of its texts, e.g. the {role} "{id}" under {version}.',
    'Run `cutover embed --shard {shard}` again where it was made: it resumes.',
  ],
  SHARD_MALFORMED: ['{file} does not describe a shard: {reason}.', 'Embed that shard again with `cutover embed --shard i/n`.'],
  SHARD_OVERLAP: [
    '{folder} holds a text of another shard, under {version}.',
    'Embed that shard again into an empty folder; every text belongs to one shard.',
  ],
  STORE_CHANGED: ['{store} changed while it was read: {what}.', 'Run the command again when nothing else writes to it.'],
  STORE_COLUMN_MISSING: [
    '{store} has no column {column}.',
    'Name the right one under `columns` of the store in the configuration. It has: {known}.',
  ],
  STORE_DIMENSION_MISMATCH: [
    '{file}: vectors of {found} dimensions among vectors of {expected}.',
    'Check the version; if it is right, move the folder of {file} away and embed again.',
  ],
  STORE_DISK_FULL: [
    '{store}: the disk with its files is full: {reason}.',
    'Free space there, then run the same command again: nothing is lost, and it resumes from what is there.',
  ],
  STORE_EXTENSION_MISSING: [
    '{store} has no vector type: the extension pgvector is not there.',
    'Run CREATE EXTENSION vector in that database, with the rights to do so.',
  ],
  STORE_FORBIDDEN: [
    '{store}: not allowed: {reason}.',
    'Grant the user of the connection the right, or use a connection string of one that has it.',
  ],
  STORE_ID_MISSING: [
    '{file}: row {row} has no {column}.',
    'Every row needs an id; name the right column under `columns` of the store, or fix the file.',
  ],
  STORE_INCOMPLETE: ['{store}: a store of kind {kind} needs `{key}`.', 'Add `{key}` to the store in the configuration.'],
  STORE_KIND_UNKNOWN: ['Store {store}: there is no kind of store "{kind}".', 'Use one of {known}.'],
  STORE_LOCKED: [
    '{store}: another transaction holds what this step has to lock: {reason}.',
    'Run it again at a quieter moment. Transactions that stay open show in pg_stat_activity; nothing waits for this step meanwhile.',
  ],
  STORE_LOGIN_REFUSED: ['{store} refuses the login: {reason}.', 'Check user, password and database in the connection string.'],
  STORE_NOT_LIVE: [
    '{store} has no live version: nothing was ever promoted.',
    'Search it by an explicit version, or promote one with `cutover migrate promote`.',
  ],
  STORE_PACKAGE_MISSING: ['A store of kind {kind} needs the package {package}, which is not installed.', 'Run `npm install {package}`.'],
  STORE_SEGMENT_CORRUPT: [
    '{file} is damaged: {reason}.',
    'Move this file away and run `cutover embed` again; only its vectors are made again.',
  ],
  STORE_STATEMENT_FAILED: [
    '{store}: {reason}.',
    'Fix what the database complains of, then run the same command again: it resumes from what is there.',
  ],
  STORE_TABLE_MISSING: ['{store} does not exist.', 'Check `table` of the store in the configuration, and the schema in front of it.'],
  STORE_TAG_MISMATCH: [
    '{file} holds vectors of another version: tagged {found}, expected {expected}.',
    'Move it out of this folder and run `cutover embed` again.',
  ],
  STORE_UNKNOWN: [
    'There is no store {name}.',
    'Use a name under `stores:` of the configuration, or the path of a folder or file. Known: {known}.',
  ],
  STORE_UNREACHABLE: [
    '{store} cannot be reached: {reason}.',
    'Check that the server runs, that it can be reached from here, and that the connection string names it.',
  ],
  STORE_URL_FORBIDDEN: [
    '{store}: the environment variable {variable} is filled by the CI system, in part from texts that a change brings along.',
    'Put the connection string into a variable named after the database, and name that one.',
  ],
  STORE_URL_INVALID: [
    '{store}: the environment variable {variable} holds no connection string of PostgreSQL.',
    'Set it to postgres://user:password@host:5432/database, where / ? # @ and % of a password are written %2F %3F %23 %40 and %25.',
  ],
  STORE_URL_MISSING: [
    '{store}: the environment variable {variable} is not set.',
    'Set it to the connection string; it is never stored in a file.',
  ],
  STORE_VECTOR_MISSING: [
    '{count} of the {role} texts have no vector of this version yet, first "{id}".',
    'Run `cutover embed` first, or `cutover run` for all steps.',
  ],
  STORE_VERSION_MISMATCH: [
    '{store} serves {live}, but the query was embedded by {asked}.',
    'Embed the query with the version that is live; scores of two versions cannot be compared.',
  ],
  SWEEP_EMPTY: [
    '{file} names no candidates.',
    'Write `sweep:` into it, below that `matrix:`, and below that axes such as `dimensions: [384, 256, 128]` or `efSearch: [64, 128]`.',
  ],
  SWEEP_INVALID: ['{file}:{line}: {reason}.', 'Fix `sweep` in the configuration.'],
  TEXT_UNKNOWN: [
    '{count} rows of {store} have no text to embed, such as "{id}".',
    'Name the corpus under `corpus` of the store, or the text column under `columns`.',
  ],
  TREC_RUN_MALFORMED: ['{file} has {count}.', 'Every line is: query Q0 document rank score tag.'],
  VECTORS_EMPTY: ['{file} holds no vectors.', 'Write one row for each {role} of the data set.'],
  VECTORS_MISSING: [
    '{file} lacks the vectors of {count}, among them {examples}.',
    'Embed these under the same version and add them; the ids are those of the data set.',
  ],
  VECTORS_MIXED: ['{file} mixes versions: {expected} expected, but {examples}.', 'Keep one version a file, and name its tag under `tag`.'],
  VECTORS_OF_TWO_WIDTHS: [
    '{query} has vectors of {queries} dimensions for the queries, {document} of {documents} for the documents.',
    'Name two files that the same model made under `vectors` of version "{version}" in {spec}.',
  ],
  VECTORS_STALE: [
    "{file} has vectors of another text than the data set's for {count}, among them {examples}.",
    'Embed these texts again; their `text_hash` says they have changed since.',
  ],
  VECTORS_UNTAGGED: [
    'No vector in {file} is tagged with a version.',
    'Write `tag: <name of the version>` into version "{version}" in {spec}, or a `tag` beside each vector.',
  ],
  VECTOR_FILE_FORMAT: [
    '{file}: vectors are not read from this kind of file.',
    'Give a file that ends in .jsonl, .npy, .npz, .arrow or .parquet.',
  ],
  VECTOR_FILE_MALFORMED: ['{where}: {reason}.', 'Every vector needs its own id and the same number of finite values, not all zero.'],
  VECTOR_UNUSABLE: [
    'The vector of "{id}" {reason}.',
    'Look at what made it: the text, the weights, the pooling. It has no similarity to anything.',
  ],
  VERSIONS_IDENTICAL: [
    'Old ({old}) and new ({new}) {why}: every vector would stay as it is.',
    'Nothing needs to be embedded again or gated. If a change was meant, check the version files: names and revisions alone change nothing. To compare two indexes of one version, say under `search.old` how the old one is served.',
  ],
  VERSION_INCOMPLETE: ['{file}: version "{version}" does not say `{key}`, and {reason}.', 'Add `{key}: …` to it.'],
  VERSION_INVALID: ['{file}: version "{version}" says {found}, but {reason}.', 'Correct the version.'],
  VERSION_UNKNOWN: ['There is no version {name}.', 'Use old, new, the id of one of them ({known}), or the path of a version file.'],
  WORKER_DIED: [
    'A worker thread ({worker}) died: {reason}.',
    'What was finished is kept: run the same command again, with fewer workers if memory was short.',
  ],
} as const satisfies Record<string, readonly [message: string, next: string]>;

/** A code of the catalogue; codes are stable. */
export type ErrorCode = keyof typeof ERRORS;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** The values that the message and next step of a code ask for. */
export type ErrorValues<Code extends ErrorCode> = { readonly [Name in Placeholders<(typeof ERRORS)[Code][number]>]: string | number };

function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

/**
 * A known error. The command line prints `message`, `details` and `next` and exits 2; anything else thrown keeps its stack.
 *
 * @example
 * throw new CutoverError('FILE_MISSING', { file: 'corpus.jsonl' });
 */
export class CutoverError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CutoverError';
  readonly code: Code;
  readonly next: string;
  /** Further lines, e.g. every problem of a data set, each with file and line. */
  readonly details: readonly string[];

  constructor(code: Code, values: ErrorValues<Code>, more: { readonly details?: readonly string[]; readonly cause?: unknown } = {}) {
    const [message, next] = ERRORS[code];
    super(masked(fill(message, values)), more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.next = masked(fill(next, values));
    this.details = (more.details ?? []).map(masked);
  }
}

/** The operating system's error code (`ENOENT`, `ENOSPC`, …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What the operating system says of a file that cannot be read, as an error of the catalogue: it is missing, it is a folder, or
 * something else keeps it from being read.
 */
export function unreadable(file: string, error: unknown): CutoverError {
  if (systemCode(error) === 'ENOENT') return new CutoverError('FILE_MISSING', { file }, { cause: error });
  if (systemCode(error) === 'EISDIR') return new CutoverError('FILE_IS_FOLDER', { file }, { cause: error });
  return new CutoverError('FILE_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
}

/** A short text of anything that was thrown, for use in a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof CutoverError) return error.message.replace(/\.$/, '');
  return error instanceof Error ? error.message : String(error);
}
