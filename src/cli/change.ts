import { relative } from 'node:path';
import { plain } from '../core/printable.ts';
import type { Change, Lock } from '../model/lock.ts';
import type { Host } from './host.ts';
import { paintFor } from './terminal.ts';

/** Prints what a change means for the lock to stderr: headline, facts, what to do. */
export function printChange(host: Host, change: Change, exitCode: number): void {
  const paint = paintFor(host);
  const { headline, facts, next } = change;
  const lines = [`${exitCode === 0 ? paint.good('lock') : paint.bad('lock')}  ${paint.bold(plain(headline))}`];
  lines.push(...facts.map((fact) => `  ${plain(fact)}`));
  if (next !== '') lines.push(`${paint.dim('next')}  ${plain(next)}`);
  host.stderr.write(`${lines.join('\n')}\n`);
}

/** Prints what a lock pins now. */
export function printLock(host: Host, file: string, { live, certificate, unevaluated }: Lock): void {
  const paint = paintFor(host);
  const rests = certificate === null ? `not evaluated: ${unevaluated}` : `by certificate ${certificate.sha256.slice(0, 12)}`;
  host.stderr.write(`${paint.good('lock')}  ${paint.bold(plain(live.id))} (${live.fingerprint.slice(0, 12)}) is live, ${plain(rests)}\n`);
  host.stderr.write(`  ${plain(relative(host.cwd, file))}\n${paint.dim('next')}  Commit it with the change.\n`);
}
