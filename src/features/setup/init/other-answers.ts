import { stat } from 'node:fs/promises';
import { basename, extname, join, posix } from 'node:path';
import { DEFAULT_LIMIT } from '../../../config/schemas/config.ts';
import { loadVersion } from '../../../config/version.ts';
import { CutoverError } from '../../../core/errors.ts';
import { DIALECTS } from '../../../embed/http/dialects.ts';
import type { Asking, Ci, ServiceChoice, StoreAnswer, VersionAnswer } from './answers.ts';
import type { Surroundings } from './look.ts';
import type { SeenVectors } from './vector-files.ts';

/** Hosts that are known by their address. */
const OPENAI = 'https://api.openai.com/v1';

/**
 * A service, written `<url>#<model>` or `<dialect>:<model>`; null where the text is neither.
 * @example serviceOf('voyage:voyage-3.5') // { url: null, dialect: 'voyage', model: 'voyage-3.5', keyFrom: 'VOYAGE_API_KEY' }
 */
function serviceOf(text: string): ServiceChoice | null {
  const [, url, named] = /^(https?:\/\/[^#\s]+)#(\S+)$/.exec(text) ?? [];
  if (url !== undefined && named !== undefined) {
    const dialect = DIALECTS.find((one) => one.url !== null && sameHost(one.url, url)) ?? DIALECTS[0];
    const isHosted = sameHost(OPENAI, url) || dialect.url !== null;
    return { url, dialect: dialect.id, model: named, keyFrom: isHosted ? dialect.keyFrom : null };
  }
  const [, id, model] = /^([a-z]+):(\S+)$/.exec(text) ?? [];
  const dialect = DIALECTS.find((one) => one.id === id);
  if (dialect === undefined || model === undefined) return null;
  return { url: dialect.url === null ? OPENAI : null, dialect: dialect.id, model, keyFrom: dialect.keyFrom };
}

function sameHost(a: string, b: string): boolean {
  return URL.canParse(b) && new URL(a).host === new URL(b).host;
}

/** What is compared where nobody says: the bump of the demo, whose models come with the package. */
const DEFAULTS = { old: 'Xenova/bge-small-en', new: 'Xenova/bge-small-en-v1.5' } as const;

const QUESTIONS = {
  old: 'What makes the vectors that are in use? (<org>/<name>, <url>#<model> of a service, a version file, or a module)',
  new: 'What is to replace it?',
} as const;

/**
 * Both versions. @throws CutoverError OPTION_INVALID where a value is none, or both are the same; of reading a version file
 */
export async function versionAnswers(
  asking: Asking,
  seen: Pick<Surroundings, 'vectors'>,
): Promise<{ readonly old: VersionAnswer; readonly new: VersionAnswer }> {
  const before = await versionAnswer(asking, 'old', seen);
  const after = await versionAnswer(asking, 'new', seen);
  if (before.id === after.id)
    throw new CutoverError('OPTION_INVALID', { option: 'new', reason: `is ${after.id}, as --old is`, example: DEFAULTS.new });
  return { old: before, new: after };
}

async function versionAnswer(
  { folder, prompts, flags, assumed }: Asking,
  side: 'old' | 'new',
  { vectors }: Pick<Surroundings, 'vectors'>,
): Promise<VersionAnswer> {
  // Two versions whose vectors are there are what is meant, unless somebody says more.
  const found = vectors.length === 2 ? vectors[side === 'old' ? 0 : 1] : undefined;
  const told = flags[side] ?? (await prompts?.text(QUESTIONS[side], found?.name ?? DEFAULTS[side]));
  if (told === undefined && found !== undefined) {
    assumed.push(`${side}: the vectors ${found.document.path} and ${found.query.path}, by their names; --${side} names others`);
    return vectorsAnswer(found);
  }
  if (told === undefined) assumed.push(`${side}: ${DEFAULTS[side]}, because nobody said which; --${side} names another`);
  const value = (told ?? DEFAULTS[side]).trim().replaceAll('\\', '/');
  const invalid = (reason: string) => new CutoverError('OPTION_INVALID', { option: side, reason, example: DEFAULTS[side] });
  const named = vectors.find(({ name }) => name === value.replace(/^vectors:/, ''));
  if (named !== undefined) return vectorsAnswer(named);
  const service = serviceOf(value);
  if (service !== null) return { id: idOf(service.model), kind: 'service', value, revision: 'main', service };
  if (/\.(ya?ml|[cm]?js)$/.test(value)) {
    const file = join(folder, value);
    if ((await stat(file).catch(() => null)) === null)
      throw invalid(
        `names ${value}, which does not exist; a service is written <url>#<model> or <dialect>:<model>, vectors made elsewhere are found by their names (docs.npy, queries.npy)`,
      );
    if (/js$/.test(value)) return { id: basename(value, extname(value)), kind: 'module', value, revision: 'main' };
    return { id: (await loadVersion(file)).id, kind: 'file', value, revision: 'main' };
  }
  const [, model, revision = 'main'] = /^([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?$/.exec(value) ?? [];
  if (model === undefined || model.split('/').some((part) => /^\.+$/.test(part)))
    throw invalid(`takes <org>/<name>, <url>#<model>, <dialect>:<model>${vectorNames(vectors)}, not ${value}`);
  const name = model.split('/')[1] ?? model;
  return { id: revision === 'main' ? name : `${name}-${revision.replaceAll('/', '-')}`, kind: 'model', value: model, revision };
}

function vectorsAnswer(vectors: SeenVectors): VersionAnswer {
  return { id: idOf(vectors.name), kind: 'vectors', value: vectors.name, revision: 'main', vectors };
}

function vectorNames(vectors: readonly SeenVectors[]): string {
  return vectors.length === 0 ? '' : `, or vectors that are here (${vectors.map(({ name }) => name).join(', ')})`;
}

function idOf(name: string): string {
  return (name.split('/').at(-1) ?? name).replace(/[^\w.-]+/g, '-');
}

/** Names for the stores that were seen, and tables where a person knows them. */
export async function storeAnswers({ prompts }: Asking, { stores }: Surroundings): Promise<StoreAnswer[]> {
  const names = new Set<string>();
  const answers: StoreAnswer[] = [];
  for (const store of stores) {
    const asks = store.table === null && (store.kind === 'postgres' || store.kind === 'pglite');
    const where = store.path ?? 'the server in DATABASE_URL';
    const table = asks ? ((await prompts?.text(`Which table of ${where} holds the vectors? (empty: leave it out)`, ''))?.trim() ?? '') : '';
    const wanted = (store.table ?? (table || (store.path === null ? 'postgres' : posix.parse(store.path).name))).replace(/[^\w-]+/g, '-');
    let name = wanted === '-' ? store.kind : wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted}-${i}`;
    names.add(name);
    answers.push({ ...store, name, table: store.table ?? (table || null) });
  }
  return answers;
}

/** Where checks run: what a flag says, else what the folder is set up for. */
export async function ciAnswer({ folder, prompts, flags, assumed }: Asking): Promise<Ci> {
  if (flags.ci !== undefined) return flags.ci;
  const gitlab = (await stat(join(folder, '.gitlab-ci.yml')).catch(() => null)) !== null;
  if (gitlab) return 'gitlab';
  if (prompts === null) assumed.push('ci: github; --ci gitlab or --ci none for others');
  return ((await prompts?.select('Where do checks of pull requests run?', [
    { value: 'github', label: 'GitHub Actions' },
    { value: 'gitlab', label: 'GitLab CI' },
    { value: 'none', label: 'Nowhere yet' },
  ])) ?? 'github') as Ci;
}

const LIMIT_QUESTION = 'How many results does production ask for in one search? (LIMIT, k, top_k)';

/** How many results production asks for. @throws CutoverError OPTION_INVALID */
export async function limitAnswer({ prompts, flags, assumed }: Asking): Promise<number> {
  const told = flags.limit ?? (await prompts?.text(LIMIT_QUESTION, String(DEFAULT_LIMIT)));
  if (told === undefined) assumed.push(`limit: ${DEFAULT_LIMIT} results a search; --limit says how many production asks for`);
  const limit = Number(told ?? DEFAULT_LIMIT);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new CutoverError('OPTION_INVALID', {
    option: 'limit',
    reason: `takes a whole number above 0, not ${told}`,
    example: DEFAULT_LIMIT,
  });
}
