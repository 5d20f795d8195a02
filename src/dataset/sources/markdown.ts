import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';
import { reasonOf } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { readUtf8 } from '../../formats/bytes.ts';
import type { Problems } from '../problems.ts';
import { type Raw, type Row, recordOf } from '../records.ts';

const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)(?:\r?\n)?---[ \t]*(?:\r?\n|$)/;
/** Looked for in one pass: what is optional at its end is taken off afterwards. */
const HEADING = /^ {0,3}#{1,6}[ \t](.+)$/m;
/** Number signs that close a heading. */
const CLOSING = /(?:^|[ \t])#+$/;

/** True for a folder, and for a pattern of Markdown files. */
export async function isMarkdown(path: string): Promise<boolean> {
  if (/\.(md|markdown)$/i.test(path)) return true;
  return isFolder(path);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** The files that {@link markdownRows} reads; none of a path that is no Markdown. */
export async function markdownFiles(path: string): Promise<readonly string[]> {
  return (await isMarkdown(path)) ? filesOf(path, await isFolder(path)).files : [];
}

/** One record a Markdown file below a folder, or of a pattern: its front matter, `path`, `title` and `text`. */
export async function* markdownRows(path: string, problems: Problems): AsyncGenerator<Row> {
  const { folder, files } = filesOf(path, await isFolder(path));
  for (const file of files) {
    const text = await readUtf8(file);
    const record = markdownRecord(text, (reason) => problems.add(file, `front matter is not valid YAML: ${reason}`));
    yield { where: file, place: 'in another file', record: { ...record, path: relative(folder, file).split(sep).join('/') } };
  }
}

function filesOf(path: string, whole: boolean): { readonly folder: string; readonly files: readonly string[] } {
  const pattern = whole ? `${path}/**/*.{md,markdown}` : path;
  // The part before the first wildcard, cut to a folder.
  const folder = whole ? path : path.replace(/[*?{[].*$/, '').replace(/[^/\\]*$/, '');
  const files = globSync(whole ? ['**/*.{md,markdown}'] : [pattern], { cwd: folder, absolute: true });
  return { folder, files: [...files].sort(byCodeUnits) };
}

/**
 * Front matter, title and text of a Markdown document. The title is that of the front matter, else the first heading, which then
 * isn't in the text again.
 * @example markdownRecord('# Refunds\n\nWithin 14 days.', fail) // { title: 'Refunds', text: 'Within 14 days.' }
 */
export function markdownRecord(source: string, malformed: (reason: string) => void): Raw {
  const matter = FRONT_MATTER.exec(source);
  const body = matter === null ? source : source.slice(matter[0].length);
  const fields = matter === null ? {} : fieldsOf(matter[1] ?? '', malformed);
  if (typeof fields.title === 'string') return { ...fields, text: body.trim() };
  const heading = HEADING.exec(body);
  if (heading === null) return { ...fields, title: '', text: body.trim() };
  const rest = `${body.slice(0, heading.index)}${body.slice(heading.index + heading[0].length)}`;
  return { ...fields, title: (heading[1] ?? '').trim().replace(CLOSING, '').trimEnd(), text: rest.trim() };
}

function fieldsOf(text: string, malformed: (reason: string) => void): Raw {
  try {
    return recordOf(parse(text)) ?? {};
  } catch (error) {
    malformed(reasonOf(error).split('\n')[0] ?? '');
    return {};
  }
}
