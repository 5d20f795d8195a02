// Writes docs/reference/*.md from the registries: npm run docs
// Every page is a pure function of what it is handed, so a test compares the committed pages with fresh ones.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A longer pattern says less than the key's text does. */
const LONGEST_PATTERN = 40;

const NOTE = '<!-- Written by `npm run docs` from the source; changes made here are lost. -->';

const KINDS = {
  quality: 'Relevance: one ranked list against judgements',
  neighbour: 'Neighbours: two ranked lists of one query, no judgements',
  churn: 'Churn of relevant documents',
  shift: 'Score shift: two samples of scores',
  separation: 'Separation of relevant pairs from others',
  margin: 'Margins between scores of one list',
  index: 'Index: served neighbours against exact ones',
  geometry: 'Geometry: the shape of the two spaces',
  summary: 'Summaries: one number for the whole evaluation',
  cost: 'Costs: time, memory, size and price of a version, as a ratio to the old one',
};

/**
 * Every reference page.
 * @param {{ metrics: Record<string, readonly object[]>, schemas: { config: object, version: object, policy: object },
 *   errors: Record<string, readonly [string, string]>, help: (argv: readonly string[]) => Promise<string>, troubleshooting: string }} source
 * @returns {Promise<Record<string, string>>} path below docs/reference → Markdown
 */
export async function referencePages({ metrics, schemas, errors, help, troubleshooting }) {
  return {
    'metrics.md': metricsPage(metrics),
    'config.md': configPage(schemas),
    'errors.md': errorsPage(errors, troubleshooting),
    ...(await cliPages(help)),
  };
}

/** Plain text in Markdown: what is in backticks stays code, nothing else is markup. */
function words(text) {
  const parts = String(text).split(/(`[^`]*`)/);
  return parts.map((part, i) => (i % 2 === 1 ? part : part.replace(/[<>*[\]\\]/g, '\\$&').replace(/(?<!\w)_|_(?!\w)/g, '\\_'))).join('');
}

const code = (text) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const page = (title, intro, blocks) => `${[NOTE, `# ${title}`, intro, ...blocks].join('\n\n')}\n`;
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

function table(heads, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

function metricsPage(registry) {
  const kinds = Object.entries(registry);
  const overview = table(
    ['Metric', 'Title', 'Kind', 'Good is'],
    kinds.flatMap(([kind, list]) =>
      list.map((metric) => [`[${metric.id}](#${anchor(metric.id)})`, words(metric.title), kind, directionOf(metric)]),
    ),
  );
  const sections = kinds.flatMap(([kind, list]) => [`## ${KINDS[kind] ?? kind}`, ...list.flatMap(metricSection)]);
  const intro =
    'Names are those of ir_measures: an id, parameters in parentheses, a cutoff after `@`, as in `nDCG@10`, `P(rel=2)@5` or, on the list without unjudged documents, `nDCG(judged_only=True)@10`. Geometry and shift inform; a policy decides on relevance, neighbours, index and summaries.';
  return page('Metrics', intro, [overview, ...sections]);
}

function directionOf({ direction }) {
  return direction === 'none' ? 'neither' : direction;
}

function metricSection(metric) {
  const { id, title, description, formula, unit, range, source } = metric;
  const facts = [
    ['Formula', code(formula)],
    ['Range', range[1] === null ? `${range[0]} and up` : `${range[0]} to ${range[1]}`],
    ['Unit', unit === '' ? 'none (a pure number)' : words(unit)],
    ['Better when', directionOf(metric)],
  ];
  if (metric.cutoff !== undefined) facts.push(['Cutoff', metric.cutoff]);
  const params = Object.entries(metric.params ?? {});
  if (params.length > 0)
    facts.push(['Parameters', params.map(([key, value]) => `${code(key)}, ${code(String(value))} unless given`).join('; ')]);
  facts.push(['Source', [linked(words(source.title)), linkOf(source)].filter((part) => part !== '').join(', ')]);
  return [`### ${id}`, `**${words(title)}.** ${words(description)}`, facts.map(([name, value]) => `- ${name}: ${value}`).join('\n')];
}

/** Further DOIs that a source's title names. */
function linked(text) {
  return text.replace(/doi:(10\.[^\s,;]*[^\s,;.])/g, (_, doi) => linkOf({ doi }));
}

function linkOf({ doi, url }) {
  const escaped = (address) => encodeURI(address).replaceAll('(', '%28').replaceAll(')', '%29');
  if (doi !== undefined) return `[doi:${doi}](${escaped(`https://doi.org/${doi}`)})`;
  return url === undefined ? '' : `<${url}>`;
}

function configPage({ config, version, policy }) {
  const known = [
    ['Version', version],
    ['Policy', policy],
  ];
  const sections = [['cutover.yaml', config], ...known].flatMap(([name, schema]) => [
    `## ${name}`,
    ...(schema.description === undefined ? [] : [words(schema.description)]),
    table(
      ['Key', 'Type', 'Default', 'What it is'],
      keysOf(
        schema,
        '',
        known.filter(([, other]) => other !== schema),
      ),
    ),
  ]);
  const intro =
    '`cutover.yaml`, a version file and a policy file, key by key. `[]` stands for each entry of a list. A version or a policy may also be written inline in the configuration.';
  return page('Configuration', intro, sections);
}

/** One row a key, nested keys with their path. A schema with its own section is named, not repeated. */
function keysOf(schema, prefix, known) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).flatMap(([key, value]) => {
    const path = prefix + key;
    const row = [code(path), typeOf(value, known), defaultOf(value, required.has(key)), words(value.description ?? '')];
    return [row, ...nested(value, path, known)];
  });
}

function nested(value, path, known) {
  const inner = [value, ...(value.anyOf ?? [])].find((part) => part.properties !== undefined);
  if (inner !== undefined) return sectionOf(inner, known) === null ? keysOf(inner, `${path}.`, known) : [];
  return value.items === undefined ? [] : nested(value.items, `${path}[]`, known);
}

/** Name of the section that lists this mapping's keys, or null. */
function sectionOf(schema, known) {
  const keys = Object.keys(schema.properties ?? {}).join();
  return known.find(([, other]) => keys !== '' && Object.keys(other.properties).join() === keys)?.[0] ?? null;
}

function typeOf(schema, known) {
  if (schema.anyOf !== undefined) return schema.anyOf.map((part) => typeOf(part, known)).join(' or ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items, known)}`;
  if (schema.type === 'object') {
    const section = sectionOf(schema, known);
    return section === null ? 'mapping' : `[${section.toLowerCase()}](#${anchor(section)})`;
  }
  return `${{ string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false' }[schema.type] ?? 'anything'}${limitsOf(schema)}`;
}

function limitsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, pattern }) {
  const limits = [];
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) limits.push(`${minimum} or more`);
  if (exclusiveMinimum !== undefined) limits.push(`above ${exclusiveMinimum}`);
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) limits.push(`at most ${maximum}`);
  if (exclusiveMaximum !== undefined) limits.push(`below ${exclusiveMaximum}`);
  if (pattern !== undefined && pattern.length <= LONGEST_PATTERN) limits.push(`as ${code(pattern)}`);
  return limits.length === 0 ? '' : ` (${limits.join(', ')})`;
}

function defaultOf(schema, isRequired) {
  if (isRequired) return '**required**';
  if (schema.default === undefined) return '';
  if (schema.type === 'object') return 'its keys’ defaults';
  return code(JSON.stringify(schema.default).replaceAll('","', '", "'));
}

function errorsPage(errors, troubleshooting) {
  const intro =
    'Every error that `cutover` knows, by its code. What is in braces is filled in. The command line prints code, message, the places concerned, the next step and the address of this page, and exits 2; anything else is a bug and keeps its stack.';
  const topics = topicsIn(troubleshooting);
  const sections = Object.entries(errors).map(([name, [message, next]]) => {
    const { about, read } = topics.get(name.split('_')[0]) ?? {};
    const more = about === undefined ? [] : [`*About:* ${about}. *See:* ${read}.`];
    return [`## ${name}`, words(message), `*Next:* ${words(next)}`, ...more].join('\n\n');
  });
  return page('Errors', intro, sections);
}

/** First word of a code → what the troubleshooting page says it is about, and where to read on. */
function topicsIn(troubleshooting) {
  const rows = [...troubleshooting.matchAll(/^\| (`[A-Z`, ]+`) \| (.*) \| (.*) \|$/gm)];
  const moved = (text) => text.replaceAll('](', '](../guides/').replaceAll('../guides/../reference/', '').replaceAll('/guides/../', '/');
  return new Map(
    rows.flatMap(([, codes, about, read]) =>
      [...codes.matchAll(/[A-Z]+/g)].map(([code]) => [code, { about: moved(about), read: moved(read) }]),
    ),
  );
}

/** An index of all commands, and a page for each with the help of its own commands. */
async function cliPages(help) {
  const pages = {};
  const index = [];
  for (const { path, text } of await helpTexts(help)) {
    const command = ['cutover', ...path].join(' ');
    const block = [`## ${command}`, `\`\`\`text\n${text}\n\`\`\``];
    if (path.length === 0) {
      index.push(...block);
      continue;
    }
    const file = `cli/${path[0]}.md`;
    index.push(`## ${command}`, `${words(purposeOf(text))} [Options](${file}${path.length > 1 ? `#${anchor(command)}` : ''})`);
    pages[file] = `${pages[file] ?? `${NOTE}\n\n# ${command}\n`}\n${(path.length > 1 ? block : block.slice(1)).join('\n\n')}\n`;
  }
  const intro =
    'What `--help` prints, with a page for each command. Exit codes are 0 pass, 1 the gate failed, 2 could not be evaluated, 3 inconclusive, 130 interrupted.';
  return { 'cli.md': page('Command line', intro, index), ...pages };
}

/** Help of the program, of each command it lists, and of each of theirs. */
async function helpTexts(help) {
  const found = [];
  const visit = async (path) => {
    const text = (await help([...path, '--help'])).replace(/[ \t]+$/gm, '').trim();
    found.push({ path, text });
    // `completion` prints its script whatever it is asked, another for each shell.
    for (const name of commandsIn(text, path)) if (name !== 'completion') await visit([...path, name]);
  };
  await visit([]);
  return found;
}

/** The sentence that a help text has after its usage. */
function purposeOf(text) {
  const sentence = (text.split('\n\n')[1] ?? '').replaceAll(/\s*\n\s*/g, ' ');
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function commandsIn(text, path) {
  const [, list = ''] = text.split(/^Commands:\n/m);
  const start = `  ${['cutover', ...path].join(' ')} `;
  const lines = list.split('\n\n')[0]?.split('\n') ?? [];
  return lines.filter((line) => line.startsWith(start)).map((line) => /^[\w-]+/.exec(line.slice(start.length))?.[0] ?? '');
}

/** A host that keeps what a command prints; a fixed width, so that pages don't depend on the terminal. */
export function helpOf(main) {
  return async (argv) => {
    const out = [];
    const keep = { write: (text) => out.push(text) };
    const host = {
      stdout: keep,
      stderr: { ...keep, columns: 80 },
      env: {},
      cwd: '/',
      clock: () => 0,
      today: () => '2026-01-01',
      signal: new AbortController().signal,
    };
    const exit = await main(argv, host);
    if (exit !== 0) throw new Error(`cutover ${argv.join(' ')} exited ${exit}: ${out.join('')}`);
    return out.join('');
  };
}

async function write() {
  const root = join(import.meta.dirname, '..');
  // The command line in dist/ is a bundle; what it is made of lies beside.
  copyFileSync(join(root, 'package.json'), join(root, '.build', 'package.json'));
  const load = (file) => import(pathToFileURL(join(root, '.build', 'src', file)).href);
  const [{ REGISTRY }, schemas, { ERRORS }, { main }] = await Promise.all(
    ['measure/registry.js', 'config/json-schema.js', 'core/errors.js', 'cli/main.js'].map(load),
  );
  const pages = await referencePages({
    metrics: REGISTRY,
    schemas: { config: schemas.configJsonSchema(), version: schemas.versionJsonSchema(), policy: schemas.policyJsonSchema() },
    errors: ERRORS,
    help: helpOf(main),
    troubleshooting: readFileSync(join(root, 'docs', 'guides', 'troubleshooting.md'), 'utf8'),
  });
  const folder = join(root, 'docs', 'reference');
  // A command that is gone leaves no page behind.
  rmSync(join(folder, 'cli'), { recursive: true, force: true });
  mkdirSync(join(folder, 'cli'), { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
  console.log(`docs/reference: ${Object.keys(pages).length} pages`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await write();
