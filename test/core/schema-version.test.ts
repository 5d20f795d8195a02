import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fingerprint } from '../../src/core/brand.ts';
import { readSegmentKeys } from '../../src/embed/cache/segment.ts';
import { readShardRecord } from '../../src/embed/cache/shard.ts';
import { openCanaries } from '../../src/embed/http/canaries.ts';
import { writeArrow } from '../../src/formats/arrow.ts';
import { readCertificate } from '../../src/proof/certificate.ts';
import { readLedger } from '../../src/proof/chain.ts';
import { readPairs } from '../../src/search/pair-table.ts';
import { readRankings } from '../../src/search/run-table.ts';
import { readArtifact } from '../../src/system/json.ts';
import { manifestFile, readManifest } from '../../src/system/manifest.ts';
import { BumpProject } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = temporaryFolder();
const tag = 'a'.repeat(64) as Fingerprint;

async function json(file: string, value: object): Promise<string> {
  await mkdir(join(root, 'run'), { recursive: true });
  await writeFile(join(root, file), JSON.stringify(value));
  return join(root, file);
}

async function arrow(name: string, metadata: Record<string, string>): Promise<string> {
  const file = join(root, `${name}.arrow`);
  await writeArrow(file, { score: { type: 'float', data: Float32Array.of(1) } }, metadata);
  return file;
}

const text = (schemaVersion: number) => ({ kind: 'cutover.evaluation', schemaVersion });
const storage = (schemaVersion: number) => ({ read: async () => [JSON.stringify({ schemaVersion, seq: 1 })] });
const statement = (version: number) =>
  JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType: `https://cutover.dev/attestation/evaluation/v${version}` });

/** Artifact → reads one that says it is of this schema version and holds nothing else that a reader wants. */
const READERS: Readonly<Record<string, readonly [older: string, read: (version: number) => Promise<unknown>, known?: number]>> = {
  'evaluation.json': ['ARTIFACT_FOREIGN', async (v) => readArtifact(await json('e.json', text(v)), 'cutover.evaluation', 'measure')],
  manifest: [
    'ARTIFACT_FOREIGN',
    async (v) => {
      const value = { kind: 'cutover.manifest', schemaVersion: v, stage: 'embed' };
      await mkdir(dirname(manifestFile(join(root, 'run'), 'embed')), { recursive: true });
      await writeFile(manifestFile(join(root, 'run'), 'embed'), JSON.stringify(value));
      return readManifest(join(root, 'run'), 'embed');
    },
  ],
  rankings: ['RANKINGS_MALFORMED', async (v) => readRankings(await arrow('r', { kind: 'cutover.rankings', schemaVersion: `${v}` }))],
  pairs: ['RANKINGS_MALFORMED', async (v) => readPairs(await arrow('p', { kind: 'cutover.pairs', schemaVersion: `${v}` }))],
  segment: [
    'STORE_SEGMENT_CORRUPT',
    async (v) => readSegmentKeys(await arrow('k', { kind: 'cutover.vectors', schemaVersion: `${v}`, tag, dimension: '1' }), tag),
  ],
  shard: [
    'SHARD_MALFORMED',
    async (v) => {
      await json('run/shard.json', { kind: 'cutover.shard', schemaVersion: v });
      return readShardRecord(join(root, 'run'));
    },
  ],
  'recorded answers': [
    'CANARIES_MALFORMED',
    async (v) => {
      const file = await json('c.json', { kind: 'cutover.canaries', schemaVersion: v, model: 'm' });
      return openCanaries({ file, model: 'm', longest: 0, dry: false, ask: async () => [] });
    },
    2,
  ],
  ledger: ['LEDGER_EDITED', async (v) => readLedger(storage(v) as never, 'live')],
  certificate: ['CERTIFICATE_INVALID', async (v) => readCertificate(statement(v), 'certificate.json')],
};

describe('an artifact of another schema version', () => {
  test.each(Object.entries(READERS))(
    '%s: a newer one is refused as such, an older one by its reader',
    async (_, [older, read, known = 1]) => {
      const words = new RegExp(`is of schema version ${known + 1}, and this cutover reads ${known}\\.$`);
      const newer = { code: 'ARTIFACT_NEWER', message: expect.stringMatching(words) };
      await expect(read(known + 1)).rejects.toMatchObject(newer);
      await expect(read(0)).rejects.toMatchObject({ code: older });
    },
  );

  test('on the command line: exit 2, the file and the next step; a run makes what a run writes again', async () => {
    const project = new BumpProject();
    expect((await project.run('run')).code).toBe(0);
    const reports = join(project.folder, 'reports');
    const files = readdirSync(reports, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    for (const name of files) {
      const before = readFileSync(join(reports, name), 'utf8');
      writeFileSync(
        join(reports, name),
        before.replace('"schemaVersion": 1', '"schemaVersion": 2').replace('"schemaVersion":1', '"schemaVersion":2'),
      );
    }
    const { code, err } = await project.run('gate');
    expect(code).toBe(2);
    expect(err).toMatch(/ARTIFACT_NEWER.*\.json is of schema version 2, and this cutover reads 1/);
    expect(err).toMatch(/next +Install the version of cutover that wrote it, or a newer one/);
    expect((await project.run('run')).code).toBe(0);
    expect(JSON.parse(readFileSync(join(reports, 'evaluation.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
  });
});
