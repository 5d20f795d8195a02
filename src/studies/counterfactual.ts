import type { Counterfactual, Disagreement } from '../model/studies.ts';
import type { PublishedSettings, ResolvedVersion } from '../model/version.ts';
import { exactRun } from './answers.ts';
import { explainedMeasures, qualityMeans, whyNoQuality } from './quality-means.ts';
import type { Study } from './study.ts';

/**
 * What the new version would be with the settings that its model's folder publishes, where its spec contradicts them:
 * embedded as published, searched exactly, beside the same as specified.
 */
export const counterfactual: Study<'counterfactual'> = {
  id: 'counterfactual',
  title: 'As published',
  inputs: ({ counterfactual: asked, policy }, { new: fresh }) => [
    asked,
    asked ? [explainedMeasures(policy).map(({ name }) => name), fresh.id, fresh.published ?? null] : null,
    fresh.published !== undefined,
  ],
  applies: ({ config, dataset, sides }) => {
    const { published, warnings, decides } = sides.new.version;
    if (!('weights' in decides)) return { notApplicable: 'the new version has no model folder, which is where settings are published' };
    if (published === undefined && warnings.length > 0) return { notApplicable: 'the model publishes settings that cannot be run here' };
    if (published === undefined)
      return { notApplicable: "the new version's settings agree with what its model publishes, as far as it publishes any" };
    if (config.counterfactual) return whyNoQuality(dataset);
    const texts = dataset.documents.length + dataset.queries.length;
    return {
      notApplicable: `not asked for: \`cutover run --counterfactual\` embeds up to ${texts} texts with the settings that the model publishes, and shows what that would give`,
    };
  },
  run: async (context) => {
    const { config, dataset, sides, console } = context;
    const { spec, version } = sides.new;
    const variant = await context.variant({ ...spec, ...version.published, id: `${spec.id} as published` });
    const texts = dataset.documents.length + dataset.queries.length;
    console.info(`study     counterfactual: embedding ${variant.toEmbed} of ${texts} texts as ${spec.id} is published`);
    const measures = explainedMeasures(config.policy);
    const published = qualityMeans(measures, await exactRun(context, await variant.vectors()), dataset);
    const specified = qualityMeans(measures, sides.new.exact, dataset).means;
    const old = qualityMeans(measures, sides.old.exact, dataset).means;
    const rows = measures.map(({ name }, i) => {
      const [before, asWritten, asPublished] = [old[i] ?? 0, specified[i] ?? 0, published.means[i] ?? 0];
      return { measure: name, old: before, specified: asWritten, published: asPublished, difference: asPublished - asWritten };
    });
    const found = disagreements(version, variant.version);
    return {
      version: spec.id,
      fingerprint: variant.version.fingerprint,
      disagreements: found,
      texts,
      queries: published.queries,
      measures: rows,
      summary: summaryOf(spec.id, version.published ?? {}, rows),
    } satisfies Counterfactual;
  },
};

const FIELDS = ['pooling', 'normalize', 'maxTokens', 'prefixes'] as const;

function disagreements(specified: ResolvedVersion, published: ResolvedVersion): Disagreement[] {
  return FIELDS.filter((field) => specified.published?.[field] !== undefined).map((field) => ({
    field,
    specified: shown(specified.decides[field]),
    published: shown(published.decides[field]),
  }));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function summaryOf(id: string, settings: PublishedSettings, measures: Counterfactual['measures']): string {
  const values = measures.map(
    ({ measure, published, specified, old }) =>
      `${measure} would be ${published.toFixed(3)} instead of ${specified.toFixed(3)} (old version ${old.toFixed(3)})`,
  );
  return `With ${settingWords(settings)}, as the model of ${id} publishes, ${values.join(', ')}; exact neighbours.`;
}

/** `mean pooling, no prefixes and at most 256 tokens` */
function settingWords({ pooling, normalize, maxTokens, prefixes }: PublishedSettings): string {
  const words = [
    ...(pooling === undefined ? [] : [`${pooling} pooling`]),
    ...(normalize === undefined ? [] : [normalize ? 'normalised vectors' : 'vectors as they come']),
    ...(prefixes === undefined ? [] : [prefixWords(prefixes)]),
    ...(maxTokens === undefined ? [] : [`at most ${maxTokens} tokens`]),
  ];
  return words.length === 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function prefixWords({ query, document }: NonNullable<PublishedSettings['prefixes']>): string {
  if (query === '' && document === '') return 'no prefixes';
  return `the prefixes ${JSON.stringify(query)} for queries and ${JSON.stringify(document)} for documents`;
}
