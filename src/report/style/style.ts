import { type Html, html } from '../html.ts';
import { BASE } from './base.ts';
import { PAPER } from './paper.ts';
import { VIEWS } from './views.ts';

/** The pages' one style sheet; its hash stands in each page's Content-Security-Policy. */
export const STYLE: Html = html`${BASE}${VIEWS}${PAPER}`;
