import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderStore } from '../live/migrate/folder-store.ts';
import { commandLine } from './command-line.ts';

const RULE = '{ metric: annRecall@5, atLeast: 0.5 }';

it('what was timed is timed again where that is asked for, and replayed otherwise', async () => {
  const folder = await folderStore();
  const config = join(folder, 'cutover.yaml');
  const more = '{ metric: queryMs.p95, atMostTimes: 1000 }, { metric: bytesPerDocument, atMostTimes: 1 }';
  await writeFile(config, (await readFile(config, 'utf8')).replace(RULE, `${RULE}, ${more}`));
  const cutover = commandLine(folder, { env: { HOME: folder }, clock: () => performance.now() });
  const run = async (...args: string[]) => {
    const { code, out, err } = await cutover('run', ...args);
    expect([code, code === 0 ? '' : out + err]).toEqual([0, '']);
    const { studies } = JSON.parse(await readFile(join(folder, 'report', 'studies.json'), 'utf8'));
    return { isUnchanged: (out + err).includes('study     unchanged'), costs: studies.costs.result.values };
  };
  const first = await run();
  expect(first.costs['queryMs.p95'].old).toHaveLength(13);
  const second = await run('--time-again');
  expect(second.isUnchanged).toBe(false);
  expect(second.costs['queryMs.p95'].old).not.toEqual(first.costs['queryMs.p95'].old);
  expect(second.costs.bytesPerDocument).toEqual(first.costs.bytesPerDocument);
  expect(await run()).toEqual({ isUnchanged: true, costs: second.costs });
}, 120_000);
