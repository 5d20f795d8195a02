import type { StoreSpec } from '../../../model/store.ts';
import type { StateLedger } from '../beside/state.ts';
import { TWO_ROWS } from '../beside/two-rows.ts';
import type { Foresight } from '../column-store.ts';
import type { Refusal } from '../live-store.ts';
import { missingIndexes } from './indexes.ts';
import type { LanceRows } from './rows.ts';
import { lancePlaces } from './table.ts';
import type { LanceWork } from './writing.ts';

/** What would stop tagging: a document of which two rows are there. */
export async function taggingOutlook(spec: StoreSpec, rows: LanceRows): Promise<Refusal[]> {
  const tags = new Map<string, string | null>();
  for await (const { id, current } of rows.sides()) {
    if (!tags.has(id)) tags.set(id, current.tag);
    else if (tags.get(id) !== current.tag) return [TWO_ROWS];
    else
      return [
        {
          reason: `more than one row has the ${spec.columns.id} "${id}"`,
          next: 'Name a column under `columns.id` that no two rows share: rows are found by it',
        },
      ];
  }
  return [];
}

/** Bytes of a tag or a hash in a column. */
const MARK = 64;
const ELEMENTS = ['Float16', 'Float32', 'Float64'];

/** What a migration will do to the table, and what would stop it. */
export async function foreseeLance({ spec, table, rows, texts }: LanceWork, dimension: number, ledger: StateLedger): Promise<Foresight> {
  const { current, next } = lancePlaces(spec);
  const names = await rows.required();
  const type = await table.vectorType(current.vector);
  const { next: beside, made } = await ledger.places();
  const isOurs = beside !== null || made !== null;
  const taken = isOurs ? [] : [next.vector, next.tag, next.textHash].filter((name) => names.includes(name));
  const indexes = await missingIndexes(table, { current, next });
  const refusals: (Refusal | false)[] = [
    ...(await taggingOutlook(spec, rows)),
    !texts.isKnown && { reason: 'nothing says which text a row has', next: 'Name the column that holds it: `columns.text`' },
    (type === null || !ELEMENTS.includes(type.element)) && {
      reason: `column ${current.vector} holds no lists of floats of one length`,
      next: 'Name the column of the vectors: `columns.vector`',
    },
    taken.length > 0 && {
      reason: `${taken.join(', ')} is there already`,
      next: "It is the application's own, or of another tool: rename it, then start again",
    },
  ];
  const count = await table.run((own) => own.countRows());
  return {
    statements: [
      `keep version ${await table.run((own) => own.version())} of the table under the tag cutover-start`,
      `add the columns ${next.vector} (${dimension} × float32), ${next.tag} and ${next.textHash}`,
      'write vector, tag and hash of each row by merge; no other column is named',
      ...indexes.map(({ column, type: kind }) => `build an index ${kind} over ${column}`),
    ],
    exchange: [
      `rename ${current.vector} to ${next.vector} and back the other way, and so the tags and hashes, in one version of the table`,
    ],
    refusals: refusals.filter((refusal) => refusal !== false),
    warnings: [
      'LanceDB has no triggers: a writer names the live tag with each vector; who writes another text without it is found by its hash, when `migrate follow` next looks.',
      ...indexes.map(
        ({ column }) =>
          `The index over ${column} gets LanceDB's defaults (partitions, sub-vectors): it keeps no others of the one beside it.`,
      ),
    ],
    rows: count,
    disk: { column: count * (4 * dimension + 2 * MARK), indexes: indexes.length === 0 ? 0 : count * 4 * dimension },
  };
}
