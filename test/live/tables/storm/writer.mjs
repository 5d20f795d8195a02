// An application that changes rows at random until it is stopped, and keeps a model of them.
// Each lane is a connection with ids that are its alone, so that the model is exact.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { literal, liveTag, OWN, randomFrom, textFrom } from './table.mjs';

const PLAIN = `INSERT INTO chunks (id, tenant_id, content, embedding) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content`;
const TAGGED = 'INSERT INTO chunks (id, tenant_id, content, embedding, cutover_tag) VALUES ($1, $2, $3, $4, $5)';

export class Writer {
  /** What the application wrote last, by id: its columns, and whether there is a vector. */
  model = new Map();
  failures = [];
  writes = 0;
  #versions;
  #pause;
  #running = true;
  #done;

  /** @param versions name of a version by its tag @param pause milliseconds between two statements of a lane, on average */
  constructor(url, versions, { pause, seed, lanes }) {
    this.#versions = versions;
    this.#pause = pause;
    this.#done = Promise.all(Array.from({ length: lanes }, (_, lane) => this.#run(url, lane, randomFrom(seed + lane))));
  }

  async stop() {
    this.#running = false;
    await this.#done;
  }

  async #run(url, number, random) {
    const client = new pg.Client({ connectionString: url, application_name: 'storm writer' });
    await client.connect();
    const lane = { client, random, name: `w${number}`, ids: await this.#known(client, `w${number}-`) };
    while (this.#running) {
      const kind = PILE[Math.floor(random() * PILE.length)];
      try {
        await kind(this, lane);
        this.writes++;
      } catch (error) {
        this.failures.push(error.message);
        if (this.failures.length > 20) break;
      }
      if (this.#pause > 0) await wait(this.#pause * random() * 2);
    }
    await client.end();
  }

  async #known(client, start) {
    const { rows } = await client.query(`SELECT id, ${OWN} AS own, embedding IS NOT NULL AS has FROM chunks WHERE starts_with(id, $1)`, [
      start,
    ]);
    for (const row of rows) this.model.set(row.id, { own: row.own, hasVector: row.has });
    return rows.map(({ id }) => id);
  }

  async insert({ client, random, ids, name }) {
    const id = `${name}-${this.writes}-${Math.floor(random() * 1e6)}`;
    const text = textFrom(random);
    const [tag, version] = await this.#live(client);
    const how = random();
    const vector = how < 0.1 ? null : literal(text, version);
    const isTagged = how >= 0.5 && tag !== undefined;
    const { rows } = await client.query(`${isTagged ? TAGGED : PLAIN} RETURNING ${OWN} AS own`, [
      id,
      Math.floor(random() * 4),
      text,
      vector,
      ...(isTagged ? [tag] : []),
    ]);
    ids.push(id);
    this.model.set(id, { own: rows[0].own, hasVector: vector !== null });
  }

  /** A new text with its vector, as an application writes that knows of tags, or doesn't. */
  async embed(lane, isTagged) {
    const text = textFrom(lane.random);
    const [tag, version] = await this.#live(lane.client);
    // As it happens between reading the live tag and writing: the columns may have changed places.
    if (lane.random() < 0.1) await wait(lane.random() * 50);
    const values = [text, literal(text, version)];
    if (isTagged && tag !== undefined)
      return this.update(lane, 'UPDATE chunks SET content = $2, embedding = $3, cutover_tag = $4 WHERE id = $1', [...values, tag], true);
    return this.update(lane, 'UPDATE chunks SET content = $2, embedding = $3 WHERE id = $1', values, true);
  }

  /** @param hasVector whether the row has a vector afterwards; null where that stays as it was */
  async update({ client, random, ids }, sql, values = [], hasVector = null) {
    const id = ids[Math.floor(random() * ids.length)];
    if (id === undefined) return;
    const { rows } = await client.query(`${sql} RETURNING ${OWN} AS own`, [id, ...values]);
    // A vector that is still to be made is not there to be taken away.
    if (rows.length > 0) this.model.set(id, { own: rows[0].own, hasVector: hasVector ?? this.model.get(id)?.hasVector });
  }

  async remove({ client, random, ids }) {
    const [id] = ids.splice(Math.floor(random() * ids.length), 1);
    if (id === undefined) return;
    await client.query('DELETE FROM chunks WHERE id = $1', [id]);
    this.model.delete(id);
  }

  async #live(client) {
    const tag = await liveTag(client);
    return [tag, this.#versions.get(tag) ?? 'A'];
  }
}

/** Statements as an application has them: most don't know of tags, and some leave the vector behind. */
const KINDS = [
  [4, (writer, lane) => writer.insert(lane)],
  [3, (writer, lane) => writer.embed(lane, true)],
  [2, (writer, lane) => writer.embed(lane, false)],
  [2, (writer, lane) => writer.update(lane, 'UPDATE chunks SET content = $2 WHERE id = $1', [textFrom(lane.random)])],
  [
    2,
    (writer, lane) => writer.update(lane, `UPDATE chunks SET metadata = jsonb_build_object('n', $2::int) WHERE id = $1`, [writer.writes]),
  ],
  [1, (writer, lane) => writer.update(lane, 'UPDATE chunks SET deleted_at = clock_timestamp() WHERE id = $1')],
  [1, (writer, lane) => writer.update(lane, 'UPDATE chunks SET deleted_at = NULL WHERE id = $1')],
  [1, (writer, lane) => writer.update(lane, 'UPDATE chunks SET embedding = NULL WHERE id = $1 AND embedding IS NOT NULL', [], false)],
  [3, (writer, lane) => writer.remove(lane)],
];
const PILE = KINDS.flatMap(([weight, kind]) => Array(weight).fill(kind));
