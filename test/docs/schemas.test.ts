import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as made from '../../src/config/json-schema.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const script = new URL('../../scripts/schemas.mjs', import.meta.url).href;
const { schemas } = (await import(/* @vite-ignore */ script)) as { schemas(source: object): Record<string, object> };
const fresh = schemas(made);

function problems(name: string, value: unknown): unknown {
  const schema = JSON.parse(read(`schemas/${name}.json`)) as { readonly $schema: string };
  const Validator = schema.$schema.includes('2020') ? Ajv2020 : Ajv;
  const validate = new Validator({ strict: false, validateFormats: false }).compile(schema);
  return validate(value) ? null : validate.errors;
}

describe('schemas', () => {
  it('are what `npm run docs` writes', () => {
    expect(readdirSync(new URL('../../schemas', import.meta.url)).sort()).toEqual(Object.keys(fresh).sort());
    for (const [name, schema] of Object.entries(fresh)) expect(read(`schemas/${name}`), name).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it.each([
    ['verdict', 'reports/example/verdict.json'],
    ['lock', 'cutover.lock'],
  ])('%s: takes %s and refuses another kind or schema version', (name, file) => {
    const value = JSON.parse(read(file)) as object;
    expect(problems(name, value)).toBeNull();
    expect(problems(name, { ...value, kind: 'cutover.other' })).not.toBeNull();
    expect(problems(name, { ...value, schemaVersion: 2 })).not.toBeNull();
  });

  it.each([
    ['config', 'cutover.yaml'],
    ['config', 'cutover.broken.yaml'],
    ['policy', 'policy.yaml'],
    ['version', 'versions/bge-small-en.yaml'],
  ])('%s: takes %s and refuses an unknown key', (name, file) => {
    const value = parse(read(file)) as object;
    expect(problems(name, value)).toBeNull();
    expect(problems(name, { ...value, unheardOf: 1 })).not.toBeNull();
  });
});
