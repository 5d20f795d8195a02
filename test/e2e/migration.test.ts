import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { arrowRowBytes, readArrowRows } from '../../src/formats/arrow-rows.ts';
import type { Audit } from '../../src/model/audit.ts';
import { NO_SERVER, type RealServer, startServer } from '../live/stores/real-server.ts';
import { openLite } from '../shared/lite.ts';
import { Project } from './project.ts';
import { configureWords, killEmbedding } from './words-model.ts';

type Vectors = readonly { readonly id: string; readonly vector: Float32Array }[];

/** Vectors of one version for a project's documents; the cache has those of other texts too. */
async function cached(project: Project, tag: string): Promise<Vectors> {
  const folder = project.path('.cutover', tag, 'vectors');
  const corpus = (await project.read('data', 'corpus.jsonl')).trim().split('\n');
  const own = new Set(corpus.map((line) => (JSON.parse(line) as { _id: string })._id));
  const found: { id: string; vector: Float32Array }[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.arrow')))
    for await (const { texts, vectors, rows } of readArrowRows(join(folder, file), { texts: ['id', 'role'], vector: 'vector' }))
      for (let row = 0; row < rows; row++)
        if (texts.role?.[row] === 'document' && own.has(texts.id?.[row] ?? ''))
          found.push({
            id: texts.id?.[row] ?? '',
            vector: (vectors?.values ?? new Float32Array()).slice(vectors?.offsets[row], vectors?.offsets[row + 1]),
          });
  return found;
}

interface Kind {
  readonly name: string;
  readonly yaml: string;
  /** Of `promote`, where the application has to know of it. */
  readonly switches: readonly string[];
  /** Puts vectors there as a program that knows of no tags would. */
  fill(project: Project, rows: Vectors): Promise<void>;
  /** Real weights, of which embedding takes as long as it does; the others have a module, which waits for the kill. */
  readonly hasWeights: boolean;
}

const TABLE = 'CREATE TABLE chunks (id text PRIMARY KEY, title text, body text, embedding vector(384));';

async function inserts(project: Project, rows: Vectors): Promise<string> {
  const lines = (await project.read('data', 'corpus.jsonl')).trim().split('\n');
  const documents = lines.map((line) => JSON.parse(line) as { _id: string; title?: string; text: string });
  const texts = new Map(documents.map(({ _id, ...document }) => [_id, document]));
  const quote = (text = '') => `'${text.replaceAll("'", "''")}'`;
  const values = rows.map(
    ({ id, vector }) => `(${quote(id)}, ${quote(texts.get(id)?.title)}, ${quote(texts.get(id)?.text)}, '[${vector.join(',')}]')`,
  );
  return `${TABLE} INSERT INTO chunks VALUES ${values.join(',\n')};`;
}

const FILES: Kind = {
  name: 'a folder of Arrow files',
  yaml: 'stores: { live: { kind: arrow, path: store } }',
  switches: ['--readers', 'guarded'],
  fill: async (project, rows) => {
    mkdirSync(project.path('store'), { recursive: true });
    const half = Math.ceil(rows.length / 2);
    [rows.slice(0, half), rows.slice(half)].forEach((part, i) => {
      const bytes = arrowRowBytes(
        { id: part.map(({ id }) => id) },
        'vector',
        part.map(({ vector }) => vector),
      );
      writeFileSync(project.path('store', `part-${i}.arrow`), bytes);
    });
  },
  hasWeights: true,
};

const LITE: Kind = {
  name: 'PGlite',
  yaml: 'stores: { live: { kind: pglite, path: lite/data, table: chunks, columns: { vector: embedding, text: "{title} {body}" } } }',
  switches: ['--readers', 'guarded'],
  fill: async (project, rows) => {
    const database = await openLite(project.path('lite', 'data'));
    await database.exec(`CREATE EXTENSION vector; ${await inserts(project, rows)}`);
    await database.close();
  },
  hasWeights: false,
};

let server: RealServer | null = null;
const REAL: Kind = {
  name: 'a PostgreSQL server',
  yaml: 'stores: { live: { kind: postgres, urlFrom: E2E_URL, table: chunks, columns: { vector: embedding, text: "{title} {body}" } } }',
  switches: ['--readers', 'guarded'],
  fill: async (project, rows) => {
    const client = new pg.Client({ connectionString: server?.url ?? '' });
    await client.connect();
    await client.query(`CREATE EXTENSION IF NOT EXISTS vector; ${await inserts(project, rows)}`);
    await client.end();
  },
  hasWeights: false,
};

beforeAll(async () => {
  if (NO_SERVER !== null) return;
  server = await startServer();
  process.env.E2E_URL = server.url;
}, 120_000);
afterAll(async () => {
  await server?.stop();
});

describe.each([FILES, LITE, ...(NO_SERVER === null ? [REAL] : [])])('a migration on $name', ({ yaml, switches, hasWeights, fill }) => {
  let project: Project;
  let old: string;
  let fresh: string;
  const cutover = async (...args: string[]) => project.run(...args);
  const passed = async (...args: string[]) => {
    const { code, stdout, stderr } = await cutover(...args);
    expect(`${code} ${code === 0 ? '' : stderr + stdout}`).toBe('0 ');
    return stdout;
  };
  /** Kills a command while it embeds. */
  const killed = async (...args: string[]) => {
    if (!hasWeights) return killEmbedding(project, ...args);
    const ledger = project.path('store', 'cutover_migrations.jsonl');
    const started = Date.now();
    const embeds = async () =>
      args[0] === 'tag' ? Date.now() - started > 1_000 : existsSync(ledger) && readFileSync(ledger, 'utf8').includes('backfilling');
    return (await project.interrupt('SIGKILL', embeds, ...args)).signal;
  };
  const state = async () =>
    JSON.parse(await passed('migrate', 'status', 'live', '--json')) as {
      migration: { state: string } | null;
      live: string | null;
      progress: { done: number; total: number };
    };

  beforeAll(async () => {
    project = await Project.create(['billing'], hasWeights ? 'embedded' : 'cold');
    await (hasWeights ? project.configure({ extra: yaml }) : configureWords(project, yaml));
    await passed('embed', '-q');
    const { madeFrom } = await project.json<{ madeFrom: Record<'old' | 'new', string> }>('report', 'manifests', 'embed.json');
    [old, fresh] = [madeFrom.old, madeFrom.new];
    await fill(project, await cached(project, old));
  }, 300_000);
  afterAll(() => project?.remove());

  it('finds the store untagged, and tags what proves to be of the old version', async () => {
    const audit = await cutover('audit', 'live', '--expect', 'old');
    expect([audit.code, audit.stdout]).toEqual([1, expect.stringContaining('rows without a tag')]);
    expect((await cutover('migrate', 'start', 'live')).code).toBe(1);
    const plan = await passed('tag', 'plan', 'live');
    expect(plan).toContain('cutover_tag');
    expect(await killed('tag', 'apply', 'live', '--as', 'old')).toBe('SIGKILL');
    await passed('tag', 'apply', 'live', '--as', 'old', '--attest', 'all');
    expect((await passed('audit', 'live', '--expect', 'old')).split('\n').filter((line) => line.includes('untagged'))).toEqual([]);
    expect(await passed('tag', 'apply', 'live', '--as', 'old')).toContain('0 rows tagged');
    expect(await passed('audit', 'live', '--expect', 'old', '--attest', '20')).toContain('0 false');
  }, 300_000);

  it('is killed in the middle of the backfill, and goes on', async () => {
    rmSync(project.path('.cutover', fresh), { recursive: true });
    expect(await killed('migrate', 'start', 'live', '--to', 'new')).toBe('SIGKILL');
    const before = await state();
    expect(before.migration?.state ?? 'registered').toMatch(/^(registered|backfilling)$/);
    expect((await cutover('migrate', 'promote', 'live', '--certificate', 'none.json')).code).not.toBe(0);
    await passed('migrate', 'start', 'live', '--to', 'new');
    const after = await state();
    expect(after.migration?.state).toBe('backfilled');
    expect(after.progress.done).toBe(after.progress.total);
    expect(after.live).toBe(old);
  }, 300_000);

  it('is audited, evaluated, verified and cut over, once', async () => {
    await passed('audit', 'live', '--expect', 'new', '--attest', '20');
    await passed('run', '-q');
    const unsigned = await cutover('verify', 'report/certificate.json', '--store', 'live');
    expect([unsigned.code, unsigned.stdout]).toEqual([1, expect.stringContaining('not signed')]);
    await passed('verify', 'report/certificate.json', '--store', 'live', '--allow-unsigned');
    const late = await cutover('verify', 'report/certificate.json', '--store', 'live', '--allow-unsigned', '--as-of', '2099-01-01');
    expect([late.code, late.stdout]).toEqual([1, expect.stringContaining('Evaluate again')]);
    const both = await Promise.all(
      [1, 2].map(() =>
        project.spawn('migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', ...switches),
      ),
    );
    expect(both.filter(({ code }) => code === 0)).toHaveLength(1);
    expect(await state()).toMatchObject({ live: fresh, migration: { state: 'cut-over' } });
  }, 300_000);

  it('goes back, and says so', async () => {
    await passed('migrate', 'rollback', 'live', '--reason', 'a test');
    expect(await state()).toMatchObject({ live: old, migration: { state: 'rolled-back' } });
    const table = await passed('migrate', 'history', 'live');
    for (const word of ['tagged', 'registered', 'backfilled', 'evaluated', 'cut-over', 'rolled-back']) expect(table).toContain(word);
    await passed('migrate', 'verify', 'live');
  }, 300_000);
});

describe('what is refused', () => {
  let project: Project;
  let old: string;
  const ledger = () => project.path('store', 'cutover_migrations.jsonl');

  beforeAll(async () => {
    project = await Project.create(['billing'], 'cold');
    await configureWords(project, FILES.yaml);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await project.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    await project.write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    await project.write('other.pub', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString());
    expect((await project.run('embed', '-q')).code).toBe(0);
    const manifest = await project.json<{ madeFrom: Record<'old' | 'new', string> }>('report', 'manifests', 'embed.json');
    old = manifest.madeFrom.old;
    await FILES.fill(project, await cached(project, old));
    for (const step of [
      ['tag', 'apply', 'live', '--as', 'old', '--attest', 'sample'],
      ['migrate', 'start', 'live'],
      ['run', '-q', '--sign-key', 'key.pem'],
    ])
      expect((await project.run(...step)).code).toBe(0);
  }, 300_000);
  afterAll(() => project?.remove());

  const verify = (...args: string[]) => project.run('verify', 'report/certificate.json', '--store', 'live', ...args);

  it('takes a certificate that the right key signed, and no other', async () => {
    expect((await verify('--public-key', 'key.pub')).code).toBe(0);
    expect((await verify('--public-key', 'other.pub')).code).toBe(1);
    expect((await verify('--allow-unsigned')).code).toBe(1);
    const text = await project.read('report', 'certificate.json');
    const envelope = JSON.parse(text) as { payload: string };
    const inner = Buffer.from(envelope.payload, 'base64')
      .toString()
      .replaceAll('"outcome": "pass"', '"outcome": "fail"')
      .replace(/"expires": "\d+/, '"expires": "2999');
    await project.write('report/certificate.json', JSON.stringify({ ...envelope, payload: Buffer.from(inner).toString('base64') }));
    const edited = await verify('--public-key', 'key.pub');
    expect([edited.code, edited.stdout]).toEqual([1, expect.stringMatching(/FAIL Signature[\s\S]*FAIL Verdict/)]);
    await project.write('report/certificate.json', text);
  }, 120_000);

  it('a policy that changed since, and a corpus that changed since', async () => {
    const policy = await project.read('policy.yaml');
    await project.write('policy.yaml', policy.replace('0.5', '0.4'));
    expect((await verify('--public-key', 'key.pub')).stdout).toMatch(/FAIL Policy/);
    await project.write('policy.yaml', policy);
    const corpus = await project.read('data', 'corpus.jsonl');
    await project.write('data/corpus.jsonl', `${corpus.trimEnd()}\n{"_id":"zz-new","title":"New","text":"A document that came later."}\n`);
    const { code, stdout } = await verify('--public-key', 'key.pub');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/FAIL Data set/)]);
    await project.write('data/corpus.jsonl', corpus);
  }, 120_000);

  it('a ledger that was edited, cut or rewritten, and a clock set back', async () => {
    const text = readFileSync(ledger(), 'utf8');
    writeFileSync(ledger(), text.replace('"rows":', '"rows":1'));
    const edited = await project.run('migrate', 'status', 'live');
    expect([edited.code, edited.stderr]).toEqual([2, expect.stringContaining('LEDGER_EDITED')]);
    writeFileSync(ledger(), text.slice(0, -40));
    expect((await project.run('migrate', 'history', 'live')).stderr).toContain('LEDGER_EDITED');
    // Cut at a whole line, a chain looks whole; the certificate knows better.
    writeFileSync(ledger(), `${text.split('\n').slice(0, 1).join('\n')}\n`);
    expect((await verify('--public-key', 'key.pub')).stdout).toMatch(/FAIL Ledger/);
    writeFileSync(ledger(), text);
    expect((await verify('--public-key', 'key.pub')).code).toBe(0);
  }, 120_000);

  it('a step that nobody declared the readers of, and force without a reason; a rollback takes along what was written since', async () => {
    const promote = (...args: string[]) =>
      project.run('migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--public-key', 'key.pub', ...args);
    expect((await promote()).stderr).toContain('the application has to know of the switch');
    expect((await promote('--readers', 'window')).code).toBe(0);
    const corpus = await project.read('data', 'corpus.jsonl');
    await project.write('data/corpus.jsonl', `${corpus.trimEnd()}\n{"_id":"zz-new","title":"New","text":"A document that came later."}\n`);
    const late = (await cached(project, old))[0]?.vector ?? new Float32Array();
    writeFileSync(project.path('store', 'late.arrow'), arrowRowBytes({ id: ['zz-new'] }, 'vector', [late]));
    expect((await project.run('migrate', 'rollback', 'live', '--force')).code).toBe(1);
    expect((await project.run('migrate', 'rollback', 'live', '--reason', 'search is down')).code).toBe(0);
    expect((await project.run('migrate', 'history', 'live')).stdout).toContain('search is down');
    const tagged: (string | null)[] = [];
    for await (const { texts } of readArrowRows(project.path('store', 'late.arrow'), { texts: ['cutover_tag'], vector: null }))
      tagged.push(...(texts.cutover_tag ?? []));
    expect(tagged).toEqual([old]);
    await project.write('data/corpus.jsonl', corpus);
  }, 120_000);
});

it('catches 5 % of rows that carry the tag of another model', async () => {
  const project = await Project.create(['billing'], 'brief');
  try {
    await project.configure({
      new: 'versions/minilm-copied-settings.yaml',
      extra: 'stores: { live: { kind: arrow, path: store, columns: { tag: tag, textHash: text_hash } } }',
    });
    expect((await project.run('embed', '-q')).code).toBe(0);
    const { madeFrom } = await project.json<{ madeFrom: Record<'old' | 'new', string> }>('report', 'manifests', 'embed.json');
    const [bge, mini] = [
      await cached(project, madeFrom.old),
      new Map((await cached(project, madeFrom.new)).map(({ id, vector }) => [id, vector])),
    ];
    const mixed = bge.map((row, i) => (i % 20 === 0 ? { ...row, vector: mini.get(row.id) ?? row.vector } : row));
    await FILES.fill(project, mixed);
    // Tagged by somebody who did not look.
    mkdirSync(project.path('claimed'), { recursive: true });
    const texts = new Map(
      (await project.read('data', 'corpus.jsonl'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { _id: string; title: string; text: string })
        .map((document) => [document._id, sha256(`${document.title} ${document.text}`.trim())]),
    );
    writeFileSync(
      project.path('claimed', 'x.arrow'),
      arrowRowBytes(
        { id: mixed.map(({ id }) => id), tag: mixed.map(() => madeFrom.old), text_hash: mixed.map(({ id }) => texts.get(id) ?? null) },
        'vector',
        mixed.map(({ vector }) => vector),
      ),
    );
    await project.configure({
      new: 'versions/minilm-copied-settings.yaml',
      extra: 'stores: { live: { kind: arrow, path: claimed, columns: { tag: tag, textHash: text_hash } } }',
    });
    const blind = await project.run('audit', 'live', '--expect', 'old');
    expect(blind.code).toBe(0);
    const { code, stdout } = await project.run('audit', 'live', '--expect', 'old', '--attest', '--json');
    const { attestation } = JSON.parse(stdout) as Audit;
    expect(code).toBe(1);
    expect(attestation?.failed).toBe(mixed.filter((_, i) => i % 20 === 0).length);
    expect([...new Set(attestation?.failures.map(({ cause }) => cause))]).toEqual(['other-version']);
    // Tagging finds the same rows and leaves them untagged.
    await project.configure({ new: 'versions/minilm-copied-settings.yaml', extra: FILES.yaml });
    const tagged = await project.run('tag', 'apply', 'live', '--as', 'old');
    expect(tagged.stdout).toContain(`${attestation?.failed} rows stay untagged`);
  } finally {
    await project.remove();
  }
}, 300_000);
