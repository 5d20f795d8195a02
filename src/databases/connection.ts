/** One row by column name. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs statements, one after the other. */
export interface SqlSession {
  query(sql: string, values?: readonly unknown[]): Promise<readonly SqlRow[]>;
}

/** A database of the PostgreSQL family. */
export interface SqlDatabase extends SqlSession {
  /** A separate session, closed when `work` ends. */
  session<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `work` between BEGIN and COMMIT; ROLLBACK when it throws. */
export async function transaction<T>(session: SqlSession, work: () => Promise<T>, mode = ''): Promise<T> {
  await session.query(`BEGIN ${mode}`);
  try {
    const result = await work();
    await session.query('COMMIT');
    return result;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
