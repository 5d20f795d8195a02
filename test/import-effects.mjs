// Run in a process of its own by index.test.ts: what importing the library does beside loading modules.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import workers from 'node:worker_threads';

const seen = { addons: [], files: [], workers: 0 };
const { dlopen } = process;
process.dlopen = (module, file, ...flags) => {
  seen.addons.push(file);
  return dlopen(module, file, ...flags);
};
const { readFileSync } = fs;
fs.readFileSync = (file, ...rest) => {
  seen.files.push(String(file));
  return readFileSync(file, ...rest);
};
workers.Worker = class extends workers.Worker {
  constructor(...args) {
    super(...args);
    seen.workers++;
  }
};
const { env } = process;
seen.env = new Set();
process.env = new Proxy(env, {
  get: (target, key) => {
    seen.env.add(String(key));
    return target[key];
  },
});
syncBuiltinESMExports();
await import(process.argv[2]);
console.log(
  JSON.stringify({
    ...seen,
    env: [...seen.env],
    shared: process.report.getReport().sharedObjects.filter((name) => name.endsWith('.node')),
  }),
);
