import { html } from '../html.ts';
import { code, quoted, warningBox } from '../marks.ts';
import { count } from '../number.ts';
import type { Section } from '../section.ts';
import { facts } from '../table.ts';

export const dataset: Section = {
  id: 'dataset',
  title: 'Data set',
  render: ({ evaluation: { dataset: data } }) =>
    html`${facts([
      ['Name', quoted(data.name)],
      ['Licence', data.licence === null ? 'not stated' : quoted(data.licence)],
      ['Documents', count(data.documents)],
      ['Queries', count(data.queries)],
      ['Needs (paraphrases counted once)', count(data.needs)],
      ['Queries with judgements', count(data.judgedQueries)],
      ['Judgements', count(data.judgements)],
      ['Corpus, SHA-256', code(data.hashes.corpus)],
      ['Queries, SHA-256', code(data.hashes.queries)],
      ['Judgements, SHA-256', data.hashes.qrels === null ? 'no judgements' : code(data.hashes.qrels)],
    ])}${warningBox('Warnings about the data set', data.warnings)}`,
};
