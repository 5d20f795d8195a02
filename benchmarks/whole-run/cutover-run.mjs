import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { watched } from '../runner/watched.mjs';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Exit codes of a run that came to its end: pass, fail, inconclusive. */
const VERDICTS = [0, 1, 3];

/**
 * `cutover run` on the configuration of a folder, artifacts and cache beside it.
 * @returns seconds, megabytes, and how many of the seconds went into `embedding` and into the two `indexes` built side by side
 */
export async function cutoverRun(folder) {
  const timings = join(folder, 'report', 'timings.json');
  // It keeps what earlier runs took where a run has nothing to do.
  rmSync(timings, { force: true });
  const bin = join(ROOT, 'dist', 'cli', 'bin.js');
  const { seconds, megabytes } = await watched(process.execPath, [bin, 'run', '-q', '-c', join(folder, 'cutover.yaml')], {
    cwd: folder,
    accepted: VERDICTS,
    env: { ...process.env, CUTOVER_CACHE: join(folder, 'cache') },
  });
  const entries = entriesOf(timings);
  const embedding = Object.keys(entries).filter((key) => key.startsWith('embed.'));
  return {
    seconds,
    megabytes,
    embedding: embedding.reduce((sum, key) => sum + entries[key].seconds, 0),
    indexes: Math.max(...['old', 'new'].map((side) => entries[`search.${side}.index`]?.seconds ?? 0)),
  };
}

function entriesOf(timings) {
  try {
    return JSON.parse(readFileSync(timings, 'utf8')).entries;
  } catch {
    return {}; // A run with nothing to do writes none.
  }
}
