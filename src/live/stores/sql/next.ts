import type { Fingerprint } from '../../../core/brand.ts';
import { type SqlSession, transaction } from '../../../databases/connection.ts';
import { quoted } from '../../../databases/names.ts';
import type { Foresight, LedgerMove, Sides } from '../column-store.ts';
import type { Refusal } from '../live-store.ts';
import { type Dependent, dependentsOf } from './dependents.ts';
import { exchangeStatements, trial } from './exchange.ts';
import { type ColumnFacts, type TableFacts, tableFacts } from './facts.ts';
import { type Outlook, outlookForTags } from './foresee.ts';
import { appendLine } from './ledger.ts';
import type { TableNames } from './names.ts';
import { outlookForSubscribers, type Subscriber, tagColumns } from './subscribers.ts';
import { openColumns, taggingStatements } from './tagging.ts';
import { LOCK_TIMEOUT, quietLock } from './timeouts.ts';
import { type Indexed, indexesOf, type Twin, twinsOf } from './twins.ts';
import { watchStatements } from './watch.ts';

/** What the column beside is made like. */
export interface NextColumn extends Indexed {
  /** As SQL writes it. */
  readonly type: string;
  /** Whether it can hold the vectors that the current column has. */
  readonly mirrors: boolean;
}

/** pgvector's limits: dimensions of an index over `vector`, and over `halfvec`. Source: pgvector README, HNSW and IVFFlat. */
const INDEX_MOST = 2_000;
const HALF_MOST = 4_000;

/** The type for vectors of a dimension: as the current one, in half precision where an index could not be built otherwise. */
export function nextColumn(facts: TableFacts, names: TableNames, dimension: number): NextColumn {
  const type = facts.columns.get(names.places.current.vector)?.type ?? 'vector';
  const [, path = '', base = 'vector', limit] = /^(.*?)(vector|halfvec)(\(\d+\))?$/.exec(type) ?? [];
  const isIndexed = indexesOf(facts, names, 'current').some(({ method }) => method === 'hnsw' || method === 'ivfflat');
  const isHalf = dimension > INDEX_MOST && isIndexed;
  if (limit === undefined) return { type: `${path}${base}`, mirrors: true, dimension, isHalf: isHalf && base === 'vector' };
  const own = `${path}${isHalf ? 'halfvec' : base}(${dimension})`;
  return { type: own, mirrors: own === type, dimension, isHalf: isHalf && base === 'vector' };
}

/** What a migration will do to a table: the statements, what is made again at the switch, and what would stop it. */
export interface NextPlan extends Outlook {
  readonly column: NextColumn;
  readonly add: readonly string[];
  readonly twins: readonly Twin[];
  readonly dependents: readonly Dependent[];
}

export async function planNext(session: SqlSession, facts: TableFacts, names: TableNames, dimension: number): Promise<NextPlan> {
  const column = nextColumn(facts, names, dimension);
  const dependents = await dependentsOf(session, facts, names);
  const twins = twinsOf(facts, names, column);
  const current = facts.columns.get(names.places.current.vector);
  const there = facts.columns.get(names.places.next.vector);
  const refusals: (Refusal | false)[] = [
    dimension > HALF_MOST && {
      reason: `vectors of ${dimension} dimensions can't be indexed: pgvector takes ${HALF_MOST} at most, in half precision`,
      next: 'Keep fewer dimensions: `dimensions` of the version',
    },
    names.text === null && {
      reason: 'the configuration does not say which column holds the text',
      next: 'Name it: `columns.text`, a column, a template such as "{title} {body}", or an expression, `{ sql: … }`',
    },
    there !== undefined &&
      there.type !== column.type && {
        reason: `column ${names.places.next.vector} is there already, as ${there.type}`,
        next: "It is of another migration, or the application's own: drop or rename it yourself, then start again",
      },
    hasDefault(current) && {
      reason: `column ${names.places.current.vector} has a default, which would stay with the old vectors`,
      next: `ALTER TABLE ${names.table} ALTER COLUMN ${quoted(names.places.current.vector)} DROP DEFAULT, and let the application write it`,
    },
    ...dependents.map(
      ({ title, remake, owner }) =>
        remake !== null &&
        owner !== null && {
          reason: `${title} has to be made again at the switch, and belongs to ${owner}`,
          next: `GRANT ${quoted(owner)} to the role that you connect as, or let ${owner} drop it before the switch and make it again after it`,
        },
    ),
    ...dependents.map(
      ({ title, remake, isTyped, next }) =>
        (remake === null || (isTyped && !column.mirrors)) && {
          reason: `${title} is bound to the column that is exchanged${remake === null ? '' : ", and can't take one of another type"}`,
          next: `Before you start, ${next}`,
        },
    ),
  ];
  const warnings = dependents
    .filter(({ remake }) => remake !== null)
    .map(({ title }) => `${title} is bound to the column by its number: the switch makes it again, in the same transaction.`);
  if (current?.required === true)
    warnings.push(
      `${names.places.current.vector} is NOT NULL: from the switch until retire, the trigger enforces that and not the catalogue.`,
    );
  if (!column.mirrors) warnings.push(PREPARED, ...(await outside(session, names, column)));
  return {
    column,
    add: addStatements(facts, names, column),
    twins,
    dependents,
    refusals: refusals.filter((refusal) => refusal !== false),
    warnings,
  };
}

/** A default that is NULL is none. */
function hasDefault(column: ColumnFacts | undefined): boolean {
  return column !== undefined && column.fallback !== null && !/^NULL\b/.test(column.fallback);
}

const PREPARED =
  'The dimension changes: prepared statements that select the vector fail after the switch ("cached plan must not change result type") until their connection is renewed. Those that select `*` do at every step that adds or exchanges columns.';

/** Rows outside of `where` that can't keep their vector in a column of another type: they are embedded, too, or would have none. */
async function outside(session: SqlSession, { table, where, places }: TableNames, { mirrors, type }: NextColumn): Promise<string[]> {
  if (where === 'true' || mirrors) return [];
  const [row] = await session.query(
    `SELECT count(*)::float8 AS rows FROM ${table} WHERE NOT coalesce(${where}, false) AND ${quoted(places.current.vector)} IS NOT NULL`,
  );
  if (Number(row?.rows) === 0) return [];
  return [
    `${Number(row?.rows)} rows outside of \`where\` have a vector in the same column. One of type ${type} can't hold it, so these rows are embedded under the new version, too. If another application searches them, give it a separate column first.`,
  ];
}

function addStatements({ columns }: TableFacts, { table, places }: TableNames, { type }: NextColumn): string[] {
  const { current, next } = places;
  const wanted = [
    [next.vector, type, current.vector],
    [next.tag, 'text', current.tag],
    [next.textHash, 'text', current.textHash],
  ] as const;
  return wanted.flatMap(([name, own, like]) => {
    if (columns.has(name)) return [];
    const kept = (columns.get(like)?.kept ?? []).map((statement) =>
      statement.replaceAll('{table}', table).replaceAll('{column}', quoted(name)),
    );
    return [`ALTER TABLE ${table} ADD COLUMN ${quoted(name)} ${own}`, ...kept];
  });
}

/** Bytes that the second column and its indexes will take, from those that are there. */
export function diskOf(
  facts: TableFacts,
  { dimension, isHalf }: NextColumn,
  twins: readonly Twin[],
  was: number | null,
): { readonly column: number; readonly indexes: number } {
  const each = dimension * (isHalf ? 2 : 4) + 8;
  const scale = was === null || was === 0 ? 1 : each / (was * 4 + 8);
  return { column: Math.round(facts.rows * each), indexes: Math.round(twins.reduce((sum, { of }) => sum + of.bytes * scale, 0)) };
}

interface Table {
  readonly session: SqlSession;
  readonly facts: TableFacts;
  readonly names: TableNames;
  /** For messages. */
  readonly store: string;
}

/** Adds the column beside and makes the trigger watch it, in one transaction with the entry that says so. */
export async function addNext(
  { session, facts, names, store }: Table,
  sides: Sides & { readonly next: Fingerprint },
  dimension: number,
  move: LedgerMove,
): Promise<void> {
  const column = nextColumn(facts, names, dimension);
  await transaction(session, async () => {
    await session.query(quietLock(names.table));
    await session.query(
      `INSERT INTO ${names.live} (store, live, next) VALUES ($1, $2, $3) ON CONFLICT (store) DO UPDATE SET live = EXCLUDED.live, next = EXCLUDED.next`,
      [names.store, sides.current, sides.next],
    );
    for (const statement of startStatements(facts, names, sides.next, column)) await session.query(statement);
    await appendLine(session, names, store, move.line, move.seq);
  });
}

function startStatements(facts: TableFacts, names: TableNames, next: string, column: NextColumn): string[] {
  return [...addStatements(facts, names, column), ...watchStatements(names, { next, mirrors: column.mirrors, required: false })];
}

/** As the planner estimates them; counted where nothing has analysed the table yet. */
async function rowsOf(session: SqlSession, { rows }: TableFacts, { table }: TableNames): Promise<number> {
  if (rows > 0) return rows;
  const [row] = await session.query(`SELECT count(*)::float8 AS rows FROM ${table}`);
  return Number(row?.rows);
}

export async function foresee(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  next: Fingerprint,
  dimension: number,
  subscribers: readonly Subscriber[] | null,
): Promise<Foresight> {
  const plan = await planNext(session, facts, names, dimension);
  const tags = await outlookForTags(session, facts, names);
  const rows = await rowsOf(session, facts, names);
  const sent = await outlookForSubscribers(
    session,
    facts,
    names,
    [...tagColumns(names, 'current'), [names.places.next.vector, plan.column.type], ...tagColumns(names, 'next')],
    subscribers,
  );
  const others = (await openColumns(session, names)).filter((store) => store !== names.store);
  const was = Number(/\((\d+)\)$/.exec(facts.columns.get(names.places.current.vector)?.type ?? '')?.[1]);
  return {
    statements: [
      LOCK_TIMEOUT,
      ...(await taggingStatements(session, facts, names)),
      ...startStatements(facts, names, next, plan.column),
      ...plan.twins
        .filter(({ name }) => !facts.indexes.some((index) => index.name === name))
        .flatMap(({ create, attach }) => [create, ...(attach === null ? [] : [attach])]),
    ],
    exchange: exchangeOutline(names, plan),
    refusals: [
      ...tags.refusals,
      ...plan.refusals,
      ...sent.refusals,
      ...others.map((store) => ({ reason: `${store} is being migrated in the same column`, next: 'Retire that migration first' })),
    ],
    warnings: [...sent.warnings, ...tags.warnings, ...plan.warnings],
    rows,
    disk: diskOf({ ...facts, rows }, plan.column, plan.twins, Number.isFinite(was) ? was : null),
  };
}

function exchangeOutline({ table, places }: TableNames, { twins, dependents }: NextPlan): string[] {
  return [
    quietLock(table),
    `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`,
    ...(['vector', 'tag', 'textHash'] as const).map(
      (column) => `-- exchange the names of ${quoted(places.current[column])} and ${quoted(places.next[column])}`,
    ),
    ...twins.map(({ of, name }) => `-- exchange the names of ${quoted(of.name)} and ${quoted(name)}`),
    ...dependents.flatMap(({ remake }) => remake ?? []),
  ];
}

/** Everything that start and switch run, rolled back; indexes on a copy of the table without its rows. */
export async function rehearse(session: SqlSession, names: TableNames, store: string, next: Fingerprint, dimension: number): Promise<void> {
  await trial(session, async () => {
    const before = await tableFacts(session, names, store);
    for (const statement of await taggingStatements(session, before, names)) await session.query(statement);
    const facts = await tableFacts(session, names, store);
    const { column, twins } = await planNext(session, facts, names, dimension);
    for (const statement of startStatements(facts, names, next, column)) await session.query(statement);
    await session.query(`CREATE TEMP TABLE cutover_rehearsal (LIKE ${names.table}) ON COMMIT DROP`);
    for (const { create, of } of twins)
      await session.query(
        create.replace(' CONCURRENTLY', '').replace(' ON ONLY ', ' ON ').replace(` ON ${of.on} `, ' ON cutover_rehearsal '),
      );
    const after = await tableFacts(session, names, store);
    for (const statement of await exchangeStatements(session, after, names, { current: next, next })) await session.query(statement);
  });
}
