import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { failures, MOST_DAYS, verify } from '../../live/verify.ts';
import { command } from '../command.ts';
import { type CommandContext, EXIT } from '../host.ts';
import { COMMON, NUMBER, storeOptions, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';

/** What every command that takes a certificate takes. */
export const CERTIFICATE = {
  'public-key': { ...TEXT, describe: 'PEM of the ed25519 key that must have signed it' },
  'allow-unsigned': { type: 'boolean', default: false, describe: 'Take a certificate that anyone may have written' },
  'max-days': { ...NUMBER, default: MOST_DAYS, describe: 'Longest that it may be valid, in days, whatever it says itself' },
  'as-of': { ...TEXT, describe: 'Date it must hold on, YYYY-MM-DD (today unless given)' },
} as const;

/** `cutover verify`: the step before a deployment. */
export function verifyCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'verify <certificate>',
    describe: 'Check a certificate against policy, weights, ledger and the tags in a store; exits 1 on a finding',
    positionals: { certificate: { type: 'string', demandOption: true, describe: 'certificate.json of an evaluation' } },
    options: {
      ...COMMON,
      ...CERTIFICATE,
      store: {
        ...TEXT,
        demandOption: true,
        describe: 'The store that is to be deployed to',
      },
    },
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
  });
}
