import { existsSync, rmSync } from 'node:fs';
import type { Project } from './project.ts';

/**
 * Every word is a random direction, a text the sum of its words: embedding costs next to nothing.
 * With a file `slow` beside it, each text takes a while, and a file `embedding` says that one is under way.
 */
const WORDS = `import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
const beside = (name) => new URL(name, import.meta.url);
const directionOf = (version, word) => {
  const bytes = createHash('shake256', { outputLength: 768 }).update(version + ' ' + word).digest();
  return Array.from({ length: 384 }, (_, i) => bytes.readInt16LE(2 * i));
};
export const batchSize = 1;
export const fingerprint = ({ options }) => 'words ' + options.version;
export const embed = async ([text], { options }) => {
  if (existsSync(beside('slow'))) {
    writeFileSync(beside('embedding'), '');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const sum = new Array(384).fill(0);
  for (const word of text.toLowerCase().match(/\\w+/g) ?? ['']) directionOf(options.version, word).forEach((value, i) => { sum[i] += value; });
  return [sum];
};
`;

const version = (name: string) => `{ id: ${name}, embedder: ./words.mjs, normalize: true, options: { version: ${name} } }`;

/** Both versions of a project become ones of the module above, which finds too little for a rule on what is found. */
export async function configureWords(project: Project, extra: string): Promise<void> {
  await project.write('words.mjs', WORDS);
  await project.write('policy.yaml', 'rules: [{ metric: annRecall@10, atLeast: 0.5 }]\n');
  await project.configure({ old: version('first'), new: version('second'), extra });
}

/** Kills a command of a project of words in the middle of embedding. */
export async function killEmbedding(project: Project, ...args: string[]): Promise<NodeJS.Signals | null> {
  await project.write('slow', '');
  try {
    return (await project.interrupt('SIGKILL', async () => existsSync(project.path('embedding')), ...args)).signal;
  } finally {
    for (const file of ['slow', 'embedding']) rmSync(project.path(file), { force: true });
  }
}
