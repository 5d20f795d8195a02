/** Folders that every run makes again. */
const IGNORED = ['.cutover/', 'reports/'] as const;

/** A .gitignore with the lines that it lacks, at its end. */
export function ignoreText(before: string | null): string {
  const lines = (before ?? '').split('\n').map((line) => line.trim().replace(/^\//, '').replace(/\/?$/, '/'));
  const lacking = IGNORED.filter((line) => !lines.includes(line));
  if (lacking.length === 0) return before ?? '';
  const gap = before === null || before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before ?? ''}${gap}${lacking.join('\n')}\n`;
}
