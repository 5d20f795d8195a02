import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spread } from '../runner/rounds.mjs';
import { watched } from '../runner/watched.mjs';
import { cutoverRun, ROOT } from './cutover-run.mjs';

/** Whole runs on vectors made elsewhere, so that what grows with the corpus shows beside no model. */
export async function memoryBySize({ environment, quick, say }) {
  const rows = [];
  for (const documents of quick ? [1_000, 2_000] : [10_000, 50_000, 100_000]) {
    const folder = join(environment.folder, `memory-${documents}`);
    await watched(process.execPath, [join(ROOT, 'benchmarks', 'million', 'make.mjs'), folder, String(documents), '1000']);
    appendFileSync(join(folder, 'cutover.yaml'), 'output: report\n');
    const { seconds, megabytes, indexes } = await cutoverRun(folder);
    rmSync(folder, { recursive: true });
    say(`${documents} documents: ${seconds.toFixed(1)} s, ${megabytes?.toFixed(0)} MB`);
    rows.push({
      name: `2 × ${documents} × 384, 1,000 queries`,
      aim: null,
      ratio: null,
      seconds: spread([seconds]),
      rate: documents / seconds,
      megabytes,
      more: [indexes, (2 * documents * 384 * 4) / 2 ** 20],
    });
  }
  const columns = ['of it both indexes s', 'the vectors alone MB'];
  return { versions: [], tables: [{ title: '`cutover run`, M 12, efConstruction 60', columns, rounds: 1, rows }] };
}
