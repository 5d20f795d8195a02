import { relative, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import type { ExportedBridge } from '../../features/bridge/export.ts';
import { CERTIFICATE, certificateOptions } from '../certificate.ts';
import { command } from '../command.ts';
import { type CommandContext, EXIT, type Host } from '../host.ts';
import { AS_OF, COMMON, stageOptions, TEXT, writeJson } from '../options.ts';
import { aligned } from '../text.ts';

/** `cutover bridge`: a map from old vectors to new ones, as a file. The exit code is what the policy says of it. */
export function bridgeCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'bridge <folder>',
    describe: 'Write a bridge that the last run judged: old vectors carried into the new space without embedding again',
    positionals: { folder: { type: 'string', demandOption: true, describe: 'Where bridge.safetensors and bridge.json go' } },
    options: {
      ...COMMON,
      ...AS_OF,
      way: { ...TEXT, describe: 'Which one, e.g. bridge-ridge-400; the one of the fewest pairs that passes unless given' },
      ...CERTIFICATE,
    },
    examples: [
      ['$0 bridge bridges/minilm', 'After `cutover run`'],
      ['$0 bridge bridges/minilm --way bridge-orthogonal-100', 'Another one of the report'],
    ],
    handler: async (args) => {
      const { exportBridge } = await import('../../features/bridge/export.ts');
      const where = { folder: resolve(host.cwd, args.folder), way: args.way ?? null, certificate: certificateOptions(host, args) };
      const exported = await exportBridge(stageOptions(host, args), where);
      if (args.json) writeJson(host, exported.record);
      printBridge(host, exported);
      exit(EXIT[exported.record.judged.outcome]);
    },
  });
}

function printBridge(host: Host, { record, files }: ExportedBridge): void {
  const { judged, heldOut, fingerprint, old, new: fresh, fitted } = record;
  const rows = [
    ['bridge', `${judged.id}, from ${old.id} to ${fresh.id}`],
    ['fitted', `on ${fitted.pairs} pairs of vectors`],
    ['held out', `cosine ${heldOut.cosine.mean.toFixed(3)} with the new vectors of ${heldOut.documents} other documents`],
    ...judged.results.map(({ measure, value, difference }) => [measure, `${value.toFixed(4)}, ${difference.toFixed(4)} against today`]),
    ['policy', judged.outcome],
    ['tag', fingerprint],
    ['written', files.map((file) => relative(host.cwd, file)).join(', ')],
  ];
  host.stderr.write(`${aligned(rows).map(plain).join('\n')}\n`);
}
