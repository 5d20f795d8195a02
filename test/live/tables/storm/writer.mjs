// node writer.mjs URL FROM,TO PAUSE SEED LANES: changes rows at random until it is told to stop, and keeps a model of them.
// Each lane is a connection with ids that are its alone, so that the model is exact. Messages: {stop} in; {model, writes, failures} out.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { literal, OWN, randomFrom, textFrom } from './table.mjs';

const [url, tags, pause, seed, lanes] = process.argv.slice(2);
const VERSION = new Map(tags.split(',').map((tag, i) => [tag, i === 0 ? 'A' : 'B']));
const model = new Map();
const failures = [];
let writes = 0;
let running = true;
process.on('message', ({ ask }) => {
  if (ask === 'writes') process.send({ writes });
  else running = false;
});

/** Statements as an application has them: most don't know of tags, and some leave the vector behind. */
const KINDS = [
  [4, insert],
  [3, (lane) => change(lane, 'content, vector and tag')],
  [2, (lane) => change(lane, 'content and vector')],
  [2, (lane) => change(lane, 'content')],
  [2, (lane) => statement(lane, `UPDATE chunks SET metadata = jsonb_build_object('n', $2::int) WHERE id = $1`, [writes])],
  [1, (lane) => statement(lane, 'UPDATE chunks SET deleted_at = clock_timestamp() WHERE id = $1')],
  [1, (lane) => statement(lane, 'UPDATE chunks SET deleted_at = NULL WHERE id = $1')],
  [1, (lane) => statement(lane, 'UPDATE chunks SET embedding = NULL WHERE id = $1', [], false)],
  [3, remove],
];
const PILE = KINDS.flatMap(([weight, kind]) => Array(weight).fill(kind));

async function insert({ client, random, ids, name }) {
  const id = `${name}-${writes}-${Math.floor(random() * 1e6)}`;
  const text = textFrom(random);
  const [tag, version] = await live(client);
  const how = random();
  const vector = how < 0.1 ? null : literal(text, version);
  const { rows } = await client.query(
    how < 0.5
      ? `INSERT INTO chunks (id, tenant_id, content, embedding) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content RETURNING ${OWN} AS own`
      : `INSERT INTO chunks (id, tenant_id, content, embedding, cutover_tag) VALUES ($1, $2, $3, $4, $5) RETURNING ${OWN} AS own`,
    [id, Math.floor(random() * 4), text, vector, ...(how < 0.5 ? [] : [tag])],
  );
  ids.push(id);
  model.set(id, { own: rows[0].own, hasVector: vector !== null });
}

async function change(lane, what) {
  const text = textFrom(lane.random);
  if (what === 'content') return statement(lane, 'UPDATE chunks SET content = $2 WHERE id = $1', [text]);
  const [tag, version] = await live(lane.client);
  // As it happens between reading the live tag and writing: the columns may have changed places.
  if (lane.random() < 0.1) await wait(lane.random() * 50);
  if (what === 'content and vector')
    return statement(lane, 'UPDATE chunks SET content = $2, embedding = $3 WHERE id = $1', [text, literal(text, version)], true);
  const values = [text, literal(text, version), tag];
  return statement(lane, 'UPDATE chunks SET content = $2, embedding = $3, cutover_tag = $4 WHERE id = $1', values, true);
}

/** @param hasVector whether the row has a vector afterwards; null where that stays as it was */
async function statement({ client, random, ids }, sql, values = [], hasVector = null) {
  const id = ids[Math.floor(random() * ids.length)];
  if (id === undefined) return;
  const { rows } = await client.query(`${sql} RETURNING ${OWN} AS own`, [id, ...values]);
  model.set(id, { own: rows[0].own, hasVector: hasVector ?? model.get(id)?.hasVector });
}

async function remove({ client, random, ids }) {
  const [id] = ids.splice(Math.floor(random() * ids.length), 1);
  if (id === undefined) return;
  await client.query('DELETE FROM chunks WHERE id = $1', [id]);
  model.delete(id);
}

async function live(client) {
  const { rows } = await client.query(`SELECT live FROM cutover_live WHERE store = 'chunks.embedding@live'`);
  const tag = rows[0]?.live;
  return [tag, VERSION.get(tag) ?? 'A'];
}

async function run(lane) {
  const client = new pg.Client({ connectionString: url, application_name: 'storm writer' });
  await client.connect();
  const random = randomFrom(Number(seed) + lane);
  const name = `w${lane}`;
  const own = await client.query(`SELECT id, ${OWN} AS own, embedding IS NOT NULL AS has FROM chunks WHERE starts_with(id, $1)`, [
    `${name}-`,
  ]);
  for (const row of own.rows) model.set(row.id, { own: row.own, hasVector: row.has });
  const state = { client, random, name, ids: own.rows.map(({ id }) => id) };
  while (running) {
    const kind = PILE[Math.floor(random() * PILE.length)];
    try {
      await kind(state);
      writes++;
    } catch (error) {
      failures.push(`${kind.name || 'update'}: ${error.message}`);
      if (failures.length > 20) running = false;
    }
    if (Number(pause) > 0) await wait(Number(pause) * random() * 2);
  }
  await client.end();
}

await Promise.all(Array.from({ length: Number(lanes) }, (_, lane) => run(lane)));
process.send({ model: [...model], writes, failures }, () => process.disconnect());
