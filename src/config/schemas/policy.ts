import { z } from 'zod';
import { ONS } from '../../model/policy.ts';
import { count, mapping, name } from './mapping.ts';

const ON =
  'What to measure on: what the user gets of the whole search (`pipeline`), neighbours as the index serves them (`served`), or by full scan (`exact`). Default: `pipeline` where the configuration has one, else `served`.';

/** A rule as written: one metric, one comparator, named by its key. */
const ruleSchema = mapping({
  metric: name().describe('ir_measures name, or an id of the metric registry with its cutoff: `nDCG@10`, `annRecall@10`.'),
  nonInferior: z.number().min(0).exactOptional().describe('The new version may be worse by at most this on average over needs.'),
  noHarm: z.number().min(0).exactOptional().describe('No slice may be worse by more than this.'),
  atLeast: z.number().exactOptional().describe("The new version's value must be this or more."),
  atMost: z.number().exactOptional().describe("The new version's value must be this or less."),
  atMostTimes: z
    .number()
    .positive()
    .exactOptional()
    .describe("Costs only (`queryMs.p95`, `modelBytes`, …): the new version's may be at most this many times the old version's."),
  slices: z
    .union([z.literal('declared'), z.array(name()).min(1)])
    .exactOptional()
    .describe('`noHarm`: the slice fields to look at; `declared` (the default) is every field of the data set.'),
  bound: z
    .enum(['estimate', 'lower', 'upper'])
    .exactOptional()
    .describe('`atLeast`, `atMost`: compare the point estimate (the default) or a one-sided bound of it.'),
  on: z.enum(ONS).exactOptional().describe(ON),
  severity: z.enum(['fail', 'warn']).default('fail').describe('What a broken rule does: fail the gate, or only warn.'),
  ifMissing: z.enum(['fail', 'skip']).default('fail').describe('What a rule without a value does: fail, or be skipped.'),
});

const waiverSchema = mapping({
  rule: name().describe('Id of the rule as the verdict shows it, without its slice: `nDCG@10 nonInferior 0.02 on served`.'),
  slice: z
    .string()
    .regex(/^[^=]+=.+$/, 'expected field=value')
    .exactOptional()
    .describe('The slice it holds for, `field=value`; leave it out for all of the rule.'),
  owner: name().describe('Who answers for it.'),
  reason: name().describe('Why the loss is taken.'),
  expires: z.iso.date().describe('Last day it holds, YYYY-MM-DD; afterwards the rule decides again. Quote it.'),
});

/** A policy as written. */
export const policySchema = mapping({
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe('One-sided confidence of every bound.'),
  rules: z.array(ruleSchema).min(1).describe('What the new version has to keep; all rules must pass.'),
  inconclusive: z.enum(['block', 'warn']).default('block').describe('What an undecided verdict does: `block` exits 3, `warn` exits 0.'),
  minimumNeeds: count().default(30).describe('Slices of fewer needs than this are shown and decide nothing.'),
  waivers: z.array(waiverSchema).default([]).describe('Rules that may fail until a date.'),
  weakGrades: z
    .enum(['warn', 'forbid'])
    .exactOptional()
    .describe(
      'What grades made of clicks do: count, with a warning in the verdict (`warn`, the default), or count as no judgements at all (`forbid`).',
    ),
  storeDrift: z
    .number()
    .min(0)
    .max(1)
    .exactOptional()
    .describe(
      "Share of a live table's documents that may have been added, changed or removed since the evaluation, for `verify` and `migrate promote`. No limit unless given.",
    ),
  resamples: z.int().min(100).max(1_000_000).default(10_000).describe('Bootstrap resamples.'),
}).meta({ title: 'cutover policy', description: 'The rules a new embedding version has to pass.' });

export type RuleInput = z.output<typeof ruleSchema>;
/** A policy as people write it: what has a default may be left out. */
export type PolicySource = z.input<typeof policySchema>;
export type PolicyInput = z.output<typeof policySchema>;
