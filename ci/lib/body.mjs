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

/**
 * What the change means for the lock is kept before what the evaluation found, and of both the first lines.
 * @param link Markdown that ends the text: where the run and its report are
 * @param limit of what `size` says of it
 */
export function body(link = '', limit = Number.POSITIVE_INFINITY, size = (value) => value.length) {
  const { change, verdict } = readResult();
  const config = process.env.CUTOVER_CONFIG || 'cutover.yaml';
  if (change === null) {
    const lines = errorLines();
    const fence = '`'.repeat(Math.max(3, ...[...lines.join('\n').matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    return shorten(
      `## ❌ Embedding cutover: could not be evaluated\n\n${fence}text\n${lines.join('\n')}\n${fence}\n\n${link}`.trimEnd(),
      limit,
      size,
    );
  }
  const title = verdict === null ? `## Embedding cutover: \`${config.replace(/[`\r\n]/g, '')}\`\n\n` : '';
  const rest = `${textOf('change.md') ?? ''}\n${link}`.trimEnd();
  if (verdict === null) return shorten(`${title}${rest}`, limit, size);
  const lock = shorten(rest, 0.6 * limit, size);
  return `${shorten(`${textOf('summary.md') ?? ''}\n`, limit - size(lock), size)}${lock}`;
}

/** Cuts between lines so that `size` of the text stays within a limit, and closes what was folded open. */
function shorten(text, limit, size) {
  if (size(text) <= limit) return text;
  const room = limit - size(CUT) - 64;
  let kept = '';
  let [used, isFirst] = [0, true];
  for (const line of text.split('\n')) {
    const next = isFirst ? line : `\n${line}`;
    used += size(next);
    if (used > room) break;
    kept += next;
    isFirst = false;
  }
  const open = (kept.match(/<details>/g) ?? []).length - (kept.match(/<\/details>/g) ?? []).length;
  return `${kept}${'\n\n</details>'.repeat(Math.max(0, open))}${CUT}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${body('', Number(process.argv[3] ?? 1048576) - 1, Buffer.byteLength)}\n`);
