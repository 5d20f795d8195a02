import { CutoverError } from '../../core/errors.ts';
import type { SqlSession } from '../../databases/connection.ts';
import type { PgvectorParams } from '../../model/search.ts';
import type { TableRequest } from './serving.ts';

/** Most dimensions that an index of pgvector takes. */
const INDEXABLE = { vector: 2_000, halfvec: 4_000 } as const;

/** What a server can do. */
export interface PgvectorServer {
  /** Versions, for people. */
  readonly library: string;
  /** Of the extension: major and minor. */
  readonly version: readonly [number, number];
  /** Access methods. */
  readonly methods: readonly string[];
}

/** @throws CutoverError STORE_EXTENSION_MISSING, STORE_UNREACHABLE */
export async function serverOf(session: SqlSession, store: string): Promise<PgvectorServer> {
  const [found] = await session.query(
    "SELECT extversion AS version, current_setting('server_version') AS server FROM pg_extension WHERE extname = 'vector'",
  );
  if (found === undefined) throw new CutoverError('STORE_EXTENSION_MISSING', { store });
  const methods = await session.query("SELECT amname AS name FROM pg_am WHERE amtype = 'i'");
  const [major = 0, minor = 0] = String(found.version).split('.').map(Number);
  return {
    library: `pgvector ${String(found.version)}, PostgreSQL ${String(found.server).split(' ')[0]}`,
    version: [major, minor],
    methods: methods.map(({ name }) => String(name)),
  };
}

/** @throws CutoverError SEARCH_DIMENSION_LIMIT, SEARCH_ENGINE_LACKS */
export function requireIndexable({ dimension, pgvector }: TableRequest, server: PgvectorServer, store: string): void {
  const { index, type, iterativeScan } = requirePgvector(pgvector);
  const lacks = (what: string) => new CutoverError('SEARCH_ENGINE_LACKS', { store, library: server.library, what });
  if (type === 'halfvec' && !isFrom(server, 0, 7)) throw lacks('no type halfvec, which came with 0.7');
  if (index === 'none') return;
  if (!server.methods.includes(index)) throw lacks(`no index of the kind ${index}`);
  if (iterativeScan !== 'off' && !isFrom(server, 0, 8)) throw lacks('no iterative scan, which came with 0.8');
  const limit = INDEXABLE[type];
  if (dimension > limit) throw new CutoverError('SEARCH_DIMENSION_LIMIT', { engine: 'pgvector', index, type, limit, dimension });
}

function isFrom({ version: [major, minor] }: PgvectorServer, wantedMajor: number, wantedMinor: number): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** @throws RangeError where the engine was chosen without its parameters */
export function requirePgvector(params: PgvectorParams | undefined): PgvectorParams {
  if (params === undefined) throw new RangeError('pgvector is searched with the parameters of pgvector.');
  return params;
}
