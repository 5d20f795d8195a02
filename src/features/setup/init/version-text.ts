import { join } from 'node:path';
import { readVectorFile } from '../../../formats/vector-file.ts';
import type { VersionAnswer } from './answers.ts';
import type { VectorPath } from './vector-files.ts';
import { flow, scalar } from './yaml-text.ts';

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
