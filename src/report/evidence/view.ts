import { type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { SECTIONS } from './registry.ts';

/** Everything that was measured: a line of finding a section, each opens; the first one is. */
export function evidence(input: ReportInput): Html {
  const parts = SECTIONS.flatMap((section) => {
    const body = section.render(input);
    return body === null ? [] : [{ ...section, body }];
  });
  return html`${parts.map(
    ({ id, title, finding, body }, i) =>
      html`<details class="part" id="${id}"${i === 0 && html` open`}><summary><h3>${title}</h3><span class="finding">${finding(input)}</span></summary><div class="folded">${body}</div></details>\n`,
  )}`;
}
