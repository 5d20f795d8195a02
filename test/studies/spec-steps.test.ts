import { describe, expect, it } from 'vitest';
import type { VersionSpec } from '../../src/model/version.ts';
import { specSteps } from '../../src/studies/attribution.ts';

const SPEC: VersionSpec = {
  id: 'a',
  embedder: 'transformers',
  model: 'org/a',
  normalize: true,
  prefixes: { query: 'q: ', document: '' },
  file: '/a.yaml',
};
const DECIDES = {
  embedder: 'transformers',
  weights: { model: '11' },
  tokenizer: { 'tokenizer.json': '22' },
  pooling: 'cls',
  normalize: true,
  prefixes: { query: 'q: ', document: '' },
  maxTokens: 512,
  dimensions: 384,
};
const steps = (changes: object, old: object = {}) =>
  specSteps({ spec: SPEC, version: { decides: { ...DECIDES, ...old } } }, { spec: SPEC, version: { decides: { ...DECIDES, ...changes } } });
const stepsOf = (changes: object) => {
  const found = steps(changes);
  if ('notApplicable' in found) throw new Error(found.notApplicable);
  return found;
};

describe('specSteps', () => {
  it('switches what differs, one after the other, in the stated order', () => {
    const found = stepsOf({ maxTokens: 64, dimensions: 128, pooling: 'mean', prefixes: { query: '', document: 'd: ' } });
    expect(found.map(({ field, old, new: to }) => [field, old, to])).toEqual([
      ['prefixes', '{"query":"q: ","document":""}', '{"query":"","document":"d: "}'],
      ['pooling', 'cls', 'mean'],
      ['maxTokens', '512', '64'],
      ['dimensions', '384', '128'],
    ]);
    expect(found.map(({ spec }) => [spec?.prefixes.document, spec?.pooling, spec?.maxTokens, spec?.dimensions])).toEqual([
      ['d: ', undefined, undefined, undefined],
      ['d: ', 'mean', undefined, undefined],
      ['d: ', 'mean', 64, undefined],
      ['d: ', 'mean', 64, 128],
    ]);
    expect(found.every(({ spec }) => spec?.model === 'org/a')).toBe(true);
  });

  it('leaves out a key that the new version does not set', () => {
    const [step] = stepsOf({ dimensions: null });
    expect(step?.new).toBe('null');
    expect(step?.spec).not.toHaveProperty('dimensions');
  });

  it('has one last step for what no setting says', () => {
    const found = stepsOf({ pooling: 'mean', tokenizer: { 'tokenizer.json': '33' } });
    expect(found.map(({ field, spec }) => [field, spec === null])).toEqual([
      ['pooling', false],
      ['rest', true],
    ]);
    expect(found[1]?.old).toBe('tokenizer');
  });

  it('has no step between equal versions', () => {
    expect(stepsOf({})).toEqual([]);
  });

  it('does not apply to other weights, or weights that are not known', () => {
    expect(steps({ weights: { model: '99' } })).toEqual({ notApplicable: expect.stringContaining('the weights differ') });
    expect(steps({ weights: undefined })).toEqual({ notApplicable: expect.stringContaining('not known') });
    expect(steps({ weights: undefined }, { weights: undefined })).toEqual({ notApplicable: expect.stringContaining('not known') });
  });
});
