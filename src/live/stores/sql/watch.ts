import { literal, quoted } from '../../../databases/names.ts';
import type { Place } from '../live-store.ts';
import { hashOf, type PlaceColumns, type TableNames } from './names.ts';

/** What the trigger has to know beside the names. */
export interface Watched {
  /** Whether there is a column beside, and which version it is to hold; null without one. */
  readonly next: string | null;
  /** Rows outside of `where` have the same vector in both columns, so that an exchange of names changes nothing for them. */
  readonly mirrors: boolean;
  /** The application's column is NOT NULL: while the names may change places, the trigger says so and not the catalogue. */
  readonly required: boolean;
}

/** Triggers of one kind fire in the order of their names: these come after the application's. */
const NAMED: Readonly<Record<Place, string>> = { current: '~cutover named', next: '~cutover named next' };
const WATCH = '~cutover watch';
/** In place of a hash: the row was written since it is watched, and no statement proved its vector. Rows from before have none. */
export const WRITTEN = '-';
/** What a first trigger leaves for the last one: the statement names this tag. */
const MARK = '+';
/** Said by the tool in the transactions in which it writes: it is this column's trigger that is meant, and no other one's. */
export function toolWrites({ watch }: TableNames): string {
  return `SELECT pg_catalog.set_config('cutover.writes', ${literal(watch.bare)}, true)`;
}

/**
 * The statements that make function and triggers, safe to repeat. A row's tag stays what a statement proves: it names the tag in
 * its SET list, or in its INSERT, together with the vector. Whatever else changes text or vector clears the tag and the hash.
 */
export function watchStatements(names: TableNames, watched: Watched): string[] {
  const { table, watch } = names;
  const places: readonly Place[] = watched.next === null ? ['current'] : ['current', 'next'];
  const trigger = (name: string, on: string, argument: string) => [
    `DROP TRIGGER IF EXISTS ${quoted(triggerName(names, name))} ON ${table}`,
    `CREATE TRIGGER ${quoted(triggerName(names, name))} BEFORE ${on} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${watch.function}(${argument})`,
    // On a replica, too, and in sessions that write as one.
    `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${quoted(triggerName(names, name))}`,
  ];
  return [
    watchFunction(names, watched),
    ...places.flatMap((place) => trigger(NAMED[place], `UPDATE OF ${quoted(names.places[place].tag)}`, literal(place))),
    ...trigger(WATCH, 'INSERT OR UPDATE', ''),
  ];
}

/** Takes the triggers and the function away. */
export function unwatchStatements(names: TableNames, which: 'all' | 'next'): string[] {
  const drop = (name: string) => `DROP TRIGGER IF EXISTS ${quoted(triggerName(names, name))} ON ${names.table}`;
  if (which === 'next') return [drop(NAMED.next)];
  return [drop(NAMED.current), drop(NAMED.next), drop(WATCH), `DROP FUNCTION IF EXISTS ${names.watch.function}()`];
}

/** One set of triggers a vector column. */
function triggerName({ watch }: TableNames, name: string): string {
  return `${name} ${watch.bare.slice('cutover_watch_'.length)}`.slice(0, 63);
}

/** Names of the triggers of this store. */
export function isOwnTrigger(name: string): boolean {
  return name.startsWith('~cutover ');
}

function watchFunction(names: TableNames, watched: Watched): string {
  return `CREATE OR REPLACE FUNCTION ${names.watch.function}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $cutover$${watchBody(names, watched)}$cutover$`;
}

/** The function's source, as the catalogue keeps it. */
export function watchBody(names: TableNames, watched: Watched): string {
  const places: readonly Place[] = watched.next === null ? ['current'] : ['current', 'next'];
  const hash = (place: Place) => `NEW.${quoted(names.places[place].textHash)}`;
  const mark =
    watched.next === null
      ? `${hash('current')} := '${MARK}';`
      : `IF TG_ARGV[0] = 'current' THEN ${hash('current')} := '${MARK}'; ELSE ${hash('next')} := '${MARK}'; END IF;`;
  return `
#variable_conflict use_column
DECLARE
  cutover_row record;
  cutover_text text;
  cutover_is_inside boolean;
  cutover_is_tool boolean := pg_catalog.current_setting('cutover.writes', true) IS NOT DISTINCT FROM ${literal(names.watch.bare)};
  cutover_is_edited boolean := true;
  cutover_is_named boolean;
  cutover_is_replaced boolean := true;
BEGIN
  -- 1. The statement names a tag.
  IF TG_NARGS > 0 THEN
    IF NOT cutover_is_tool THEN
      ${mark}
    END IF;
    RETURN NEW;
  END IF;
  -- 2. What the tool writes changes its own columns and nothing else, whatever other triggers did.
  IF TG_OP = 'UPDATE' AND cutover_is_tool THEN
    cutover_row := NEW;
    NEW := OLD;
${places.flatMap((place) => columnsOf(names.places[place]).map((column) => `    NEW.${quoted(column)} := cutover_row.${quoted(column)};`)).join('\n')}
  END IF;
  SELECT coalesce(${watched.next === null ? 'true' : names.where}, false), ${names.text ?? 'NULL::text'} INTO cutover_is_inside, cutover_text FROM (SELECT NEW.*) AS ${quoted(names.bare)};
${required(names, watched)}  IF TG_OP = 'UPDATE' THEN
    cutover_is_edited := ${edited(names)};
  END IF;
  -- 3. A tag stays where the statement proves it.
${places.map((place) => proved(names.places[place])).join('\n')}
${watched.next === null ? '' : together(names, watched)}  RETURN NEW;
END
`;
}

function columnsOf({ vector, tag, textHash }: PlaceColumns): readonly string[] {
  return [vector, tag, textHash];
}

function required({ places }: TableNames, watched: Watched): string {
  if (!watched.required) return '';
  const vector = quoted(places.current.vector);
  return `  IF NEW.${vector} IS NULL AND (TG_OP = 'INSERT' OR OLD.${vector} IS NOT NULL) THEN
    RAISE not_null_violation USING MESSAGE = pg_catalog.format('null value in column %I of relation %I violates not-null constraint', ${literal(places.current.vector)}, TG_TABLE_NAME);
  END IF;
`;
}

/**
 * Compared byte by byte: equality of vectors is an operator, and which one depends on the search path. An expression may read any
 * column, so its value is compared.
 */
function edited({ text, textColumns, bare }: TableNames): string {
  if (text === null) return 'false';
  if (textColumns.length === 0)
    return `pg_catalog.record_image_ne(ROW(cutover_text), ROW((SELECT ${text} FROM (SELECT OLD.*) AS ${quoted(bare)})))`;
  const list = (row: string) => `ROW(${textColumns.map((column) => `${row}.${quoted(column)}`).join(', ')})`;
  return `pg_catalog.record_image_ne(${list('NEW')}, ${list('OLD')})`;
}

function proved({ vector, tag, textHash }: PlaceColumns): string {
  const [v, t, h] = [vector, tag, textHash].map(quoted) as [string, string, string];
  return `  IF TG_OP = 'INSERT' THEN
    cutover_is_named := NEW.${t} IS NOT NULL;
  ELSE
    cutover_is_replaced := pg_catalog.record_image_ne(ROW(NEW.${v}), ROW(OLD.${v}));
    IF cutover_is_tool THEN
      cutover_is_named := cutover_is_replaced OR ROW(NEW.${t}, NEW.${h}) IS DISTINCT FROM ROW(OLD.${t}, OLD.${h});
    ELSE
      -- Who writes back a row as it was read proves nothing new.
      cutover_is_named := NEW.${h} IS NOT DISTINCT FROM '${MARK}'
        AND (cutover_is_edited OR cutover_is_replaced OR NEW.${t} IS DISTINCT FROM OLD.${t});
    END IF;
  END IF;
  IF cutover_is_named AND NEW.${t} ~ '^[0-9a-f]{64}$' AND NEW.${v} IS NOT NULL AND (cutover_is_tool OR cutover_is_replaced OR NOT cutover_is_edited) THEN
    NEW.${h} := coalesce(${hashOf('cutover_text')}, CASE WHEN cutover_is_tool THEN NEW.${h} END);
  ELSIF cutover_is_named OR cutover_is_edited OR cutover_is_replaced THEN
    NEW.${t} := NULL;
    NEW.${h} := CASE WHEN NEW.${v} IS NOT NULL THEN '${WRITTEN}' END;
  ELSE
    NEW.${t} := OLD.${t};
    NEW.${h} := OLD.${h};
  END IF;`;
}

function together({ places }: TableNames, { mirrors, next }: Watched): string {
  const [now, then] = [places.current, places.next];
  const set = (value: (column: keyof PlaceColumns) => string) =>
    (['vector', 'tag', 'textHash'] as const).map((column) => `NEW.${quoted(then[column])} := ${value(column)};`).join(' ');
  const vector = (row: string, place: PlaceColumns) => `${row}.${quoted(place.vector)}`;
  const gone = `  -- 4. A vector that the application takes away is taken away for both versions.
  IF TG_OP = 'UPDATE' AND NOT cutover_is_tool AND ${vector('NEW', now)} IS NULL AND ${vector('OLD', now)} IS NOT NULL
     AND NOT pg_catalog.record_image_ne(ROW(${vector('NEW', then)}), ROW(${vector('OLD', then)})) THEN
    ${set(() => 'NULL')}
  END IF;
`;
  if (!mirrors) return gone;
  return `${gone}  -- 5. Rows that are not of this store keep the vector they have, under either name. One beside may be all that a row has.
  IF NOT cutover_is_inside AND NEW.${quoted(then.tag)} IS DISTINCT FROM ${literal(next ?? '')}
     AND (${vector('NEW', now)} IS NOT NULL OR ${vector('NEW', then)} IS NULL) THEN
    ${set((column) => `NEW.${quoted(now[column])}`)}
  END IF;
`;
}
