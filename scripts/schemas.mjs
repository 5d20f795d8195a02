// Writes schemas/*.json: what people write from the zod schemas, what cutover writes from the TypeScript types.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(import.meta.dirname, '..');

/** Artifact → its type and the file of `src/model` that holds it. */
const TYPES = {
  evaluation: 'Evaluation',
  verdict: 'Verdict',
  certificate: 'Certificate',
  lock: 'Lock',
  sweep: 'Sweep',
  bridge: 'BridgeRecord',
};

/** @returns file name → JSON Schema */
export function schemas({ configJsonSchema, policyJsonSchema, versionJsonSchema }) {
  const written = { config: configJsonSchema(), policy: policyJsonSchema(), version: versionJsonSchema() };
  const made = Object.entries(TYPES).map(([name, type]) => {
    const path = join(root, 'src', 'model', `${name}.ts`);
    const options = { path, tsconfig: join(root, 'tsconfig.json'), type, skipTypeCheck: true, additionalProperties: false };
    return [name, createGenerator(options).createSchema(type)];
  });
  return Object.fromEntries([...Object.entries(written), ...made].map(([name, schema]) => [`${name}.json`, schema]));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(join(root, 'schemas'), { recursive: true });
  const all = schemas(await import(pathToFileURL(join(root, 'dist', 'config', 'json-schema.js')).href));
  for (const [name, schema] of Object.entries(all)) writeFileSync(join(root, 'schemas', name), `${JSON.stringify(schema, null, 2)}\n`);
}
