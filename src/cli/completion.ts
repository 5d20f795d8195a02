import { loadProject } from '../project/workspace.ts';
import type { Host } from './host.ts';
import { DEFAULT_CONFIG } from './host.ts';
import { stageOptions } from './options.ts';

/** Commands whose first argument is a store. */
const STORE_COMMANDS = /^(audit|tag (plan|apply)|migrate \w+)$/;
const STORE_OPTIONS: ReadonlySet<string> = new Set(['--store']);
const VERSION_OPTIONS: ReadonlySet<string> = new Set(['--expect', '--also', '--as', '--to', '--from']);

/**
 * Values from the configuration for the word that is being typed: names of stores and versions. Null where they aren't
 * asked for, so that commands and options are offered; empty where the configuration can't be read, because nobody wants an
 * error in the middle of a line.
 * @param words the line so far, the program's name first and the unfinished word last
 */
export async function completionValues(words: readonly string[], host: Host): Promise<readonly string[] | null> {
  const before = words.slice(1, -1);
  const kind = kindOf(before);
  if (kind === null || words.at(-1)?.startsWith('-')) return null;
  const config = await loadProject(stageOptions(host, { config: configIn(before), output: undefined, quiet: true, json: false })).catch(
    () => null,
  );
  if (config === null) return [];
  if (kind === 'stores') return config.stores.map(({ name }) => name);
  return [...new Set(['old', 'new', config.old.id, config.new.id])];
}

function kindOf(before: readonly string[]): 'stores' | 'versions' | null {
  const last = before.at(-1) ?? '';
  if (STORE_OPTIONS.has(last)) return 'stores';
  if (VERSION_OPTIONS.has(last)) return 'versions';
  if (STORE_COMMANDS.test(before.join(' '))) return 'stores';
  return /^versions (show|diff)( [^-]\S*)*$/.test(before.join(' ')) ? 'versions' : null;
}

function configIn(words: readonly string[]): string {
  const at = words.findIndex((word) => word === '-c' || word === '--config');
  return (at === -1 ? undefined : words[at + 1]) ?? DEFAULT_CONFIG;
}
