import { relative, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import type { FileUse } from '../../features/setup/init/answers.ts';
import { type InitResult, initialise } from '../../features/setup/init/init.ts';
import { command } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { JSON_OPTION, NUMBER, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';

/** `cutover init`: from a folder with data to a configuration that runs. */
export function initCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'init [folder]',
    describe: 'Find data and models in a folder, ask for what is missing, and write configuration, policy, versions and the CI workflow',
    positionals: { folder: { type: 'string', default: '.', describe: 'Folder of the project' } },
    options: {
      old: {
        ...TEXT,
        describe:
          'Version in use: <org>/<name>[@<revision>], <url>#<model> or <dialect>:<model> of a service, the name that vector files share, a version file or a module',
      },
      new: { ...TEXT, describe: 'Version to move to' },
      dataset: { ...TEXT, describe: 'Folder of the data set' },
      corpus: {
        ...TEXT,
        describe: 'File of documents (JSONL, CSV, TSV, Parquet), or a folder of Markdown',
      },
      queries: { ...TEXT, describe: 'File of queries' },
      qrels: { ...TEXT, describe: 'File of judgements' },
      columns: {
        ...TEXT,
        array: true,
        default: [],
        describe: 'What columns mean, e.g. corpus.text=body',
      },
      limit: { ...NUMBER, describe: 'Results that production asks for in one search' },
      ci: { choices: ['github', 'gitlab', 'none'] as const, describe: 'Where checks of pull requests run' },
      yes: { alias: 'y', type: 'boolean', default: false, describe: 'Ask nothing: take flags and defaults' },
      force: { type: 'boolean', default: false, describe: 'Overwrite files that are there' },
      ...JSON_OPTION,
    },
    examples: [
      ['$0 init', 'Ask, then write'],
      ['$0 init -y --old <model> --new <model>', 'Ask nothing'],
      ['$0 init -y --old http://localhost:11434/v1#all-minilm --new voyage:voyage-3.5', 'Two services'],
      ['$0 init -y', 'With docs_v1.npy, queries_v1.npy and those of v2: vectors made elsewhere'],
    ],
    handler: async (args) => {
      const { old, new: after, dataset, corpus, queries, qrels, columns, ci, limit } = args;
      const result = await initialise({
        folder: resolve(host.cwd, args.folder),
        env: host.env,
        flags: { old, new: after, dataset, corpus, queries, qrels, columns, ci, limit },
        force: args.force,
        prompts: args.yes ? null : (host.prompts ?? null),
      });
      if (args.json) writeJson(host, result);
      else printInit(host, result);
    },
  });
}

/** `corpus docs.csv: id from sku, text from body`; what is left out gets separate lines. */
function useText({ part, path, columns }: FileUse): string {
  const used = columns.filter(({ use }) => use !== 'left out').map(({ column, use }) => `${use} from ${column}`);
  return `${part} ${path}${used.length === 0 ? '' : `: ${used.join(', ')}`}`;
}

function printInit(host: Host, { folder, files, reads, assumed, leftOut, next }: InitResult): void {
  const paint = paintFor(host);
  const lines = files.map(
    ({ path, change }) => `${change === 'unchanged' ? paint.dim('unchanged') : paint.good(change.padEnd(9))} ${plain(path)}`,
  );
  for (const use of reads) lines.push(`${paint.dim((use.byLooking ? 'found' : 'named').padEnd(9))} ${plain(useText(use))}`);
  for (const line of assumed) lines.push(`${paint.warn('assumed')}   ${plain(line)}`);
  for (const line of leftOut) lines.push(`${paint.dim('left out')}  ${plain(line)}`);
  if (resolve(folder) !== resolve(host.cwd)) lines.push('', `${paint.dim('next')}  cd ${plain(relative(host.cwd, folder))}`);
  else lines.push('');
  lines.push(...next.map((line) => `${paint.dim('next')}  ${plain(line)}`));
  host.stderr.write(`${lines.join('\n')}\n`);
}
