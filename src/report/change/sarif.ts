import type { ChangeRecord } from '../../model/lock.ts';
import { visible } from '../text.ts';

/** The lock as a SARIF 2.1.0 log: one error at the lock's first line where it does not hold, no result where it does. */
export function changeSarif({ state, headline, facts, next, lock, exitCode }: ChangeRecord): string {
  const text = visible([headline, ...facts, next].filter((line) => line !== '').join('\n'));
  const location = { physicalLocation: { artifactLocation: { uri: encodeURI(lock) }, region: { startLine: 1 } } };
  const results = exitCode === 0 ? [] : [{ ruleId: 'cutover.lock', level: 'error', message: { text }, locations: [location] }];
  const rule = { id: 'cutover.lock', shortDescription: { text: 'The lock says which embedding version is live' } };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'cutover', rules: [rule] } }, results, properties: { state } }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
