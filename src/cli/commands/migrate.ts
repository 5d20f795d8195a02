import type { CommandModule } from 'yargs';
import { commandGroup } from '../command.ts';
import type { CommandContext } from '../host.ts';
import { drillCommand } from './migrate/drill.ts';
import { backfillCommand, followCommand, planCommand, startCommand } from './migrate/fill.ts';
import { historyCommand, statusCommand, verifyCommand } from './migrate/ledger.ts';
import { promoteCommand, retireCommand, rollbackCommand } from './migrate/switch.ts';

/** `cutover migrate`: from the old version to the new one, and back. */
export function migrateCommand(context: CommandContext): CommandModule {
  const steps = [
    drillCommand,
    planCommand,
    statusCommand,
    startCommand,
    backfillCommand,
    followCommand,
    promoteCommand,
    rollbackCommand,
    retireCommand,
    historyCommand,
    verifyCommand,
  ];
  return commandGroup({
    name: 'migrate',
    describe: 'Move a store to another version, step by step, with a ledger beside the vectors',
    commands: steps.map((step) => step(context)),
    demand: 'Say which step: `cutover migrate status` shows how far a store is.',
  });
}
