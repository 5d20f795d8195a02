import { plain } from '../core/printable.ts';
import { foresightWords } from '../gate/foresight.ts';
import type { Plan } from '../run/plan.ts';
import type { Host } from './host.ts';
import { paintFor } from './terminal.ts';
import { bytesText, durationText } from './text.ts';

function priceText({ tokens, price }: NonNullable<Plan['items'][number]['price']>): string {
  const cost = price === null ? '' : `, about ${price.toPrecision(2)} at the price that the version names`;
  return `about ${tokens} tokens${cost} (estimate: four characters a token)`;
}

/** Prints what a run would cost. */
export function printPlan(host: Host, plan: Plan): void {
  const paint = paintFor(host);
  const lines = [paint.bold('Plan'), ''];
  for (const item of plan.items) {
    const rate =
      item.textsPerSecond === null
        ? ''
        : `, about ${durationText(item.seconds ?? 0)} at ${item.textsPerSecond.toFixed(0)} texts/s (measured on a sample)`;
    const price = item.price === null || item.toEmbed === 0 ? '' : `, ${priceText(item.price)}`;
    lines.push(
      `  ${plain(item.version)}: ${item.toEmbed} of ${item.texts} texts to embed${item.toEmbed === 0 ? ', all in the cache' : rate}${price}`,
      paint.dim(`    ${item.documents} documents, ${item.queries} queries; the rest is in the cache`),
    );
  }
  lines.push('', `  disk   about ${bytesText(plan.bytes)} more in ${plan.cache}`);
  if (plan.seconds !== null) lines.push(`  time   about ${durationText(plan.seconds)} of embedding; search and report come on top`);
  if (plan.foresight !== null) lines.push(`  needs  ${foresightWords(plan.foresight)}`);
  lines.push(
    '',
    plan.items.every((item) => item.toEmbed === 0) ? '  Nothing to embed.' : '  Nothing was written. Run without --plan to start.',
  );
  host.stderr.write(`${lines.join('\n')}\n`);
}
