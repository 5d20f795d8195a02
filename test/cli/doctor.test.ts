import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gitRepository } from '../../src/cli/git.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import type { DoctorCheck, Machine } from '../../src/features/setup/doctor/check.ts';
import type { NativeModule } from '../../src/features/setup/doctor/doctor.ts';
import { diagnose } from '../../src/features/setup/doctor/doctor.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandLine } from './command-line.ts';

const root = temporaryFolder();
const SMALL = fileURLToPath(new URL('../fixtures/dataset-small/', import.meta.url));

const CONFIG = ['dataset: data', 'old: old.yaml', 'new: new.yaml', 'models: { folders: [none], cache: none, allowNetwork: false }'];
const MODULE = "export const fingerprint = 'a';\nexport const embed = async (texts) => texts.map(() => [1, 0]);\n";

/** A project of which everything is well: the versions are modules of a line. */
function project(config: readonly string[] = CONFIG): string {
  const folder = mkdtempSync(join(root, 'project-'));
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  cpSync(SMALL, join(folder, 'data'), { recursive: true });
  put('cutover.yaml', `${config.join('\n')}\n`);
  for (const side of ['old', 'new']) put(`${side}.yaml`, `id: ${side}\nembedder: ./${side}.mjs\n`);
  put('old.mjs', MODULE);
  put('new.mjs', MODULE.replace("'a'", "'b'"));
  return folder;
}

async function doctor(folder: string, ...args: string[]): Promise<{ readonly code: number; readonly checks: Record<string, DoctorCheck> }> {
  const { code, out, err } = await commandLine(folder, { env: { PATH: process.env.PATH } })('doctor', '--json', ...args);
  expect(err).toBe('');
  return { code, checks: byId(JSON.parse(out) as DoctorCheck[]) };
}

function byId(checks: readonly DoctorCheck[]): Record<string, DoctorCheck> {
  return Object.fromEntries(checks.map((check) => [check.id, check]));
}

const GIB = 2 ** 30;
const ROOMY: Machine = { node: '20.19.0', memory: () => ({ total: GIB, free: GIB }), freeDisk: async () => GIB };

/** The doctor on a machine of the test's making. */
async function on(machine: Partial<Machine>, natives: readonly NativeModule[] = []): Promise<Record<string, DoctorCheck>> {
  const cwd = project();
  const host = { stdout: { write: () => true }, stderr: { write: () => true }, env: { PATH: process.env.PATH }, cwd };
  const edges = { clock: () => 0, today: () => '2026-01-31', now: () => '', signal: new AbortController().signal };
  const checks = await diagnose({
    configFile: join(cwd, 'cutover.yaml'),
    output: null,
    asOf: '2026-01-31',
    cwd,
    env: {},
    console: new Terminal({ ...host, ...edges }, true),
    clock: () => 0,
    signal: edges.signal,
    machine: { ...ROOMY, ...machine },
    repository: gitRepository(host),
    bytes: String,
    configOptional: false,
    natives,
  });
  return byId(checks);
}

describe('doctor', () => {
  test('finds nothing where everything is well, and says what there is', async () => {
    const { code, checks } = await doctor(project());
    expect(code).toBe(0);
    const statuses = Object.fromEntries(Object.values(checks).map(({ id, status }) => [id, status]));
    const well = {
      node: 'ok',
      'onnxruntime-node': 'ok',
      'hnswlib-node': 'ok',
      config: 'ok',
      old: 'ok',
      new: 'ok',
      memory: 'ok',
      disk: 'ok',
    };
    expect(statuses).toMatchObject(well);
    expect(checks.dataset?.found).toMatch(/documents, .* queries, judged/);
    expect(checks.lock).toMatchObject({ status: 'warn', found: expect.stringContaining('GIT_FAILED') });
  });

  test('without a configuration looks at the machine; one that was named has to be there', async () => {
    const empty = mkdtempSync(join(root, 'empty-'));
    const { code, checks } = await doctor(empty);
    expect(code).toBe(0);
    expect(checks.config).toMatchObject({ status: 'warn', next: expect.stringContaining('cutover init') });
    expect(await commandLine(empty)('doctor', '-c', 'other.yaml')).toMatchObject({ code: 2, out: '' });
  });

  test('a broken configuration is a finding with every problem', async () => {
    const { code, checks } = await doctor(project([...CONFIG, 'sed: 7', 'workers: none']));
    expect(code).toBe(1);
    expect(checks.config?.status).toBe('bad');
    expect(checks.config?.details).toHaveLength(2);
    expect(checks).not.toHaveProperty('dataset');
  });

  test('a missing model is bad, unless a run may download it', async () => {
    const folder = project();
    writeFileSync(join(folder, 'new.yaml'), 'id: new\nmodel: acme/none\npooling: mean\nmaxTokens: 8\n');
    const refused = await doctor(folder);
    expect(refused.code).toBe(1);
    expect(refused.checks.new).toMatchObject({ status: 'bad', found: expect.stringContaining('MODEL_MISSING') });
    writeFileSync(join(folder, 'cutover.yaml'), `${CONFIG.join('\n').replace('allowNetwork: false', 'allowNetwork: true')}\n`);
    const allowed = await doctor(folder);
    expect(allowed.code).toBe(0);
    expect(allowed.checks.new).toMatchObject({ status: 'warn', next: expect.stringContaining('downloads it') });
  });

  test('settings that contradict the model, and weights that are not those pinned', async () => {
    const folder = project(CONFIG.map((line) => line.replace('folders: [none], ', '')));
    const version = 'id: new\nmodel: Xenova/all-MiniLM-L6-v2\npooling: cls\nmaxTokens: 512\n';
    writeFileSync(join(folder, 'new.yaml'), version);
    const contradicted = await doctor(folder);
    expect(contradicted.code).toBe(0);
    expect(contradicted.checks.new?.status).toBe('warn');
    expect(contradicted.checks.new?.details.join()).toMatch(/mean pooling.*256/);
    writeFileSync(join(folder, 'new.yaml'), `${version}sha256: { onnx/model_quantized.onnx: "${'0'.repeat(64)}" }\n`);
    expect((await doctor(folder)).checks.new).toMatchObject({ status: 'bad', found: expect.stringContaining('MODEL_HASH_MISMATCH') });
  });

  test('a data set that is not there, a store that cannot be reached', async () => {
    const folder = project([...CONFIG, 'stores: { live: { kind: postgres, table: chunks }, files: { kind: arrow, path: nowhere } }']);
    writeFileSync(join(folder, 'data', 'queries.jsonl'), '{"_id":"q1"\n');
    const { code, checks } = await doctor(folder);
    expect(code).toBe(1);
    expect(checks.dataset).toMatchObject({ status: 'bad', found: expect.stringContaining('DATASET_INVALID') });
    expect(checks.dataset?.details.join()).toMatch(/queries\.jsonl:1/);
    expect(checks['store live']).toMatchObject({ status: 'bad', found: expect.stringContaining('STORE_URL_MISSING') });
    expect(checks['store files']?.status).toBe('bad');
    expect(checks).not.toHaveProperty('memory');
  });

  test('prints what to do below each finding, and with --quiet nothing else', async () => {
    const folder = project([...CONFIG, 'sed: 7']);
    const { code, out } = await commandLine(folder)('doctor', '--quiet');
    expect(code).toBe(1);
    expect(out).toMatch(/^BAD {2}configuration +CONFIG_INVALID.*\n {5}cutover\.yaml:5:1: sed: unknown key.*\n {5}next /);
    expect(out).not.toMatch(/^ok/m);
  });
});

describe('doctor on other machines', () => {
  test.each([
    ['18.20.0', 'bad'],
    ['20.18.1', 'bad'],
    ['20.19.0', 'ok'],
    ['22.1.0', 'ok'],
  ])('Node %s is %s', async (node, status) => {
    expect((await on({ node })).node?.status).toBe(status);
  });

  test('too little memory or disk for the corpus', async () => {
    const tight = await on({ memory: () => ({ total: GIB, free: 10 }) });
    expect(tight.memory).toMatchObject({ status: 'warn', next: expect.stringContaining('sample') });
    const small = await on({ memory: () => ({ total: 10, free: 10 }), freeDisk: async () => 10 });
    expect([small.memory?.status, small.disk?.status]).toEqual(['bad', 'bad']);
  });

  test('a native module that does not load', async () => {
    const load = async () => {
      throw new Error('invalid ELF header\nand more');
    };
    const { broken } = await on({}, [{ name: 'broken', load, next: 'Build it.' }]);
    expect(broken).toMatchObject({ status: 'bad', found: 'does not load: invalid ELF header', next: 'Build it.' });
  });
});
