import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type SqlDatabase, transaction } from '../../../src/databases/connection.ts';
import { guardedDatabase } from '../../../src/databases/errors.ts';
import { openPglite } from '../../../src/databases/pglite.ts';
import { openLite } from '../../shared/lite.ts';
import { SmallDisk } from './small-disk.ts';

it.skipIf(!SmallDisk.isAllowed)('a log of PGlite that finds no room is named, nobody waits for ever, and what was committed is there', () =>
  SmallDisk.used(async (disk) => {
    const folder = join(disk.folder, 'lite');
    await (await openLite(folder)).close();
    const opened = async (): Promise<SqlDatabase> => guardedDatabase(await openPglite(folder, 'lite'), 'lite', null);
    const database = await opened();
    await database.query("CREATE TABLE chunks AS SELECT n AS id, 'text ' || n AS body FROM generate_series(1, 300) n");
    disk.leave(64 * 1024);
    // The next entry is of a new file of the log.
    await database.query('SELECT pg_switch_wal()');
    const full = { code: 'STORE_DISK_FULL', message: expect.stringContaining('pg_wal') };
    const statement = () => database.query("UPDATE chunks SET body = 'changed'");
    // A COMMIT would never end.
    await expect(transaction(database, statement)).rejects.toMatchObject({
      code: 'STORE_DISK_FULL',
      message: expect.stringContaining('are free'),
    });
    await expect(statement()).rejects.toMatchObject(full);
    await expect(database.query('SELECT 1')).rejects.toMatchObject(full);
    await database.close();
    await expect(opened()).rejects.toMatchObject({ code: 'STORE_DISK_FULL', message: expect.stringContaining('bytes free') });
    disk.clear();
    const again = await opened();
    expect(await again.query("SELECT count(*)::int AS rows FROM chunks WHERE body = 'text ' || id")).toEqual([{ rows: 300 }]);
    await again.close();
  }),
);
