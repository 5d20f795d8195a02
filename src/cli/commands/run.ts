import type { CommandModule } from 'yargs';
import type { Evaluate } from '../../features/lock/change.ts';
import { cacheTrustOf } from '../../project/cache-trust.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { runAll } from '../../run/run.ts';
import { CERTIFICATE, certificateOptions } from '../certificate.ts';
import { printChange } from '../change.ts';
import { type ArgsOf, command } from '../command.ts';
import { gitRepository } from '../git.ts';
import { type CommandContext, type Host, UsageError } from '../host.ts';
import { AS_OF, COMMON, COUNTERFACTUAL, stageOptions, TEXT, TIME_AGAIN, writeJson } from '../options.ts';
import { printPlan } from '../plan.ts';
import { printVerdict } from '../verdict.ts';

const OPTIONS = {
  ...COMMON,
  ...AS_OF,
  ...COUNTERFACTUAL,
  ...TIME_AGAIN,
  plan: { type: 'boolean', default: false, describe: 'Say how many texts, how long and how much disk, and stop' },
  ...CERTIFICATE,
  redact: { type: 'boolean', default: false, describe: 'Also a report without texts and ids, in `redacted/` beside it' },
  changed: {
    type: 'boolean',
    default: false,
    describe: 'Run only if a version or the policy differs from cutover.lock on the base branch; fails if the change needs a new lock',
  },
  base: {
    ...TEXT,
    describe: "With --changed: the branch to compare with, instead of CI's or the default one",
  },
} as const;

type RunArgs = ArgsOf<typeof OPTIONS>;

/** `cutover run`: every stage, skipping those whose input did not change. */
export function runCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'run',
    describe: 'Embed, search, study, measure, judge and report; unchanged steps are skipped',
    options: OPTIONS,
    examples: [
      ['$0 run', 'Run ./cutover.yaml'],
      ['$0 run --changed', 'In CI, on every pull request'],
      ['$0 run -c search/cutover.yaml --plan', 'What it would cost'],
      ['$0 run --counterfactual', 'What the settings that the new model publishes would give'],
      ['$0 run --json > verdict.json', 'The verdict for a script'],
    ],
    handler: async (args) => {
      const signs = args['sign-key'] !== undefined || (host.env.CUTOVER_SIGNING_KEY ?? '') !== '';
      const options = { ...stageOptions(host, args), cacheTrust: cacheTrustOf({ env: host.env, changed: args.changed, signs }) };
      if (args.base !== undefined && !args.changed) throw new UsageError('--base is for --changed');
      if (args.redact && (args.plan || args.changed))
        throw new UsageError('--redact needs a whole run; or `cutover report --redact` after it');
      if (args.plan && args.changed) throw new UsageError('--plan is for a whole run: leave --changed out');
      if (args.plan) {
        const plan = await (await import('../../run/plan.ts')).planRun(options);
        if (args.json) writeJson(host, plan);
        else printPlan(host, plan);
        return;
      }
      const certificate = certificateOptions(host, args);
      const evaluate: Evaluate = (of, certifies) => runAll(of, certifies ? certificate : null);
      if (args.changed) return exit(await changed(host, args, options, evaluate));
      const whole = await evaluate(options, true);
      const result = args.redact
        ? { ...whole, files: [...whole.files, ...(await (await import('../../features/redact/report.ts')).redactReport(options))] }
        : whole;
      if (args.json) writeJson(host, result.verdict);
      printVerdict(host, result, args.quiet);
      exit(result.verdict.exitCode);
    },
  });
}

/** `--changed`: the change is the answer; an evaluation, where there was one, is told before it. */
async function changed(host: Host, args: RunArgs, options: StageOptions, evaluate: Evaluate): Promise<number> {
  const { runChanged } = await import('../../features/lock/change.ts');
  const { record, result } = await runChanged({ ...options, repository: gitRepository(host), base: args.base ?? null }, evaluate);
  if (result !== null) printVerdict(host, result, args.quiet);
  if (args.json) writeJson(host, record);
  printChange(host, record, record.exitCode);
  return record.exitCode;
}
