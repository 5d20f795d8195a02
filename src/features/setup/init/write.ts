import { constants } from 'node:fs';
import { access, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../../../core/errors.ts';
import { readVectorFile } from '../../../formats/vector-file.ts';
import { writeFileAtomic } from '../../../system/files.ts';
import type { VersionAnswer } from './answers.ts';
import { flow, scalar } from './config-text.ts';
import type { VectorPath } from './vector-files.ts';

/** A file as init wants it. */
export interface WantedFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
  /** Something is added to what is there; nothing of it is lost. */
  readonly adds: boolean;
}

export interface WrittenFile {
  readonly path: string;
  readonly change: 'created' | 'replaced' | 'extended' | 'unchanged';
}

interface Step {
  readonly file: string;
  readonly before: string | null;
  readonly wanted: WantedFile;
}

/**
 * Writes all files or none: nothing that is there is overwritten unless forced, and a failure half-way is undone.
 * @throws CutoverError INIT_EXISTS with every file in the way; FILE_UNWRITABLE, FILE_UNREADABLE
 */
export async function writeFiles(folder: string, wanted: readonly WantedFile[], force: boolean): Promise<WrittenFile[]> {
  const steps: Step[] = [];
  for (const one of wanted) steps.push({ file: join(folder, one.path), before: await textOf(join(folder, one.path)), wanted: one });
  const inTheWay = steps.filter(({ before, wanted: { text, adds } }) => before !== null && before !== text && !adds);
  if (inTheWay.length > 0 && !force) {
    const details = inTheWay.map(({ wanted: { path } }) => path);
    throw new CutoverError('INIT_EXISTS', { folder, count: details.length === 1 ? 'a file' : `${details.length} files` }, { details });
  }
  const changing = steps.filter(({ before, wanted: { text } }) => before !== text);
  for (const { file } of changing) await requireWritable(file);
  await writeAll(changing);
  return steps.map(({ before, wanted: { path, text, adds } }) => ({
    path,
    change: before === text ? 'unchanged' : before === null ? 'created' : adds ? 'extended' : 'replaced',
  }));
}

/** Writes one after the other; what was written is put back when one fails. */
async function writeAll(steps: readonly Step[]): Promise<void> {
  const done: (() => Promise<void>)[] = [];
  try {
    for (const { file, before, wanted } of steps) {
      const made = await firstMissing(file);
      await writeFileAtomic(file, wanted.text);
      done.push(() => (before === null ? rm(made, { recursive: true, force: true }) : writeFileAtomic(file, before)));
    }
  } catch (error) {
    for (const undo of done.reverse()) await undo().catch(() => undefined);
    throw error;
  }
}

/** The file, or the topmost of its folders that isn't there yet. */
async function firstMissing(file: string): Promise<string> {
  const parent = dirname(file);
  return (await stat(parent).catch(() => null)) === null ? firstMissing(parent) : file;
}

/** Fails before anything is written where the folder is read-only, or a file is where a folder has to be. */
async function requireWritable(file: string): Promise<void> {
  const parent = dirname(await firstMissing(file));
  const reason = (await stat(parent)).isDirectory()
    ? await access(parent, constants.W_OK).then(
        () => null,
        (error: unknown) => reasonOf(error),
      )
    : `${parent} is no folder`;
  if (reason !== null) throw new CutoverError('FILE_UNWRITABLE', { file, reason });
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // ENOTDIR: a file is where its folder has to be; that is found before anything is written.
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw new CutoverError('FILE_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

/** A version file of a service. Its key is in the environment. */
export function serviceText({ id, service }: VersionAnswer): string {
  if (service === undefined) throw new TypeError('A version of a service has one.');
  const { url, dialect, model, keyFrom } = service;
  const lines = [
    '# Everything that decides the vectors of this version.',
    `id: ${scalar(id)} # a name for people`,
    'embedder: http',
    ...(dialect === 'openai' ? [] : [`dialect: ${dialect} # how the service wants to be asked`]),
    ...(url === null ? [] : [`url: ${JSON.stringify(url)} # the base address`]),
    `model: ${scalar(model)}`,
    keyFrom === null
      ? '# keyFrom: SERVICE_KEY # the environment variable that holds the key, where the service wants one'
      : `keyFrom: ${keyFrom} # the environment variable that holds the key`,
    'normalize: true',
    '# maxTokens: 8192 # longer texts are cut; without it the service refuses them, or cuts them itself',
    '# requests: { batch: 64, concurrency: 4, requestsPerMinute: 500 } # what the service may be asked',
  ];
  return `${lines.join('\n')}\n`;
}

/** A version file of vectors made elsewhere. Paths are relative to `versions/`. @throws CutoverError of reading the first vector */
export async function vectorsText(folder: string, { id, vectors }: VersionAnswer): Promise<string> {
  if (vectors === undefined) throw new TypeError('A version of vectors has some.');
  const file = ({ path, ids }: VectorPath) => flow({ path: `../${path}`, ...(ids === null ? {} : { ids: `../${ids}` }) });
  const tag = `tag: ${scalar(id)} # which model and settings made them: change it when they change\n`;
  return `# Vectors made elsewhere. Prefixes and the like were put on where they were made.
id: ${scalar(id)} # a name for people
embedder: precomputed
${(await isTagged(folder, vectors.document)) ? '' : tag}vectors:
  query: ${file(vectors.query)}
  document: ${file(vectors.document)}
`;
}

async function isTagged(folder: string, { path, ids }: VectorPath): Promise<boolean> {
  const file = { path: join(folder, path), ...(ids === null ? {} : { ids: join(folder, ids) }) };
  for await (const { tag } of readVectorFile(file)) return tag !== null;
  return false;
}
