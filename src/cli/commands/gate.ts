import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { gateOnly } from '../../run/gate.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../host.ts';
import { AS_OF, COMMON, stageOptions, TEXT, writeJson } from '../options.ts';
import { printVerdict } from '../verdict.ts';

/** `cutover gate`: judges an evaluation, perhaps under another policy, without measuring again. */
export function gateCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'gate',
    describe: 'Judge evaluation.json against the policy and write verdict.json',
    options: {
      ...COMMON,
      ...AS_OF,
      policy: {
        alias: 'p',
        ...TEXT,
        describe: "Another policy than the configuration's; verdict.json is then left as it is",
      },
    },
    examples: [
      ['$0 gate', 'Judge again after the policy changed'],
      ['$0 gate --policy strict.yaml', 'What a stricter policy would say'],
    ],
    handler: async (args) => {
      const policy = args.policy === undefined ? null : resolve(host.cwd, args.policy);
      const result = await gateOnly(stageOptions(host, args), policy);
      if (args.json) writeJson(host, result.verdict);
      printVerdict(host, result, args.quiet);
      exit(result.verdict.exitCode);
    },
  });
}
