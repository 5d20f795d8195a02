import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import type { DoctorCheck, Machine } from '../../features/setup/doctor/check.ts';
import { diagnose } from '../../features/setup/doctor/doctor.ts';
import { command } from '../command.ts';
import { gitRepository } from '../git.ts';
import { type CommandContext, DEFAULT_CONFIG, EXIT, type Host } from '../host.ts';
import { COMMON, stageOptions, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';
import { bytesText } from '../text.ts';

/** The machine that this process runs on, and the limit that a container sets it. */
const MACHINE: Machine = {
  node: process.versions.node,
  memory: () => {
    const limit = process.constrainedMemory();
    const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
    return { total, free: Math.min(freemem(), total) };
  },
  freeDisk,
};

async function freeDisk(path: string): Promise<number> {
  const found = await statfs(path).catch(() => null);
  return found === null ? freeDisk(dirname(path)) : found.bavail * found.bsize;
}

/** `cutover doctor`: what keeps a run from working here. */
export function doctorCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'doctor',
    describe: 'Check Node, native modules, models, data, memory, disk, stores and the lock; exits 1 on a finding',
    options: COMMON,
    examples: [['$0 doctor', 'Before the first run']],
    handler: async (args) => {
      const checks = await diagnose({
        ...stageOptions(host, args),
        machine: MACHINE,
        repository: gitRepository(host),
        bytes: bytesText,
        configOptional: args.config === DEFAULT_CONFIG,
      });
      if (args.json) writeJson(host, checks);
      else printChecks(host, checks, args.quiet);
      exit(checks.some(({ status }) => status === 'bad') ? EXIT.fail : EXIT.pass);
    },
  });
}

function printChecks(host: Host, checks: readonly DoctorCheck[], quiet: boolean): void {
  const paint = paintFor(host);
  const marks = { ok: paint.good('ok  '), warn: paint.warn('warn'), bad: paint.bad('BAD ') } as const;
  const width = Math.max(...checks.map(({ title }) => title.length));
  for (const { title, status, found, next, details } of checks) {
    if (quiet && status === 'ok') continue;
    host.stdout.write(`${marks[status]} ${plain(title).padEnd(width)}  ${plain(found)}\n`);
    for (const detail of details) host.stdout.write(`     ${plain(detail)}\n`);
    if (next !== null) host.stdout.write(`     ${paint.dim('next')} ${plain(next)}\n`);
  }
}
