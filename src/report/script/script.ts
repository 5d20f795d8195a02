import { type Html, html, verbatim } from '../html.ts';
import { FRAME } from './frame.ts';
import { LIST } from './list.ts';
import { MAP } from './map.ts';
import { MARKS } from './marks.ts';
import { RIBBON } from './ribbon.ts';
import { SLIDER } from './slider.ts';

const QUERIES = html`${verbatim`
const block = at('query-data');
if (block) {
const data = JSON.parse(block.textContent);
`}${RIBBON}${MARKS}${LIST}${verbatim`
}
`}`;

/** The page's one script; its hash stands in the page's Content-Security-Policy. The page reads without it. */
export const SCRIPT: Html = html`'use strict';${verbatim`
(() => {
document.documentElement.classList.add('scripted-page');
`}${FRAME}${QUERIES}${SLIDER}${MAP}${verbatim`
show();
})();
`}`;
