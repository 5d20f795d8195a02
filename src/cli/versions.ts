import { shownPath } from '../config/source.ts';
import { plain } from '../core/printable.ts';
import { fieldsOf, type ShownVersion, type VersionDiff } from '../features/setup/versions.ts';
import { SIDES } from '../model/version.ts';
import type { Host } from './host.ts';
import { aligned } from './tables.ts';
import { paintFor } from './terminal.ts';

const MEANING: Readonly<Record<VersionDiff['embedAgain'], string>> = {
  nothing: 'One version under two names: nothing has to be embedded again.',
  vectors: 'One tag over two sets of vector files: the tag says that they are one version, the files differ. Check what made them.',
  everything:
    'Two versions: every text has to be embedded again, and no score of one may be compared with a score of the other. `cutover run` gates it.',
};

/** Prints fingerprints and what they were taken of. */
export function printVersions(host: Host, shown: readonly ShownVersion[]): void {
  const paint = paintFor(host);
  const blocks = shown.map((one) => {
    const { version, file } = one;
    const proof = version.verifiable ? '' : `  ${paint.warn('unverifiable: nothing but its own word ties vectors to it')}`;
    const fields = [...fieldsOf(one), ...Object.entries(version.names).map(([name, value]) => [`(${name})`, value])];
    return [
      `${paint.bold(plain(version.id))}  ${version.fingerprint}${proof}`,
      paint.dim(`  ${plain(shownPath(file, host.cwd))}`),
      ...aligned(fields).map((line) => `  ${plain(line)}`),
      ...version.warnings.map((warning) => `  ${paint.warn('warning')} ${plain(warning)}`),
    ].join('\n');
  });
  host.stdout.write(`${blocks.join('\n\n')}\n`);
}

/** Prints which fields differ and what follows from it. */
export function printDiff(host: Host, diff: VersionDiff): void {
  const paint = paintFor(host);
  const head = SIDES.map((side) => {
    const { version, file } = diff[side];
    return [plain(version.id), version.fingerprint.slice(0, 12), plain(shownPath(file, host.cwd))];
  });
  const lines = [...aligned(head), ''];
  if (diff.differing.length === 0) lines.push(`All ${diff.agreeing.length} fields that decide vectors agree.`);
  else lines.push(`${diff.differing.length} of ${diff.differing.length + diff.agreeing.length} fields that decide vectors differ:`);
  lines.push(...table(diff.differing));
  if (diff.names.length > 0) lines.push('', paint.dim('Names, which decide nothing:'), ...table(diff.names));
  lines.push('', diff.embedAgain === 'nothing' ? paint.good(MEANING.nothing) : paint.warn(MEANING[diff.embedAgain]));
  host.stdout.write(`${lines.join('\n')}\n`);
}

function table(fields: VersionDiff['differing']): string[] {
  const shown = (value: string | null) => (value === null ? '–' : plain(value));
  return aligned(fields.map((row) => [plain(row.field), shown(row.old), shown(row.new)])).map((line) => `  ${line}`);
}
