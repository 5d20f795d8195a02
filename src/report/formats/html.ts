import type { Format } from '../format.ts';
import { type Html, html } from '../html.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { OUTCOME_WORDS, quoted } from '../marks.ts';
import { count } from '../number.ts';
import { page } from '../page.ts';
import { SCRIPT } from '../script/script.ts';
import { SECTIONS } from '../sections/registry.ts';
import { clip } from '../text.ts';

function sides({ evaluation: { versions } }: ReportInput): readonly [old: string, fresh: string] {
  return versions === null ? ['old run', 'new run'] : [clip(versions.old.id, 120), clip(versions.new.id, 120)];
}

function reportPage(input: ReportInput): Html {
  checkInput(input);
  const [old, fresh] = sides(input);
  const { dataset, cutoverVersion } = input.evaluation;
  return page({
    title: `${OUTCOME_WORDS[input.verdict.outcome]}: ${old} → ${fresh}`,
    kind: 'Embedding cutover report',
    heading: html`${quoted(old)} <span class="arrow">→</span> ${quoted(fresh)}`,
    about: html`Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries. As of ${quoted(input.verdict.asOf, 40)}.`,
    parts: SECTIONS.flatMap(({ id, title, render }) => {
      const body = render(input);
      return body === null ? [] : [{ id, title, body }];
    }),
    cutoverVersion,
    script: SCRIPT,
  });
}

export const htmlPage: Format = {
  id: 'html',
  title: 'Self-contained HTML page',
  fileName: 'report.html',
  mediaType: 'text/html',
  render: (evaluation, verdict, timings) => reportPage({ evaluation, verdict, timings }).toString(),
};
