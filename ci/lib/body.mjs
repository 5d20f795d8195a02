// The text of a comment or job summary: what the change means for the lock, then the summary of the evaluation.
// usage: body.mjs --bytes N, to print it
import { pathToFileURL } from 'node:url';
import { errorLines, readResult, textOf } from './result.mjs';

const CUT = '\n\nThe rest was left out for length; the full report has it.\n';

/** Hidden first line that a later run knows its comment by; one for each configuration. */
export function marker(config = process.env.CUTOVER_CONFIG || 'cutover.yaml') {
  // Two hyphens would end the comment.
  return `<!-- cutover: ${config.replace(/[^\w./]|--/g, '_')} -->`;
}

/** Whether there is nothing to tell but that nothing changed. */
export function isQuiet() {
  return readResult().change?.state === 'unchanged';
}

/** @param link Markdown that ends the text: where the run and its report are */
export function body(link = '') {
  const { change, verdict } = readResult();
  const config = process.env.CUTOVER_CONFIG || 'cutover.yaml';
  if (change === null) {
    const lines = errorLines();
    const fence = '`'.repeat(Math.max(3, ...[...lines.join('\n').matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    return `## ❌ Embedding cutover: could not be evaluated\n\n${fence}text\n${lines.join('\n')}\n${fence}\n\n${link}`.trimEnd();
  }
  const title = verdict === null ? `## Embedding cutover: \`${config.replace(/[`\r\n]/g, '')}\`\n\n` : '';
  const summary = verdict === null ? '' : `${textOf('summary.md') ?? ''}\n`;
  return `${title}${summary}${textOf('change.md') ?? ''}\n${link}`.trimEnd();
}

/** Cuts between paragraphs so that `size` of the text stays within a limit, and closes what was folded open. */
export function shorten(text, limit, size = (value) => value.length) {
  if (size(text) <= limit) return text;
  const paragraphs = text.split('\n\n');
  let kept = '';
  for (const paragraph of paragraphs) {
    const next = kept === '' ? paragraph : `${kept}\n\n${paragraph}`;
    if (size(next) + size(CUT) + 64 > limit) break;
    kept = next;
  }
  const open = (kept.match(/<details>/g) ?? []).length - (kept.match(/<\/details>/g) ?? []).length;
  return `${kept}${'\n\n</details>'.repeat(Math.max(0, open))}${CUT}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${shorten(body(), Number(process.argv[3] ?? 1048576) - 1, Buffer.byteLength)}\n`);
