import { join, relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../../core/printable.ts';
import { type Drill, drill } from '../../../live/migrate/drill.ts';
import { loadProject } from '../../../project/workspace.ts';
import { command } from '../../command.ts';
import { type CommandContext, type Host, UsageError } from '../../host.ts';
import { COMMON, NUMBER, STORE, storeOptions, TEXT, writeJson } from '../../options.ts';

export function drillCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'drill <store>',
    describe: "Go the whole way on a copy of the store's shape with some of its rows, and print the runbook for the store itself",
    positionals: STORE,
    options: {
      ...COMMON,
      to: { ...TEXT, default: 'new', describe: 'The version to move to' },
      from: { ...TEXT, default: 'old', describe: "The version that made the store's vectors" },
      sample: { ...NUMBER, default: 500, describe: 'Rows of the copy' },
    },
    handler: async (args) => {
      const { sample } = args;
      if (!Number.isInteger(sample) || sample < 1) throw new UsageError(`--sample takes a whole number from 1, not ${sample}`);
      const options = storeOptions(host, args);
      const say = (text: string) => args.json || host.stdout.write(`${text}\n`);
      const found = await drill({
        ...options,
        to: args.to,
        from: args.from,
        sample,
        onMade: (what) => say(`making     ${plain(what)}; it is dropped in the end`),
        onStep: ({ name, seconds, what }) => say(`${name.padEnd(16)} ${seconds.toFixed(1).padStart(7)} s  ${plain(what)}`),
      });
      const { output } = await loadProject(options);
      const certificate = relative(host.cwd, join(output, 'certificate.json'));
      const runbook = found.runbook.map((line) => ({ ...line, command: line.command.replace('CERTIFICATE', certificate) }));
      if (args.json) writeJson(host, { ...found, runbook });
      else printRunbook(host, { ...found, runbook });
    },
  });
}

function printRunbook(host: Host, { title, rows, sample, runbook }: Drill): void {
  const lines = [
    '',
    `The copy of ${sample} rows went there and back, and is dropped. For ${plain(title)}, with ${rows} rows:`,
    '',
    ...runbook.map(({ command: own, note }) => `  ${plain(own)}  # ${plain(note)}`),
  ];
  host.stdout.write(`${lines.join('\n')}\n`);
}
