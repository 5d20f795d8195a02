// node reader.mjs URL FROM,TO PAUSE: searches under the guard until it is told to stop, and looks at every row that it gets.
// Messages: {stop} in; {searches, rows, empty, wrong} out.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { hashOf, isOf, literal, randomFrom, textFrom } from './table.mjs';

const [url, tags, pause] = process.argv.slice(2);
const VERSION = new Map(tags.split(',').map((tag, i) => [tag, i === 0 ? 'A' : 'B']));
const SEARCH = `SELECT id, content, embedding::text AS vector, cutover_tag AS tag, cutover_text_hash AS hash
  FROM chunks WHERE cutover_tag = $2 AND deleted_at IS NULL ORDER BY embedding <=> $1 LIMIT 10`;

const found = { searches: 0, rows: 0, empty: 0, wrong: [] };
let running = true;
process.on('message', () => {
  running = false;
});

const client = new pg.Client({ connectionString: url, application_name: 'storm reader' });
await client.connect();
const random = randomFrom(11);
while (running) {
  const { rows: sides } = await client.query(`SELECT live FROM cutover_live WHERE store = 'chunks.embedding@live'`);
  const tag = sides[0]?.live;
  const version = VERSION.get(tag);
  if (version !== undefined) {
    const { rows } = await client.query(SEARCH, [literal(textFrom(random), version), tag]);
    found.searches++;
    found.rows += rows.length;
    // Between the two statements the columns may have changed places: then there is no row, and a reader asks again.
    if (rows.length === 0) found.empty++;
    for (const row of rows)
      if (!isOf(row.vector, row.content, version) || row.hash !== hashOf(row.content))
        found.wrong.push(
          `${row.id} under ${version}: ${isOf(row.vector, row.content, version === 'A' ? 'B' : 'A') ? 'of the other version' : 'of another text'}`,
        );
    if (found.wrong.length > 20) running = false;
  }
  await wait(Number(pause));
}
await client.end();
process.send(found, () => process.disconnect());
