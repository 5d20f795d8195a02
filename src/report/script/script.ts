import { type Html, html } from '../html.ts';
import { CONTENTS } from './contents.ts';
import { EXPLORER } from './explorer.ts';
import { MAP } from './map.ts';

/** The page's one script; its hash stands in the page's Content-Security-Policy. The page reads without it. */
export const SCRIPT: Html = html`'use strict';${CONTENTS}${EXPLORER}${MAP}`;
