import { stat } from 'node:fs/promises';
import { systemCode } from '../core/errors.ts';
import type { Config } from '../model/config.ts';
import { problemAt, throwProblems } from './problems.ts';
import { type Path, readSource, sourceOf } from './source.ts';

/** Every path that `dataset` names, with the keys that lead to it. Patterns are none. */
function pathsOf(dataset: Config['dataset']): (readonly [Path, string])[] {
  if (typeof dataset === 'string') return [[['dataset'], dataset]];
  const { corpus, queries, qrels, clicks } = dataset;
  const parts = Object.entries({ corpus, queries, qrels, clicks });
  return parts.flatMap(([part, source]) =>
    source == null || /[*?{[]/.test(source.path) ? [] : [[['dataset', part, 'path'], source.path]],
  );
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: unknown) => systemCode(error) === 'ENOENT',
  );
}

/**
 * Refuses a configuration whose data set is not there, before it is read: only here is it known which key of which line names it.
 * @param text what the file would hold, where the configuration stands in code
 * @throws CutoverError CONFIG_INVALID with every missing path at its place
 */
export async function requireDatasetPaths(
  { file, dataset }: Pick<Config, 'file' | 'dataset'>,
  { cwd, text }: { readonly cwd: string; readonly text?: string | undefined },
): Promise<void> {
  const paths = pathsOf(dataset);
  const missing = await Promise.all(paths.map(([, path]) => isMissing(path)));
  if (!missing.includes(true)) return;
  const source = text === undefined ? await readSource(file, []) : sourceOf(file, text, []);
  // It was parsed to become this configuration.
  if (source === null) throw new TypeError(`${file} is not what it was.`);
  const problems = paths.filter((_, i) => missing[i]).map(([at, path]) => problemAt(source, at, `${path} does not exist`));
  throwProblems(problems, file, cwd);
}
