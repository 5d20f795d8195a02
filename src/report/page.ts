import { createHash } from 'node:crypto';
import { type Fill, type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** A titled part of a page with an anchor to share. */
export interface PagePart {
  readonly id: string;
  readonly title: string;
  readonly body: Fill;
}

/** What stands on a self-contained page. */
export interface PageContent {
  readonly title: string;
  /** The line above the heading, the heading, and what it is about. */
  readonly kind: string;
  readonly heading: Fill;
  readonly about: Fill;
  readonly parts: readonly PagePart[];
  readonly cutoverVersion: string;
  /** The page's one script; it has to read without. */
  readonly script?: Html;
}

/** Nothing may load; only this very style sheet applies and only this very script runs. `img-src data:` is for the empty icon, which keeps browsers from asking for one. */
function securityPolicy(script: Html | undefined): string {
  const hash = (text: Html): string => `'sha256-${createHash('sha256').update(text.toString()).digest('base64')}'`;
  const scripts = script === undefined ? '' : ` script-src ${hash(script)};`;
  return `default-src 'none'; style-src ${hash(STYLE)};${scripts} img-src data:; base-uri 'none'; form-action 'none'`;
}

/** A page in one file: no network, no script but its own, contents beside its parts. The first part is what the skip link leads to. */
export function page({ title, kind, heading, about, parts, cutoverVersion, script }: PageContent): Html {
  const contents = parts.map((part) => html`<li><a href="#${part.id}">${part.title}</a></li>`);
  const sections = parts.map(
    (part) =>
      html`<section id="${part.id}" aria-labelledby="${part.id}-title"><h2 id="${part.id}-title">${part.title}<a class="self" href="#${part.id}" aria-label="Link to ${part.title}">#</a></h2>\n${part.body}</section>\n`,
  );
  const [first] = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(script)}">
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
<header class="top"><p class="kind">${kind}</p><h1>${heading}</h1><p class="about">${about}</p></header>
<nav class="contents" aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>${contents}</ol></nav>
<main>
${sections}</main>
</div>
${script !== undefined && html`<script>${script}</script>`}
</body>
</html>
`;
}
