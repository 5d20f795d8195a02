import { expect, it } from 'vitest';
import { BumpProject, policy } from '../cli/bump-project.ts';

const WAIVER = `waivers:
  - { rule: nDCG@10 nonInferior 0.2 on served, owner: ann, reason: known, expires: "2026-11-25" }
`;

it('a lock is not written by a certificate whose waiver has expired, or of other search settings', async () => {
  const project = new BumpProject();
  expect((await project.run('lock', '--init')).code).toBe(0);
  project.write('policy.yaml', `${policy(0.2)}  - { metric: annRecall@10, atLeast: 0.5 }\n${WAIVER}`);
  project.configure('one', 'flaw');
  const { code, err } = await project.run('run');
  expect([code, err]).toEqual([0, expect.stringContaining('PASS WITH 1 WAIVER')]);
  project.today = '2026-11-26';
  const late = await project.run('lock');
  expect([late.code, late.err]).toEqual([1, expect.stringContaining('LOCK_REFUSED')]);
  expect(late.err).toMatch(/the waiver of .*nDCG@10.* held until 2026-11-25/);
  project.today = '2026-11-25';
  project.configure('one', 'flaw', 'search: { hnsw: { efSearch: 1 } }\n');
  const other = await project.run('lock');
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('consumers or search settings changed since the evaluation')]);
  project.configure('one', 'flaw');
  expect((await project.run('lock')).code).toBe(0);
});
