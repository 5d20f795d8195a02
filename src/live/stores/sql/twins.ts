import { quoted } from '../../../databases/names.ts';
import type { Place } from '../live-store.ts';
import type { IndexFacts, TableFacts } from './facts.ts';
import { nextName, type TableNames } from './names.ts';

/** An index over the current columns and the same over those beside. */
export interface Twin {
  readonly of: IndexFacts;
  readonly name: string;
  /** Quoted with its schema. */
  readonly qualified: string;
  /** CREATE INDEX, with CONCURRENTLY where it holds rows. */
  readonly create: string;
  /** ALTER INDEX … ATTACH PARTITION; null where it is no part of another. */
  readonly attach: string | null;
}

/** Every index that mentions a column of this place; a unique one, a partial one, one over an expression too. */
export function indexesOf({ indexes }: TableFacts, names: TableNames, place: Place): IndexFacts[] {
  const { vector, tag, textHash } = names.places[place];
  return indexes.filter(({ mentions }) => [vector, tag, textHash].some((column) => mentions.includes(column)));
}

/** What an index of the column beside is built over. */
export interface Indexed {
  readonly dimension: number;
  /** In half precision: pgvector's indexes take no more than 2,000 dimensions of `vector`. */
  readonly isHalf: boolean;
}

/** The indexes that the column beside needs, with their names once it has them. */
export function twinsOf(facts: TableFacts, names: TableNames, indexed: Indexed): Twin[] {
  const renamed = new Map(
    (['vector', 'tag', 'textHash'] as const).map((column) => [names.places.current[column], names.places.next[column]] as const),
  );
  return indexesOf(facts, names, 'current').map((of) => {
    const name = nextName(of.name);
    const qualified = `${quoted(of.schema)}.${quoted(name)}`;
    const [head, tail] = cut(of.definition);
    const unique = head.startsWith('CREATE UNIQUE') ? 'UNIQUE ' : '';
    const how = of.isPartitioned ? `INDEX ${quoted(name)} ON ONLY` : `INDEX CONCURRENTLY ${quoted(name)} ON`;
    const parent = of.parent === null ? null : facts.indexes.find((index) => index.qualified === of.parent);
    return {
      of,
      name,
      qualified,
      create: `CREATE ${unique}${how} ${of.on} ${rewritten(tail, renamed, indexed)}`,
      attach:
        parent === undefined || parent === null
          ? null
          : `ALTER INDEX ${quoted(parent.schema)}.${quoted(nextName(parent.name))} ATTACH PARTITION ${qualified}`,
    };
  });
}

/** `CREATE INDEX … ON table` and `USING …`. */
function cut(definition: string): [string, string] {
  const at = tokens(definition).reduce<{ place: number; found: number }>(
    ({ place, found }, token) => ({ place: place + token.length, found: found < 0 && token === 'USING' ? place : found }),
    { place: 0, found: -1 },
  ).found;
  return [definition.slice(0, at), definition.slice(at)];
}

function tokens(sql: string): string[] {
  return sql.match(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\s+|::|[\s\S]/g) ?? [];
}

/** Names of columns exchanged, types in casts and operator classes as the column beside has them. */
function rewritten(sql: string, renamed: ReadonlyMap<string, string>, { dimension, isHalf }: Indexed): string {
  const cast = sql.replace(/::((?:"?\w+"?\.)?)(vector|halfvec)\(\d+\)/g, (_, schema: string, type: string) => {
    return `::${schema}${isHalf ? 'halfvec' : type}(${dimension})`;
  });
  return tokens(cast)
    .map((token, place, all) => {
      if (all[place - 1] === '::' || all[place - 1] === '.') return token;
      const name = token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token;
      const to = renamed.get(name);
      if (to !== undefined) return quoted(to);
      return isHalf && /^vector_(cosine|l2|ip|l1)_ops$/.test(name) ? `halfvec_${name.slice('vector_'.length)}` : token;
    })
    .join('');
}

/** Exchanges the names of an index and its twin; both exist. */
export function exchangedIndex(schema: string, name: string): string[] {
  const within = (own: string) => `${quoted(schema)}.${quoted(own)}`;
  const aside = nextName(`${name}_cutover`);
  return [
    `ALTER INDEX ${within(name)} RENAME TO ${quoted(aside)}`,
    `ALTER INDEX ${within(nextName(name))} RENAME TO ${quoted(name)}`,
    `ALTER INDEX ${within(aside)} RENAME TO ${quoted(nextName(name))}`,
  ];
}
