import type { Plan } from '../operations/plan.ts';
import { bytesText, durationText } from './bytes.ts';
import type { Host } from './host.ts';
import { paintFor, plain } from './terminal.ts';

/** Prints what a run would cost. */
export function printPlan(host: Host, plan: Plan): void {
  const paint = paintFor(host);
  const lines = [paint.bold('Plan'), ''];
  for (const item of plan.items) {
    const rate =
      item.textsPerSecond === null
        ? ''
        : `, about ${durationText(item.seconds ?? 0)} at ${item.textsPerSecond.toFixed(0)} texts/s (measured on a sample)`;
    lines.push(
      `  ${plain(item.version)}: ${item.toEmbed} of ${item.texts} texts to embed${item.toEmbed === 0 ? ', all in the cache' : rate}`,
      paint.dim(`    ${item.documents} documents, ${item.queries} queries; the rest is in the cache`),
    );
  }
  lines.push('', `  disk   about ${bytesText(plan.bytes)} more in ${plan.cache}`);
  if (plan.seconds !== null) lines.push(`  time   about ${durationText(plan.seconds)} of embedding; search and report come on top`);
  lines.push(
    '',
    plan.items.every((item) => item.toEmbed === 0) ? '  Nothing to embed.' : '  Nothing was written. Run without --plan to start.',
  );
  host.stderr.write(`${lines.join('\n')}\n`);
}
