import type { SqlRow, SqlSession } from '../../../databases/connection.ts';
import { literal, quoted } from '../../../databases/names.ts';
import type { TableFacts } from './facts.ts';
import type { TableNames } from './names.ts';
import { isOwnTrigger } from './watch.ts';

/** Something that is bound to a column by its number: an exchange of names leaves it with the column that has another name then. */
export interface Dependent {
  /** For people: `view public.recent`. */
  readonly title: string;
  /** Statements that bind it to the name again, to be run after the exchange in the same transaction; null where there are none. */
  readonly remake: readonly string[] | null;
  /** Whose it is, where the tool doesn't have that role: it can't be made again then. */
  readonly owner: string | null;
  /** It selects the column's type, which a view can't change. */
  readonly isTyped: boolean;
  /** What to do where it can't be made again. */
  readonly next: string;
}

/** Name of an owner that the current role is no member of; NULL where it is. */
const stranger = (owner: string) =>
  `CASE WHEN pg_catalog.pg_has_role(${owner}, 'USAGE') THEN NULL ELSE pg_catalog.pg_get_userbyid(${owner}) END AS owner`;

function ownerOf({ owner }: SqlRow): string | null {
  return owner === null ? null : String(owner);
}

/** Everything that mentions columns of either place, indexes and the tool's own triggers aside. */
export async function dependentsOf(session: SqlSession, facts: TableFacts, names: TableNames): Promise<Dependent[]> {
  const { current, next } = names.places;
  const columns = [current, next].flatMap(({ vector, tag, textHash }) => [vector, tag, textHash]).filter((name) => facts.columns.has(name));
  const bound = `SELECT DISTINCT d.classid, d.objid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid IN (${facts.relations.join(', ')}) AND a.attname IN (${columns.map(literal).join(', ')})`;
  return [
    ...(await views(session, bound)),
    ...(await routines(session, bound)),
    ...(await policies(session, bound)),
    ...(await triggers(session, bound)),
    ...(await others(session, bound)),
    ...(await publications(session, facts, columns)),
  ];
}

async function views(session: SqlSession, bound: string): Promise<Dependent[]> {
  const rows = await session.query(
    `SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name, c.relkind AS kind, array_to_string(c.reloptions, ', ') AS options,
       rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') AS definition, r.rulename = '_RETURN' AS is_view, ${stranger('c.relowner')}
     FROM (${bound}) b JOIN pg_catalog.pg_rewrite r ON b.classid = 'pg_rewrite'::regclass AND r.oid = b.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1`,
  );
  return rows.map((row) => {
    const { name, kind, options, definition, is_view } = row;
    const isView = kind === 'v' && is_view === true;
    const made = `CREATE OR REPLACE VIEW ${String(name)}${options === null || options === '' ? '' : ` WITH (${String(options)})`} AS ${String(definition)}`;
    return {
      title: `${isView ? 'view' : kind === 'm' ? 'materialized view' : 'rule of'} ${String(name)}`,
      remake: isView ? [made] : null,
      owner: ownerOf(row),
      isTyped: isView,
      next: isView
        ? `drop ${String(name)} before the switch and create it again after it, in your own migration`
        : `drop ${String(name)} before the migration and create it again after it: it can't be bound to another column in place`,
    };
  });
}

async function routines(session: SqlSession, bound: string): Promise<Dependent[]> {
  const rows = await session.query(
    `SELECT p.oid::regprocedure::text AS name, pg_catalog.pg_get_functiondef(p.oid) AS definition, ${stranger('p.proowner')}
     FROM (${bound}) b JOIN pg_catalog.pg_proc p ON b.classid = 'pg_proc'::regclass AND p.oid = b.objid ORDER BY 1`,
  );
  return rows.map((row) => ({
    title: `function ${String(row.name)}`,
    remake: [String(row.definition)],
    owner: ownerOf(row),
    isTyped: false,
    next: '',
  }));
}

async function policies(session: SqlSession, bound: string): Promise<Dependent[]> {
  const rows = await session.query(
    `SELECT p.polname AS name, p.polrelid::regclass::text AS table_name, pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS filter, pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS checked, ${stranger('c.relowner')}
     FROM (${bound}) b JOIN pg_catalog.pg_policy p ON b.classid = 'pg_policy'::regclass AND p.oid = b.objid JOIN pg_catalog.pg_class c ON c.oid = p.polrelid ORDER BY 1`,
  );
  return rows.map((row) => {
    const { name, table_name, filter, checked } = row;
    const filtered = `${filter === null ? '' : ` USING (${String(filter)})`}${checked === null ? '' : ` WITH CHECK (${String(checked)})`}`;
    return {
      title: `policy ${String(name)} of ${String(table_name)}`,
      remake: [`ALTER POLICY ${quoted(String(name))} ON ${String(table_name)}${filtered}`],
      owner: ownerOf(row),
      isTyped: false,
      next: '',
    };
  });
}

const ENABLED: Readonly<Record<string, string>> = { D: 'DISABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA', O: 'ENABLE' };

async function triggers(session: SqlSession, bound: string): Promise<Dependent[]> {
  const rows = await session.query(
    `SELECT t.tgname AS name, format('%I.%I', n.nspname, c.relname) AS table_name, t.tgenabled::text AS enabled, pg_catalog.pg_get_triggerdef(t.oid) AS definition, t.tgparentid <> 0 AS is_part
     FROM (${bound}) b JOIN pg_catalog.pg_trigger t ON b.classid = 'pg_trigger'::regclass AND t.oid = b.objid JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal ORDER BY 1`,
  );
  return rows
    .filter(({ name, is_part }) => !isOwnTrigger(String(name)) && is_part !== true)
    .map(({ name, table_name, enabled, definition }) => ({
      title: `trigger ${String(name)}`,
      remake: [
        `DROP TRIGGER ${quoted(String(name))} ON ${String(table_name)}`,
        String(definition),
        `ALTER TABLE ${String(table_name)} ${ENABLED[String(enabled)] ?? 'ENABLE'} TRIGGER ${quoted(String(name))}`,
      ],
      owner: null,
      isTyped: false,
      next: '',
    }));
}

/** Generated columns, defaults and checks. */
async function others(session: SqlSession, bound: string): Promise<Dependent[]> {
  const rows = await session.query(
    `SELECT 'generated column ' || a.attname AS title FROM (${bound}) b JOIN pg_catalog.pg_attrdef d ON b.classid = 'pg_attrdef'::regclass AND d.oid = b.objid
       JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''
     UNION SELECT 'constraint ' || c.conname FROM (${bound}) b JOIN pg_catalog.pg_constraint c ON b.classid = 'pg_constraint'::regclass AND c.oid = b.objid WHERE c.contype IN ('c', 'u', 'x', 'f', 'p') ORDER BY 1`,
  );
  return rows.map(({ title }) => ({
    title: String(title),
    remake: null,
    owner: null,
    isTyped: false,
    next: `drop the ${String(title)} before the migration and add it again after it`,
  }));
}

/** Lists of columns in publications: a table leaves its publication and joins it again, with the names it had. */
async function publications(session: SqlSession, { relations }: TableFacts, columns: readonly string[]): Promise<Dependent[]> {
  const rows = await session.query(
    `SELECT p.pubname AS name, r.prrelid::regclass::text AS table_name, pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS filter,
       array_to_json(ARRAY(SELECT quote_ident(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY(r.prattrs) ORDER BY a.attnum))::text AS listed, ${stranger('p.pubowner')}
     FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
     WHERE r.prrelid IN (${relations.join(', ')}) AND r.prattrs IS NOT NULL
       AND EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY(r.prattrs) AND a.attname IN (${columns.map(literal).join(', ')})) ORDER BY 1`,
  );
  return rows.map((row) => {
    const [publication, table] = [quoted(String(row.name)), String(row.table_name)];
    const listed = (JSON.parse(String(row.listed)) as string[]).join(', ');
    return {
      title: `list of columns in publication ${String(row.name)}`,
      remake: [
        `ALTER PUBLICATION ${publication} DROP TABLE ${table}`,
        `ALTER PUBLICATION ${publication} ADD TABLE ${table} (${listed})${row.filter === null ? '' : ` WHERE (${String(row.filter)})`}`,
      ],
      owner: ownerOf(row),
      isTyped: false,
      next: '',
    };
  });
}
