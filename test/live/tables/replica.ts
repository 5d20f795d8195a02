import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A streaming replica of a server, whose replay can be stopped. */
export class Replica {
  readonly pool: pg.Pool;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.pool = new pg.Pool({ connectionString: `postgresql://postgres@/postgres?host=${folder}` });
    this.pool.on('error', () => undefined);
  }

  /** By pg_basebackup of the server's own installation, under the user that runs it. */
  static async of(primary: pg.Pool): Promise<Replica> {
    const { rows } = await primary.query(
      `SELECT (SELECT setting FROM pg_config WHERE name = 'BINDIR') AS bin, current_setting('data_directory') AS data, current_setting('unix_socket_directories') AS socket, current_setting('port') AS port`,
    );
    const { bin, data, socket, port } = rows[0];
    const { uid, gid } = statSync(data);
    const folder = temporaryFolder();
    const as = process.getuid?.() === 0 ? { uid, gid } : {};
    if ('uid' in as) chownSync(folder, uid, gid);
    const from = ['-h', socket, '-p', port, '-U', 'postgres'];
    await promisify(execFile)(join(bin, 'pg_basebackup'), [...from, '-D', folder, '-R', '-X', 'stream', '-c', 'fast'], {
      ...as,
      cwd: folder,
    });
    // The server's own socket is in the folder that was copied.
    for (const file of readdirSync(folder)) if (file.startsWith('.s.PGSQL')) rmSync(join(folder, file));
    const settings = ['wal_receiver_status_interval=1s', 'hot_standby=on'].flatMap((setting) => ['-c', setting]);
    const child = spawn(join(bin, 'postgres'), ['-D', folder, '-k', folder, '-h', '', '-p', '5432', ...settings], {
      ...as,
      cwd: folder,
      stdio: 'ignore',
    });
    const replica = new Replica(child, folder);
    while (!(await replica.#answers())) await wait(100);
    return replica;
  }

  async #answers(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`the replica ended with ${this.#child.exitCode}`);
    return this.pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  /** Waits until it has replayed what the server has written so far. */
  async caughtUp(primary: pg.Pool): Promise<void> {
    const behind = `SELECT count(*) FILTER (WHERE replay_lsn >= pg_current_wal_lsn())::int AS n FROM pg_stat_replication`;
    while ((await primary.query(behind)).rows[0].n === 0) await wait(50);
  }

  async stop(): Promise<void> {
    await this.pool.end();
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGINT');
    await gone;
  }
}
