import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { DEFAULT_SAMPLE } from '../../live/attest/attest.ts';
import { type AuditResult, auditStore } from '../../live/audit/audit.ts';
import { command } from '../command.ts';
import { type CommandContext, EXIT, type Host, UsageError } from '../host.ts';
import { COMMON, storeOptions, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';
import { alignedRows } from '../text.ts';

/** `cutover audit`: what a store really holds. */
export function auditCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'audit <store>',
    describe: 'Count a vector store by version tag and find what would mix spaces; exits 1 on a finding',
    positionals: {
      store: {
        type: 'string',
        demandOption: true,
        describe: 'A name under `stores:`, or a folder of Arrow or a Parquet file',
      },
    },
    options: {
      ...COMMON,
      expect: {
        ...TEXT,
        demandOption: true,
        describe: 'The version that readers expect: old, new, an id or a file',
      },
      also: { ...TEXT, array: true, default: [], describe: 'Versions that may be beside it' },
      attest: {
        type: 'string',
        describe: `Embed that many rows again, or all, and compare (${DEFAULT_SAMPLE} without a number)`,
      },
    },
    examples: [['$0 audit chunks --expect old --attest', 'Is the live store what it says it is?']],
    handler: async (args) => {
      const result = await auditStore({
        ...storeOptions(host, args),
        expect: fileOrName(args.expect, host.cwd),
        also: args.also.map((name) => fileOrName(name, host.cwd)),
        attest: sampleSize(args.attest),
      });
      if (args.json) writeJson(host, result.audit);
      else printAudit(host, result, args.quiet);
      exit(result.audit.outcome === 'pass' ? EXIT.pass : EXIT.fail);
    },
  });
}

function fileOrName(name: string, cwd: string): string {
  return /\.ya?ml$/.test(name) ? resolve(cwd, name) : name;
}

function sampleSize(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (value === '') return DEFAULT_SAMPLE;
  if (value === 'all') return Number.MAX_SAFE_INTEGER;
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1) throw new UsageError(`--attest takes how many rows to embed again, or all, not ${value}`);
  return size;
}

/** Prints an audit for people: tags, findings with examples, and what to do. */
function printAudit(host: Host, { audit, files }: AuditResult, quiet: boolean): void {
  const paint = paintFor(host);
  const lines: string[] = [];
  const out = (line = '') => lines.push(line);
  out(`${plain(audit.store.title)}, expected to hold ${plain(audit.expected.id)} (${audit.expected.fingerprint.slice(0, 12)})`);
  out();
  const tags = audit.tags.map(({ tag, name, rows }) => [tag === null ? 'untagged' : tag.slice(0, 12), plain(name ?? ''), String(rows)]);
  for (const line of alignedRows([['tag', 'version', 'rows'], ...tags])) out(`  ${line}`);
  for (const { title, count, examples, fails, next } of audit.findings.filter(({ count }) => count > 0)) {
    out();
    out(`${fails ? paint.bad('FAIL') : paint.warn('note')} ${count} ${title}`);
    for (const { id, note } of examples) out(`       ${plain(id)}: ${plain(note)}`);
    out(`  ${paint.dim('next')} ${next}`);
  }
  const { attestation } = audit;
  out();
  if (attestation === null) out(paint.dim('No tag was put to the test: --attest embeds a sample of the rows again and compares.'));
  else {
    const percent = (100 * attestation.bound).toFixed(2);
    out(
      `Attested ${attestation.sampled} of ${attestation.population} rows: ${attestation.failed} false. With ${100 * attestation.confidence} % confidence at most ${percent} % of the tags are false.`,
    );
    for (const line of attestation.indistinguishable) out(paint.dim(`  cannot be told apart: ${plain(line)}`));
  }
  out();
  out(audit.outcome === 'pass' ? paint.good(audit.headline) : paint.bad(audit.headline));
  if (!quiet) for (const file of files) out(paint.dim(`  ${plain(file)}`));
  host.stdout.write(`${lines.join('\n')}\n`);
}
