import type { ChangeRecord } from '../../model/lock.ts';
import { codeMarkdown, escapeMarkdown } from '../markdown/escape.ts';

/** What the change means for the lock, for a comment or a job summary; the summary of an evaluation follows it. */
export function changeMarkdown({ headline, facts, next, base, lock, exitCode }: ChangeRecord): string {
  const against = base.commit === null ? 'no lock yet' : codeMarkdown(base.commit.slice(0, 12));
  return [
    `${exitCode === 0 ? '✅' : '❌'} ${codeMarkdown(lock)} against ${codeMarkdown(base.ref, 100)} (${against}): **${escapeMarkdown(headline, 400)}**`,
    ...(facts.length === 0 ? [] : [facts.map((fact) => `- ${escapeMarkdown(fact, 400)}`).join('\n')]),
    ...(next === '' ? [] : [`**Do:** ${escapeMarkdown(next, 600)}`]),
  ]
    .join('\n\n')
    .concat('\n');
}
