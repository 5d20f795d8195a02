import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { DEFAULT_SAMPLE } from '../../live/attest/attest.ts';
import { auditStore } from '../../live/audit/audit.ts';
import { printAudit } from '../audit.ts';
import { command } from '../command.ts';
import { type CommandContext, EXIT, UsageError } from '../host.ts';
import { COMMON, storeOptions, TEXT, writeJson } from '../options.ts';

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
      also: { ...TEXT, array: true, default: [], describe: 'Versions that may stand beside it' },
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
