import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { JudgingHead } from '../../dataset/judging-log.ts';
import { Problems } from '../../dataset/problems.ts';
import { findQrels, readJudgements } from '../../dataset/qrels.ts';
import { recordOf } from '../../dataset/records.ts';
import { readText, readTextIfAny } from '../../system/files.ts';
import type { GradeRow } from './rows.ts';

/** The file of judgements with its new content. */
export interface QrelsText {
  readonly file: string;
  readonly text: string;
}

const HEADER = 'query-id\tcorpus-id\tscore';

/**
 * The judgements' file with grades added and replaced, in the format it has: BEIR's three columns, or TREC's four. Lines that
 * don't change stay byte for byte as they are.
 * @throws CutoverError JUDGING_ID_UNWRITABLE where the format can't hold an id; FILE_UNREADABLE
 */
export async function qrelsText(folder: string, added: readonly GradeRow[], replaced: readonly GradeRow[]): Promise<QrelsText> {
  const file = await findQrels(folder, await namedQrels(folder), new Problems());
  if (file === null) return { file: join(folder, 'qrels', 'test.tsv'), text: `${[HEADER, ...lines(added, false)].join('\n')}\n` };
  return plainQrelsText(file, added, replaced);
}

/** The same of a file in BEIR's or TREC's format, wherever it is. @throws CutoverError JUDGING_ID_UNWRITABLE; FILE_* */
export async function plainQrelsText(file: string, added: readonly GradeRow[], replaced: readonly GradeRow[]): Promise<QrelsText> {
  const text = await readText(file);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const rows = text.split('\n');
  const first = rows.map((row) => row.trim()).find((row) => row !== '' && row.toLowerCase() !== HEADER);
  const isTrec = first !== undefined && first.split('\t').length !== 3;
  for (const [number, grade] of await replacements(file, replaced)) {
    const row = rows[number - 1] ?? '';
    rows[number - 1] = row.replace(/[+-]?\d+(\s*)$/, `${grade}$1`);
  }
  const kept = rows.join('\n');
  const base = kept === '' || kept.endsWith('\n') ? kept : kept + end;
  return {
    file,
    text:
      base +
      lines(added, isTrec)
        .map((line) => line + end)
        .join(''),
  };
}

/** Line number → grade. */
async function replacements(file: string, replaced: readonly GradeRow[]): Promise<Map<number, number>> {
  const wanted = new Map(replaced.map(({ query, document, grade }) => [JSON.stringify([query, document]), grade]));
  const found = new Map<number, number>();
  if (wanted.size === 0) return found;
  for (const { query, document, where } of (await readJudgements(file, new Problems())).judgements) {
    const grade = wanted.get(JSON.stringify([query, document]));
    if (grade !== undefined) found.set(Number(where.slice(file.length + 1)), grade);
  }
  return found;
}

function lines(added: readonly GradeRow[], isTrec: boolean): string[] {
  return inOrder(added).map(({ query, document, grade }) => {
    const ids = [query, document].map((id) => writable(id, isTrec));
    return isTrec ? `${ids[0]} 0 ${ids[1]} ${grade}` : [...ids, grade].join('\t');
  });
}

/** Ascending by query and document. */
export function inOrder(added: readonly GradeRow[]): GradeRow[] {
  return [...added].sort((a, b) => byCodeUnits(a.query, b.query) || byCodeUnits(a.document, b.document));
}

function writable(id: string, isTrec: boolean): string {
  if (isTrec ? /\s/.test(id) : /[\t\r\n]/.test(id) || id.trim() !== id)
    throw new CutoverError('JUDGING_ID_UNWRITABLE', { id, where: 'the file of judgements' });
  return id;
}

async function namedQrels(folder: string): Promise<string | null> {
  const qrels = (await readSeal(folder))?.qrels;
  return typeof qrels === 'string' ? qrels : null;
}

async function readSeal(folder: string): Promise<Record<string, unknown> | null> {
  const text = await readTextIfAny(join(folder, 'dataset.json'));
  const record = text === null ? null : recordOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  return record === null ? null : { ...record };
}

/** dataset.json with the hash and the counts of new judgements and the end of the log where it seals any; null where it seals none. */
export async function resealed(
  folder: string,
  facts: { readonly hashes: object; readonly counts: object },
  judging: JudgingHead,
): Promise<string | null> {
  const description = await readSeal(folder);
  if (description === null) return null;
  let changes = recordOf(description.hashes) !== null || description.judging !== undefined;
  if (changes) description.judging = judging;
  for (const key of ['hashes', 'counts'] as const) {
    const sealed = recordOf(description[key]);
    if (sealed === null) continue;
    const found: Readonly<Record<string, unknown>> = { ...facts[key] };
    description[key] = Object.fromEntries(Object.entries(sealed).map(([name, value]) => [name, name in found ? found[name] : value]));
    changes ||= JSON.stringify(description[key]) !== JSON.stringify(sealed);
  }
  return changes ? `${JSON.stringify(description, null, 2)}\n` : null;
}
