import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { failures, MOST_DAYS, verify } from '../../live/verify.ts';
import { type CommandContext, EXIT } from '../host.ts';
import { type CommonArgs, commonOptions, NUMBER, storeOptions, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';

/** What every command that takes a certificate takes. */
export interface CertificateArgs {
  readonly 'public-key': string | undefined;
  readonly 'allow-unsigned': boolean;
  readonly 'max-days': number;
  readonly 'as-of': string | undefined;
}

export function certificateOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('public-key', { ...TEXT, describe: 'PEM of the ed25519 key that must have signed it' })
    .option('allow-unsigned', { type: 'boolean', default: false, describe: 'Take a certificate that anyone may have written' })
    .option('max-days', { ...NUMBER, default: MOST_DAYS, describe: 'Days that it may hold at most, whatever it says of itself' })
    .option('as-of', { ...TEXT, describe: 'Date it must hold on, YYYY-MM-DD (today unless given)' });
}

interface VerifyArgs extends CommonArgs, CertificateArgs {
  readonly certificate: string;
  readonly store: string;
}

/** `cutover verify`: the step before a deployment. */
export function verifyCommand({ host, exit }: CommandContext): CommandModule<object, VerifyArgs> {
  return {
    command: 'verify <certificate>',
    describe: 'Check a certificate against policy, weights, ledger and the tags in a store; exits 1 on a finding',
    builder: (yargs) =>
      certificateOptions(commonOptions(yargs))
        .positional('certificate', { type: 'string', demandOption: true, describe: 'certificate.json of an evaluation' })
        .option('store', {
          ...TEXT,
          demandOption: true,
          describe: 'The store that is to be deployed to',
        }) as never,
    handler: async (args) => {
      const { checks } = await verify({
        ...storeOptions(host, args),
        certificate: resolve(host.cwd, args.certificate),
        publicKey: args['public-key'] === undefined ? null : resolve(host.cwd, args['public-key']),
        allowUnsigned: args['allow-unsigned'],
        maxDays: args['max-days'],
      });
      const paint = paintFor(host);
      if (args.json) writeJson(host, checks);
      else
        for (const { title, passed, found, next } of checks) {
          host.stdout.write(`${passed ? paint.good('ok  ') : paint.bad('FAIL')} ${title.padEnd(10)} ${plain(found)}\n`);
          if (!passed) host.stdout.write(`     ${paint.dim('next')} ${plain(next)}\n`);
        }
      exit(failures(checks).length > 0 ? EXIT.fail : EXIT.pass);
    },
  };
}
