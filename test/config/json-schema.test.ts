import { describe, expect, it } from 'vitest';
import { configJsonSchema, policyJsonSchema, versionJsonSchema } from '../../src/config/json-schema.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly description?: string;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
}

/** Path and node of every property, at every depth. */
function properties(node: Node, path = ''): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, Node][] => [
    [`${path}${key}`, child],
    ...properties(child, `${path}${key}.`),
  ]);
  const inner = [...(node.anyOf ?? []), ...(node.items === undefined ? [] : [node.items])];
  return [...own, ...inner.flatMap((child) => properties(child, path))];
}

describe.each([
  ['config', configJsonSchema() as Node, 60],
  ['policy', policyJsonSchema() as Node, 14],
  ['version', versionJsonSchema() as Node, 20],
])('JSON Schema of a %s', (_, schema, atLeast) => {
  it('says of every key what it is', () => {
    const all = properties(schema);
    expect(all.length).toBeGreaterThanOrEqual(atLeast);
    expect(all.filter(([, { description }]) => description === undefined || description.length < 10).map(([path]) => path)).toEqual([]);
  });

  it('takes no other keys', () => {
    const closed = [schema, ...properties(schema).map(([, node]) => node)].filter(({ properties: keys }) => keys !== undefined);
    expect(closed.every(({ additionalProperties }) => additionalProperties === false)).toBe(true);
  });
});

it('asks only for what has no default', () => {
  expect((configJsonSchema() as Node).required).toEqual(['dataset', 'old', 'new']);
  expect((policyJsonSchema() as Node).required).toEqual(['rules']);
  expect((versionJsonSchema() as Node).required).toEqual(['id']);
});
