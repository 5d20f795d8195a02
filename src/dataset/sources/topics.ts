import { readLines } from '../../formats/lines.ts';
import type { Problems } from '../problems.ts';
import type { Row } from '../records.ts';

/** Endings of TREC topics. */
export const TOPICS = /\.(topics|xml|sgml)(\.gz)?$/i;
const BLOCK = /<(top|topic)(\s[^<>]*)?>/i;
const LABELS = /^\s*(number|topic|description|narrative)\s*:\s*/i;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * TREC topics: `<top>` blocks in SGML, whose fields need no closing tag, or `<topic number="…">` in XML. Each becomes a record of
 * its fields; `num` is the number, labels such as `Number:` are dropped, white space is drawn together.
 * Source: https://trec.nist.gov/data/testq_eng.html
 */
export async function* topicRows(file: string, problems: Problems): AsyncGenerator<Row> {
  let start: number | null = null;
  let block: string[] = [];
  const finish = (): Row | null => {
    const line = start ?? 0;
    const record = topicRecord(block.join('\n'));
    if (record.num === undefined) problems.add(`${file}:${line}`, 'the topic has no number (<num>, or number="…")');
    return record.num === undefined ? null : { where: `${file}:${line}`, place: `on line ${line}`, record };
  };
  for await (const { number, text } of readLines(file)) {
    if (start === null && BLOCK.test(text)) {
      start = number;
      block = [];
    } else if (start !== null && BLOCK.test(text)) {
      problems.add(`${file}:${number}`, `a topic begins here before the one of line ${start} has ended`);
      start = number;
      block = [];
    }
    if (start === null) continue;
    block.push(text);
    if (!/<\/top(ic)?>/i.test(text)) continue;
    const row = finish();
    if (row !== null) yield row;
    start = null;
  }
  if (start !== null) problems.add(`${file}:${start}`, 'the topic does not end: </top> or </topic> is missing');
}

/** @example topicRecord('<top>\n<num> Number: 301\n<title> crime\n</top>') // { num: '301', title: 'crime' } */
export function topicRecord(block: string): Readonly<Record<string, string>> {
  const record: Record<string, string> = {};
  const number = /<topic\s[^<>]*?(?:number|id)\s*=\s*["']([^"']*)["']/i.exec(block)?.[1];
  if (number !== undefined && number.trim() !== '') record.num = number.trim();
  for (const [, tag = '', text = ''] of block.matchAll(/<([a-z]+)(?:\s[^<>]*)?>([^<]*)/gi)) {
    const field = tag.toLowerCase();
    const value = decoded(text.replace(LABELS, '')).replace(/\s+/g, ' ').trim();
    if (field !== 'top' && field !== 'topic' && value !== '') record[field] = value;
  }
  return record;
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
