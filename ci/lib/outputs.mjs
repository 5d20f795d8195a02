// Prints the outputs of a run as GitHub's `key=value` lines. usage: outputs.mjs <exit code>
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OUTPUT, readResult } from './result.mjs';

const exitCode = process.argv[2] ?? '2';
const { change, verdict } = readResult();
const refused = change?.exitCode === 0 ? 'unchanged' : 'refused';
const sarif = [verdict === null ? 'change.sarif' : 'report.sarif'].map((name) => resolve(join(OUTPUT, name))).find(existsSync);
const outputs = {
  verdict: change === null ? 'error' : (verdict?.outcome ?? refused),
  'exit-code': exitCode,
  evaluated: String(verdict !== null),
  report: resolve(OUTPUT),
  sarif: sarif ?? '',
};
for (const [key, value] of Object.entries(outputs)) console.log(`${key}=${value}`);
