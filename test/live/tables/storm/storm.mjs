// A whole migration while an application changes rows, a reader searches under the guard, two operators collide, a service follows and
// the tool is killed at random moments.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Operator } from './operator.mjs';
import { makeProject, makeTable } from './project.mjs';
import { Reader } from './reader.mjs';
import { hashOf, isOf, liveTag, OWN, randomFrom, WHERE } from './table.mjs';
import { Writer } from './writer.mjs';

const TAG = ['tag', 'apply', 'live', '--as', 'old', '-q'];
const START = ['migrate', 'start', 'live', '-q'];
const FOLLOW = ['migrate', 'follow', 'live', '--once', '-q'];
const SERVICE = ['migrate', 'follow', 'live', '-q'];
const PROMOTE = ['migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'guarded'];
const BACK = ['migrate', 'rollback', 'live'];
const RETIRE = ['migrate', 'retire', 'live', '--yes'];

/** The way of a migration. A part of it may be run, and the rest later on the same table. */
export const STAGES = ['make', 'tag', 'start', 'switch', 'retire'];
/** Of all kills, by stage; the rest is for the switches. */
const SHARE = { tag: 0.1, start: 0.25, retire: 0.1 };

class Storm {
  #settings;
  #pool;
  #random;
  #operator;
  #until;
  #switches = 0;
  /** Tag of the old version and of the new one. */
  #from;
  #to;
  #writer;

  constructor(settings) {
    const { url, folder, bin, seed, seconds, run } = settings;
    this.#settings = settings;
    this.#pool = new pg.Pool({ connectionString: url, application_name: 'storm' });
    this.#random = randomFrom(seed);
    this.#until = performance.now() + seconds * 1000;
    const env = { ...process.env, DATABASE_URL: url, NO_COLOR: '1', CI: '1', CUTOVER_CACHE_SCOPE: 'protected' };
    this.#operator = new Operator({ bin, options: { cwd: folder, env }, random: this.#random, backends: () => this.#backends(), run });
  }

  async run() {
    const { stages, rows, lanes, folder, url, pause, seed, service } = this.#settings;
    if (stages.includes('make')) makeProject(folder, await makeTable(this.#pool, rows, lanes, this.#random));
    [this.#from, this.#to] = await this.#tags();
    const versions = new Map([
      [this.#from, 'A'],
      [this.#to, 'B'],
    ]);
    this.#writer = new Writer(url, versions, { pause, seed, lanes });
    const reader = new Reader(url, versions, Math.max(5, pause));
    if (stages.includes('tag')) await this.#tag();
    if (service > 0) this.#operator.serve(SERVICE, service);
    if (stages.includes('start')) await this.#through(START, this.#part('start'), async () => (await this.#state()) === 'backfilled');
    if (stages.includes('switch')) await this.#switch();
    if (stages.includes('retire')) await this.#retire();
    await this.#operator.rest();
    await this.#writer.stop();
    return this.#verdict(await reader.stop(), versions);
  }

  async #tag() {
    await this.#through(TAG, this.#part('tag'), async () => (await this.#live()) !== undefined);
    await this.#operator.finish(['run', '-q']);
  }

  /** There, back, and there again, however many kills those take. */
  async #switch() {
    const { kills, stages } = this.#settings;
    const enough = kills - (stages.includes('retire') ? this.#part('retire') : 0);
    while ((this.#operator.counts.killed < enough || this.#switches < 2) && performance.now() < this.#until) {
      const was = await this.#live();
      const way = was === this.#from ? PROMOTE : this.#random() < 0.5 ? BACK : [...BACK, '--now'];
      await this.#through(way, 1 + Math.floor(this.#random() * Math.min(8, kills / 4)), async () => (await this.#live()) !== was);
      this.#switches++;
    }
  }

  /** The writer never stops: the last step has to pass under it, too. */
  async #retire() {
    if ((await this.#live()) === this.#from) await this.#through(PROMOTE, 0, async () => (await this.#live()) === this.#to);
    await this.#through(RETIRE, this.#part('retire'), async () => (await this.#state()) === 'retired');
  }

  #part(stage) {
    const { kills } = this.#settings;
    return kills === 0 ? 0 : Math.max(1, Math.round(kills * SHARE[stage]));
  }

  /** Kills a command so many times; in the end it passes, now and then beside another operator. */
  async #through(args, count, isDone) {
    this.#settings.say(`${args.slice(0, 2).join(' ')}: ${count} kills, ${this.#operator.counts.killed} before`);
    for (let i = 0; i < count && !(await isDone()) && performance.now() < this.#until; i++) await this.#operator.kill(args);
    if (count > 0 && !(await isDone()) && this.#random() < 0.3) await this.#operator.collide(args, this.#random() < 0.5 ? args : FOLLOW);
    if (!(await isDone())) await this.#operator.finish(args, { isDone });
  }

  async #verdict(read, versions) {
    const operator = this.#operator;
    await operator.finish(FOLLOW);
    // What writers wrote since the last entry differs from it; the chain is whole.
    const verified = await operator.once(['migrate', 'verify', 'live']);
    if (!verified.text.includes('the ledger is whole')) operator.faults.push(`migrate verify: ${verified.text}`);
    const tag = await this.#live();
    const isSwitched =
      (await this.#ask(`SELECT 1 FROM cutover_migrations WHERE entry::json #>> '{event,state}' = 'cut-over' LIMIT 1`)).length > 0;
    const expected = tag === this.#to ? 'new' : 'old';
    const audit = isSwitched ? await operator.finish(['audit', 'live', '--expect', expected, '--attest', 'all'], { tries: 1 }) : null;
    const table = await this.#ask(
      `SELECT id, ${OWN} AS own, content, embedding::text AS vector, cutover_tag AS tag, cutover_text_hash AS hash, ${WHERE} AS inside FROM chunks`,
    );
    const columns = await this.#ask(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'chunks' ORDER BY 1`);
    await this.#pool.end();
    return {
      rows: table.length,
      ...operator.counts,
      switches: this.#switches,
      writes: this.#writer.writes,
      reader: read,
      audit: audit?.split('\n').find((line) => /^(Pass|Fail)/.test(line)) ?? null,
      columns: columns.map(({ name }) => name),
      faults: operator.faults,
      failures: this.#writer.failures,
      wrong: differences(table, this.#writer.model, { tag, version: versions.get(tag), isSwitched }),
    };
  }

  /** Tags of both versions. */
  async #tags() {
    const file = join(this.#settings.folder, 'tags.json');
    if (!existsSync(file)) {
      const shown = ['old', 'new'].map(async (name) => {
        const { text } = await this.#operator.once(['versions', 'show', name, '--json', '-q']);
        return JSON.parse(text)[0].version.fingerprint;
      });
      writeFileSync(file, JSON.stringify(await Promise.all(shown)));
    }
    return JSON.parse(readFileSync(file, 'utf8'));
  }

  async #ask(sql) {
    return (await this.#pool.query(sql)).rows;
  }

  #live() {
    return liveTag(this.#pool);
  }

  async #state() {
    const [there] = await this.#ask(`SELECT to_regclass('cutover_migrations') IS NOT NULL AS there`);
    if (!there.there) return null;
    const [last] = await this.#ask(`SELECT entry::json #>> '{event,state}' AS state FROM cutover_migrations ORDER BY seq DESC LIMIT 1`);
    return last?.state ?? null;
  }

  /** Process ids of the tool's connections. */
  async #backends() {
    const rows = await this.#ask(`SELECT pid FROM pg_stat_activity WHERE application_name = 'cutover' AND datname = current_database()`);
    return rows.map(({ pid }) => pid);
  }
}

/**
 * @param options url, folder, bin; rows; kills of this part; pause and lanes of the writer; seed; stages; service: milliseconds that a
 *   follower lives at most, 0 for none; seconds after which nothing is killed any more; run: how a command runs that is to end; say
 * @returns what was done, and everything that was not as it must be
 */
export function storm(options) {
  const settings = { stages: STAGES, service: 0, seconds: Number.POSITIVE_INFINITY, say: () => undefined, ...options };
  return new Storm(settings).run();
}

/** What the table holds now against what the application has written. */
function differences(rows, written, { tag, version, isSwitched }) {
  const wrong = [];
  const model = new Map(written);
  for (const row of rows) {
    const known = model.get(row.id);
    const isProved = () => row.tag === tag && row.hash === hashOf(row.content) && isOf(row.vector, row.content, version);
    if (known === undefined) wrong.push(`${row.id} was deleted, and is there`);
    else if (known.own !== row.own) wrong.push(`${row.id} is ${row.own} and was written as ${known.own}`);
    else if (known.hasVector !== (row.vector !== null)) wrong.push(`${row.id} ${known.hasVector ? 'lost its vector' : 'got one back'}`);
    // Before any switch a row stays without a tag if the application had given it another text before there was a trigger.
    else if (row.inside && row.vector !== null && (isSwitched || row.tag !== null || row.hash !== null) && !isProved())
      wrong.push(`${row.id} is not proved to be of its text under the live version`);
    model.delete(row.id);
  }
  for (const id of model.keys()) wrong.push(`${id} is gone`);
  return wrong;
}
