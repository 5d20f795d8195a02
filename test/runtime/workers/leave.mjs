// Ends the process while workers run native code; session.test.ts looks at the exit code.
import { openPool } from '../../../dist/runtime/pool.js';
import { openSession } from '../../../dist/runtime/session.js';

const [model, code] = process.argv.slice(2);
await openSession(model, 1);
const pool = openPool(new URL('./busy.mjs', import.meta.url), { workers: 2, workerData: model });
for (let i = 0; i < 4; i++) pool.run(i).catch(() => undefined);
setTimeout(() => process.exit(Number(code)), 1500);
