// A reader under the guard: searches until it is stopped, and looks at every row that it gets.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { hashOf, isOf, literal, liveTag, randomFrom, textFrom } from './table.mjs';

const SEARCH = `SELECT id, content, embedding::text AS vector, cutover_tag AS tag, cutover_text_hash AS hash
  FROM chunks WHERE cutover_tag = $2 AND deleted_at IS NULL ORDER BY embedding <=> $1 LIMIT 10`;

export class Reader {
  found = { searches: 0, rows: 0, empty: 0, wrong: [] };
  #running = true;
  #done;

  /** @param versions name of a version by its tag @param pause milliseconds between two searches */
  constructor(url, versions, pause) {
    this.#done = this.#run(url, versions, pause);
  }

  async stop() {
    this.#running = false;
    await this.#done;
    return this.found;
  }

  async #run(url, versions, pause) {
    const client = new pg.Client({ connectionString: url, application_name: 'storm reader' });
    await client.connect();
    const random = randomFrom(11);
    while (this.#running) {
      const tag = await liveTag(client);
      const version = versions.get(tag);
      if (version !== undefined) this.#look((await client.query(SEARCH, [literal(textFrom(random), version), tag])).rows, version);
      if (this.found.wrong.length > 20) return client.end();
      await wait(pause);
    }
    return client.end();
  }

  #look(rows, version) {
    this.found.searches++;
    this.found.rows += rows.length;
    // Between the two statements the columns may have changed places: then there is no row, and a reader asks again.
    if (rows.length === 0) this.found.empty++;
    for (const { id, vector, content, hash } of rows)
      if (!isOf(vector, content, version) || hash !== hashOf(content))
        this.found.wrong.push(
          `${id} under ${version}: ${isOf(vector, content, version === 'A' ? 'B' : 'A') ? 'of the other version' : 'of another text'}`,
        );
  }
}
