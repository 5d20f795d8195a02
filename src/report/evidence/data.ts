import type { DatasetSample, Judging } from '../../model/dataset.ts';
import { type Fill, html } from '../html.ts';
import { code, quoted, sentence, term, warningBox } from '../marks.ts';
import { count, decimal, plain } from '../number.ts';
import type { Section } from '../section.ts';
import { facts } from '../table.ts';

type Fact = readonly [name: Fill, value: Fill];

/** How often the judgements changed since the data set was made: each time is another try at the gate. */
function judgingFacts(judging: Judging | undefined): Fact[] {
  if (judging === undefined) return [];
  const { imports, since, last, judges, added, replaced, agreement } = judging;
  const times = `${count(imports)} ${imports === 1 ? 'time' : 'times'} since ${since}`;
  const kappas = agreement.map(
    ({ judges: [first, second], pairs, kappa }) =>
      html`<span class="block">${quoted(first, 80)} and ${quoted(second, 80)}: ${decimal(kappa, 2)} on ${count(pairs)} pairs</span>`,
  );
  return [
    [
      'Judged again',
      `${times}, last on ${last}: ${count(added)} judgements added, ${count(replaced)} replaced. Each time is another try at the gate.`,
    ],
    ['Judges', judges.map((judge, i) => [i > 0 && ', ', quoted(judge, 80)])],
    ['Agreement of judges (Cohen’s kappa, quadratic weights)', kappas.length === 0 ? 'no pair was graded by two of them' : kappas],
  ];
}

/** How it was drawn from a larger data set. */
function sampleFacts(sample: DatasetSample | undefined): Fact[] {
  if (sample === undefined) return [];
  const { of, seed, judged, neighbours, drawn, rest } = sample;
  const near = neighbours === null ? '' : `, ${count(neighbours.documents)} more among the old version’s first ${plain(neighbours.k)}`;
  return [
    ['Drawn from', html`${quoted(of.name)}: ${count(of.documents)} documents, ${count(of.queries)} queries`],
    [
      'Documents of the sample',
      `${count(judged)} judged${near}, ${count(drawn)} drawn of the other ${count(rest)} with seed ${plain(seed)}`,
    ],
    ['Corpus drawn from, SHA-256', code(of.hashes.corpus)],
  ];
}

export const dataset: Section = {
  id: 'data',
  title: 'Data',
  finding: ({ evaluation: { dataset: data } }) => {
    const warned =
      data.warnings.length > 0 &&
      html` <strong>${count(data.warnings.length)} ${data.warnings.length === 1 ? 'warning' : 'warnings'}.</strong>`;
    return html`${count(data.queries)} queries of ${count(data.needs)} needs, ${count(data.judgements)} judgements, ${count(data.documents)} documents.${warned}`;
  },
  render: ({ evaluation: { dataset: data } }) =>
    html`${warningBox('Warnings about the data', data.warnings)}${facts([
      ['Name', quoted(data.name)],
      ['Licence', data.licence === null ? 'not stated' : quoted(data.licence)],
      ...(data.parents === undefined
        ? ([['Documents', count(data.documents)]] as const)
        : ([
            ['Judged documents', count(data.parents)],
            ['Chunks, each found by itself', count(data.documents)],
          ] as const)),
      ['Queries', count(data.queries)],
      data.filtered === undefined
        ? null
        : ['Queries with a filter', `${count(data.filtered.queries)}, ${count(data.filtered.empty)} of them match no document`],
      [term('word-need', 'Needs'), count(data.needs)],
      ['Queries with judgements', count(data.judgedQueries)],
      ['Judgements', count(data.judgements)],
      data.weakGrades === undefined ? null : ['Judged by', html`clicks: ${sentence(data.weakGrades.rule, 500)}`],
      ...judgingFacts(data.judging),
      ...sampleFacts(data.sample),
      ['Corpus, SHA-256', code(data.hashes.corpus)],
      ['Queries, SHA-256', code(data.hashes.queries)],
      ['Judgements, SHA-256', data.hashes.qrels === null ? 'no judgements' : code(data.hashes.qrels)],
    ])}`,
};
