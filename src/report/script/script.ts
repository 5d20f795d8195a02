import { type Html, html, verbatim } from '../html.ts';
import { LIST } from './list.ts';
import { MAP, SLIDER } from './map.ts';
import { MARKS, RIBBON } from './marks.ts';

/** What every part of the script uses, and what the frame of the page does: views by address, copying, opening what is linked to. */
const FRAME = verbatim`
const at = (id) => document.getElementById(id);
const make = (tag, name, ...content) => {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...content.filter((part) => part !== null && part !== undefined && part !== false));
  return node;
};
const button = (name, words, act) => {
  const node = make('button', name, words);
  node.type = 'button';
  node.addEventListener('click', act);
  return node;
};
const SVG = 'http://www.w3.org/2000/svg';
const draw = (name, attributes) => {
  const node = document.createElementNS(SVG, name);
  for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
  return node;
};
const number = (value, digits = 3) => (value === null ? 'n/a' : value.toFixed(digits).replace('-', '−'));
const signed = (value) => (value > 0 ? '+' : '') + number(value);
const count = (value) => String(value).replace(/\\B(?=(\\d{3})+$)/g, ',');
const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

const copy = async (node, text) => {
  const words = node.textContent;
  let done = false;
  try { await navigator.clipboard.writeText(text); done = true; } catch {
    const field = make('textarea', 'unseen');
    field.value = text;
    document.body.append(field);
    field.select();
    done = document.execCommand('copy');
    field.remove();
  }
  node.textContent = done ? 'Copied' : 'Not copied';
  setTimeout(() => { node.textContent = words; }, 1500);
};
document.addEventListener('click', (event) => {
  const node = event.target instanceof Element ? event.target.closest('[data-copy], [data-do]') : null;
  if (!node) return;
  if (node.dataset.do === 'print') print();
  else copy(node, node.dataset.do === 'link' ? location.href : node.dataset.copy);
});

const views = [...document.querySelectorAll('main > section.view')];
const tabs = [...document.querySelectorAll('nav.views a')];
const route = () => {
  const [path, query = ''] = location.hash.slice(1).split('?');
  return { path, query: new URLSearchParams(path.startsWith('q=') ? path : query) };
};
const listeners = [];
const show = () => {
  const { path, query } = route();
  const target = path === '' || path.startsWith('q=') ? null : at(decoded(path)) || at(path);
  const view = path.startsWith('q=') ? at('queries') : target ? target.closest('section.view') || views[0] : views[0];
  if (!view) return;
  const moved = document.documentElement.dataset.view !== view.id;
  document.documentElement.dataset.view = view.id;
  for (const tab of tabs) tab.hash === '#' + view.id ? tab.setAttribute('aria-current', 'page') : tab.removeAttribute('aria-current');
  for (const listen of listeners) listen(view.id, query);
  if (target && target !== view) {
    for (let node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
    target.scrollIntoView({ block: 'start' });
  } else if (moved && view.id !== 'queries') scrollTo(0, 0);
};
addEventListener('hashchange', show);
`;

const QUERIES = html`${verbatim`
const block = at('query-data');
if (block) {
const data = JSON.parse(block.textContent);
`}${RIBBON}${MARKS}${LIST}${verbatim`
}
`}`;

/** The page's one script; its hash is in the page's Content-Security-Policy. The page reads without it. */
export const SCRIPT: Html = html`'use strict';${verbatim`
(() => {
document.documentElement.classList.add('scripted-page');
`}${FRAME}${QUERIES}${SLIDER}${MAP}${verbatim`
show();
})();
`}`;
