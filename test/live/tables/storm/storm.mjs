// node storm.mjs --url … --folder … --bin … [--rows 300] [--kills 20] [--pause 20] [--lanes 3] [--seed 7] [--calm 0]
// A whole migration while a writer changes rows, a reader searches under the guard, two operators collide and the tool is killed at
// random moments. With --calm, so many seconds are measured in which nothing but the application runs. Prints one line of JSON: what was done, and everything that was not as it must be.
import { fork } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { Operator } from './operator.mjs';
import { DIMENSION, hashOf, isOf, literal, OWN, randomFrom, SCHEMA, textFrom, WHERE } from './table.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: {
    url: text(''),
    folder: text(''),
    bin: text(''),
    rows: text('300'),
    kills: text('20'),
    pause: text('20'),
    lanes: text('3'),
    seed: text('7'),
  },
});
const [rows, kills, lanes, seed, calm] = [values.rows, values.kills, values.lanes, values.seed, values.calm].map(Number);
const { url, folder, bin } = values;
const random = randomFrom(seed);
const pool = new pg.Pool({ connectionString: url });
const ask = async (sql, parameters) => (await pool.query(sql, parameters)).rows;
const say = (what) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);

async function makeTable() {
  await pool.query(SCHEMA);
  const documents = [];
  for (let n = 0; n < rows; n++) {
    const content = textFrom(random);
    documents.push({ id: `w${n % lanes}-${n}`, tenant_id: n % 4, content, embedding: n % 50 === 13 ? null : literal(content, 'A') });
  }
  for (let first = 0; first < rows; first += 1_000)
    await pool.query(
      `INSERT INTO chunks (id, tenant_id, content, embedding) SELECT id, tenant_id, content, embedding::vector FROM json_to_recordset($1) AS r(id text, tenant_id int, content text, embedding text)`,
      [JSON.stringify(documents.slice(first, first + 1_000))],
    );
  return documents;
}

/** The folder of a team: versions, data set, policy, the table. */
function makeProject(documents) {
  const served = documents.filter(({ embedding }) => embedding !== null).slice(0, 400);
  mkdirSync(join(folder, 'data', 'qrels'), { recursive: true });
  cpSync(join(import.meta.dirname, 'embedder.mjs'), join(folder, 'embedder.mjs'));
  const lines = (items) => items.map(([id, body]) => `${JSON.stringify({ _id: id, text: body })}\n`).join('');
  const queries = served.slice(0, 40);
  writeFileSync(join(folder, 'data', 'corpus.jsonl'), lines(served.map(({ id, content }) => [id, content])));
  writeFileSync(join(folder, 'data', 'queries.jsonl'), lines(queries.map(({ content }, i) => [`q${i}`, content])));
  writeFileSync(
    join(folder, 'data', 'qrels', 'test.tsv'),
    `query-id\tcorpus-id\tscore\n${queries.map(({ id }, i) => `q${i}\t${id}\t1\n`).join('')}`,
  );
  const version = (id, name) =>
    `{ id: ${id}, embedder: module, module: embedder.mjs, normalize: true, options: { version: ${name}, d: ${DIMENSION} } }`;
  writeFileSync(
    join(folder, 'cutover.yaml'),
    `${[
      'dataset: data',
      `old: ${version('first', 'A')}`,
      `new: ${version('second', 'B')}`,
      'search: { k: 5 }',
      'policy: { rules: [{ metric: annRecall@5, atLeast: 0.5 }] }',
      'production: { rebuilds: 0 }',
      'output: report',
      `stores: { live: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks, columns: { vector: embedding, text: content }, where: "${WHERE}" } }`,
    ].join('\n')}\n`,
  );
}

const operator = new Operator(
  bin,
  { cwd: folder, env: { ...process.env, DATABASE_URL: url, NO_COLOR: '1', CI: '1', CUTOVER_CACHE_SCOPE: 'protected' } },
  random,
);
/** null before any row has a tag. */
const liveTag = async () => {
  const [there] = await ask(`SELECT to_regclass('cutover_live') IS NOT NULL AS there`);
  return there.there ? ((await ask(`SELECT live FROM cutover_live WHERE store = 'chunks.embedding@live'`))[0]?.live ?? null) : null;
};
const hasColumn = async () =>
  (await ask(`SELECT 1 FROM information_schema.columns WHERE table_name = 'chunks' AND column_name = 'embedding_next'`)).length > 0;

const TAG = ['tag', 'apply', 'live', '--as', 'old', '-q'];
const START = ['migrate', 'start', 'live', '-q'];
const FOLLOW = ['migrate', 'follow', 'live', '--once', '-q'];
const PROMOTE = ['migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'guarded'];
const BACK = ['migrate', 'rollback', 'live'];
const RETIRE = ['migrate', 'retire', 'live', '--yes'];

/** Kills a command so many times, meets another operator now and then, and lets it pass in the end. */
async function throughKills(args, count, isDone) {
  say(`${args.slice(0, 2).join(' ')}: ${count} kills`);
  for (let i = 0; i < count && !(await isDone()); i++) {
    if (i % 4 === 3) await operator.collide(args, random() < 0.5 ? args : FOLLOW);
    else await operator.kill(args);
  }
  if (!(await isDone())) await operator.finish(args, { isDone });
}

/** A process of the application: it is asked something, and answers. */
function started(program, args) {
  const child = fork(join(import.meta.dirname, program), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = new Promise((resolve) => child.on('exit', (code) => resolve({ failures: [`${program} ended with ${code}`], writes: 0 })));
  return (ask) => {
    const answer = new Promise((resolve) => child.once('message', resolve));
    if (child.connected) child.send({ ask });
    return Promise.race([answer, gone]);
  };
}

/** Writes a second while something goes on. */
async function rateOf(work) {
  const [begun, before] = [performance.now(), (await writer('writes')).writes];
  await work();
  const seconds = (performance.now() - begun) / 1000;
  return { seconds: Number(seconds.toFixed(1)), perSecond: Number((((await writer('writes')).writes - before) / seconds).toFixed(1)) };
}

const documents = await makeTable();
makeProject(documents);
const part = (share) => (kills === 0 ? 0 : Math.max(1, Math.round(kills * share)));
// The first version is live from the moment that rows have its tag; until then the application writes as it always has.
await throughKills(TAG, part(0.1), async () => (await liveTag()) !== null);
const from = await liveTag();
await operator.finish(['run', '-q']);
const to = JSON.parse(await operator.finish(['versions', 'show', 'new', '--json', '-q']))[0].version.fingerprint;
const writer = started('writer.mjs', [url, `${from},${to}`, values.pause, String(seed), String(lanes)]);
const reader = started('reader.mjs', [url, `${from},${to}`, '5']);
const isBackfilled = async () => {
  const [last] = await ask(`SELECT entry::json #>> '{event,state}' AS state FROM cutover_migrations ORDER BY seq DESC LIMIT 1`);
  return last?.state === 'backfilled';
};
const rates = {};
if (calm > 0) rates.alone = await rateOf(() => wait(calm * 1000));
rates.backfill = await rateOf(() => throughKills(START, part(0.25), isBackfilled));
await throughKills(FOLLOW, part(0.1), () => false);
let switches = 0;
if (calm > 0) rates.follow = await rateOf(() => operator.finish(FOLLOW));
while (operator.counts.killed < kills * 0.9) {
  const was = await liveTag();
  const way = was === from ? PROMOTE : random() < 0.5 ? BACK : [...BACK, '--now'];
  await throughKills(way, 1 + Math.floor(random() * 4), async () => (await liveTag()) !== was);
  if ((await liveTag()) !== was) switches++;
}
if ((await liveTag()) === from) rates.promote = await rateOf(() => throughKills(PROMOTE, 0, async () => (await liveTag()) === to));
// The writer never stops: the last step has to pass under it, too.
await throughKills(RETIRE, part(0.1), async () => !(await hasColumn()));
const [written, read] = [await writer('stop'), await reader('stop')];
await operator.finish(FOLLOW);
// What writers wrote since the last entry differs from it; the chain is whole.
const verified = await operator.start(['migrate', 'verify', 'live']).ended;
if (!verified.text.includes('the ledger is whole')) operator.faults.push(`migrate verify: ${verified.text}`);
const audit = await operator.finish(['audit', 'live', '--expect', 'new', '--attest', 'all'], { tries: 1 });

/** What the table holds now against what the application has written. */
const wrong = [];
const model = new Map(written.model ?? []);
const table = await ask(
  `SELECT id, ${OWN} AS own, content, embedding::text AS vector, cutover_tag AS tag, cutover_text_hash AS hash, ${WHERE} AS inside FROM chunks`,
);
for (const row of table) {
  const known = model.get(row.id);
  if (known === undefined) wrong.push(`${row.id} was deleted, and is there`);
  else if (known.own !== row.own) wrong.push(`${row.id} is ${row.own} and was written as ${known.own}`);
  else if (known.hasVector !== (row.vector !== null)) wrong.push(`${row.id} ${known.hasVector ? 'lost its vector' : 'got a vector back'}`);
  else if (row.inside && row.vector !== null && (row.tag !== to || row.hash !== hashOf(row.content) || !isOf(row.vector, row.content, 'B')))
    wrong.push(`${row.id} is not proved to be of its text under the live version`);
  model.delete(row.id);
}
for (const id of model.keys()) wrong.push(`${id} is gone`);
const columns = (await ask(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'chunks' ORDER BY 1`)).map(
  ({ name }) => name,
);
await pool.end();
console.log(
  JSON.stringify({
    rows: table.length,
    ...operator.counts,
    switches,
    rates,
    writes: written.writes,
    reader: read,
    audit: audit?.split('\n').find((line) => /^(Pass|Fail)/.test(line)) ?? null,
    columns,
    faults: operator.faults,
    failures: written.failures,
    wrong,
  }),
);
