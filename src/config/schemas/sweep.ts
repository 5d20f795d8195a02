import { z } from 'zod';
import { graphChangeSchema } from './engines.ts';
import { count, mapping, name } from './mapping.ts';
import { versionSchema } from './version.ts';

const { model, revision, dtype, pooling, normalize, maxTokens, dimensions, options } = versionSchema.shape;

const prefixes = mapping({
  query: z.string().exactOptional().describe('Put before every query.'),
  document: z.string().exactOptional().describe('Put before every document.'),
});

/** Keys of `new` that differ in a candidate; the others stay. No key has a default here: it would change what was not named. */
const change = mapping({
  model,
  revision,
  dtype,
  pooling,
  normalize,
  maxTokens,
  dimensions,
  options,
  prefixes: prefixes.exactOptional().describe('Text put before what is embedded, by role; a role that is not named keeps its own.'),
});

export type VersionChange = z.output<typeof change>;

/** What may be in the name of a folder. */
const FOLDER = /^\w[\w.+-]*$/;
const EXPECTED = 'letters, digits and . _ + -: it names a folder';

const candidate = mapping({
  name: z.string().regex(FOLDER, `expected ${EXPECTED}`).describe('What it is called, and the folder of its report; unique.'),
  new: z.union([name(), change]).exactOptional().describe('A version file; or the keys in which it differs from `new`.'),
  hnsw: graphChangeSchema
    .exactOptional()
    .describe('Parameters in which its index differs from `search.hnsw`. The old version is served as `search` says.'),
  engine: name().exactOptional().describe('What serves it. Default: `search.engine`.'),
});

const list = <T extends z.ZodType>(item: T) => z.array(item).min(1).exactOptional();

const matrix = mapping({
  model: list(name()).describe('Models, each in place of that of `new`; or version files, each in place of `new`.'),
  prefixes: z
    .record(z.string(), prefixes)
    .refine((named) => Object.keys(named).length > 0, 'expected at least one, by name')
    .refine((named) => Object.keys(named).every((key) => FOLDER.test(key)), `expected names of ${EXPECTED}`)
    .exactOptional()
    .describe('Prefixes, each under its own name; a role that is not named keeps its own.'),
  dtype: list(z.enum(['fp32', 'fp16', 'q8'])).describe('Numeric types of the weights.'),
  pooling: list(z.enum(['cls', 'mean', 'max', 'last'])).describe('Ways of pooling.'),
  dimensions: list(count()).describe('Dimensions to keep.'),
  maxTokens: list(count()).describe('Longest inputs.'),
  m: list(z.int().min(2)).describe('Links a node.'),
  efConstruction: list(count()).describe('Candidates looked at while building.'),
  efSearch: list(count()).describe('Candidates looked at while searching.'),
  engine: list(name()).describe('What serves.'),
});

/** `sweep` as written. */
export const sweepSchema = mapping({
  candidates: z.array(candidate).default([]).describe('Candidates, each with what differs from `new` and `search`.'),
  matrix: matrix.exactOptional().describe('Axes; every combination of their values is a candidate.'),
});

export type SweepInput = z.output<typeof sweepSchema>;
