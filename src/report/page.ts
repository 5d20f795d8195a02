import { createHash } from 'node:crypto';
import { type Fill, type Html, html } from './html.ts';
import { STYLE } from './style/style.ts';

/** A titled part of a page with an anchor to share. */
export interface PagePart {
  readonly id: string;
  readonly title: string;
  /** How many things it has, beside its title. */
  readonly count?: string;
  readonly body: Fill;
}

/** What is on a self-contained page. */
export interface PageContent {
  readonly title: string;
  /** The line above the heading, the heading, and what it is about. */
  readonly kind: string;
  readonly heading: Fill;
  readonly about: Fill;
  /** Buttons beside the heading, for a page with a script. */
  readonly actions?: Fill;
  /** Each a view by itself where the page's script runs, else one below the other. */
  readonly parts: readonly PagePart[];
  /** What is opened over the page. */
  readonly overlays?: Fill;
  readonly cutoverVersion: string;
  /** The page's one script; it has to read without. */
  readonly script?: Html;
}

/**
 * The Content-Security-Policy of a page that holds everything: nothing may load; only this very style sheet applies and only this
 * very script runs. `img-src data:` is for the empty icon, which keeps browsers from asking for one.
 */
export function securityPolicy(style: Html, script?: Html): string {
  const hash = (text: Html): string => `'sha256-${createHash('sha256').update(text.toString()).digest('base64')}'`;
  const scripts = script === undefined ? '' : ` script-src ${hash(script)};`;
  return `default-src 'none'; style-src ${hash(style)};${scripts} img-src data:; base-uri 'none'; form-action 'none'`;
}

function contents(parts: readonly PagePart[], views: boolean): Html {
  const links = parts.map(
    ({ id, title, count }) =>
      html`<li><a href="#${id}">${title}${count !== undefined && html` <span class="muted">${count}</span>`}</a></li>`,
  );
  return html`<nav class="${views ? 'views' : 'contents'}" aria-label="${views ? 'Views' : 'Contents'}"><ul>${links}</ul></nav>`;
}

/** A page in one file: no network, no script but its own. The first part is what the skip link leads to. */
export function page({ title, kind, heading, about, actions = null, parts, overlays = null, cutoverVersion, script }: PageContent): Html {
  const views = script !== undefined;
  const sections = parts.map(
    (part) =>
      html`<section id="${part.id}"${views && html` class="view"`} aria-labelledby="${part.id}-title"><h2 id="${part.id}-title">${part.title}</h2>\n${part.body}</section>\n`,
  );
  const [first] = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(STYLE, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="cutover ${cutoverVersion}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
${first !== undefined && html`<a class="skip" href="#${first.id}">Skip to the ${first.title.toLowerCase()}</a>`}
<div class="page">
<header class="top"><div><p class="kind">${kind}</p><h1>${heading}</h1><p class="about">${about}</p></div>${actions !== null && html`<div class="actions scripted">${actions}</div>`}</header>
${contents(parts, views)}
<main>
${sections}</main>
${overlays}</div>
${script !== undefined && html`<script>${script}</script>`}
</body>
</html>
`;
}
