import { verbatim } from '../../report/html.ts';

/**
 * The page's one script. Texts reach the page as text nodes only. Neither backticks nor backslashes may be in it: it is
 * the text of a template.
 */
export const JUDGE_SCRIPT = verbatim`
'use strict';
(() => {
  const sheet = JSON.parse(document.getElementById('sheet').textContent);
  const key = 'cutover-judge-' + sheet.id;
  const pairs = [];
  sheet.items.forEach((item, query) => item.documents.forEach((text, document) => pairs.push({ query, document })));
  const at = (id) => document.getElementById(id);
  const tab = String.fromCharCode(9);
  const line = String.fromCharCode(10);
  let state = { grades: {}, history: [], place: 0 };
  let kept = true;

  function isGrade(value) {
    return Number.isInteger(value) && value >= 0 && value <= sheet.highest;
  }

  function isPlace(value) {
    return Number.isInteger(value) && value >= 0 && value < pairs.length;
  }

  function load() {
    try {
      const stored = JSON.parse(localStorage.getItem(key));
      if (stored === null || typeof stored !== 'object') return;
      for (const [place, grade] of Object.entries(stored.grades || {})) if (isPlace(Number(place)) && isGrade(grade)) state.grades[place] = grade;
      if (Array.isArray(stored.history)) state.history = stored.history.filter((step) => step !== null && isPlace(step.place) && (step.before === null || isGrade(step.before)));
      if (isPlace(stored.place)) state.place = stored.place;
    } catch {
      kept = false;
    }
  }

  function save() {
    try {
      localStorage.setItem(key, JSON.stringify(state));
    } catch {
      kept = false;
    }
  }

  function count() {
    return Object.keys(state.grades).length;
  }

  function show() {
    const pair = pairs[state.place];
    const item = sheet.items[pair.query];
    const shown = item.documents[pair.document];
    at('query').textContent = item.query;
    at('title').textContent = shown.title;
    at('title').hidden = shown.title === '';
    at('text').textContent = shown.text;
    at('where').textContent = 'Query ' + (pair.query + 1) + ' of ' + sheet.items.length + ', document ' + (pair.document + 1) + ' of ' + item.documents.length;
    at('count').textContent = count() + ' of ' + pairs.length + ' graded';
    at('progress').value = count();
    at('kept').hidden = kept;
    for (const button of document.querySelectorAll('[data-grade]')) button.setAttribute('aria-pressed', String(state.grades[state.place] === Number(button.dataset.grade)));
    at('previous').disabled = state.place === 0;
    at('next').disabled = state.place === pairs.length - 1;
    at('undo').disabled = state.history.length === 0;
  }

  function go(place) {
    if (place < 0 || place >= pairs.length) return;
    state.place = place;
    save();
    show();
    window.scrollTo(0, 0);
  }

  function ungraded() {
    for (let step = 1; step <= pairs.length; step++) {
      const place = (state.place + step) % pairs.length;
      if (!(place in state.grades)) return place;
    }
    return null;
  }

  function say(text) {
    at('notice').textContent = text;
  }

  function grade(value) {
    if (!isGrade(value)) return;
    const before = state.place in state.grades ? state.grades[state.place] : null;
    state.history.push({ place: state.place, before });
    state.grades[state.place] = value;
    const open = ungraded();
    say(open === null ? 'All graded: export them now.' : '');
    go(open === null ? state.place : open);
  }

  function undo() {
    const step = state.history.pop();
    if (step === undefined) return;
    if (step.before === null) delete state.grades[step.place];
    else state.grades[step.place] = step.before;
    say('Undone.');
    go(step.place);
  }

  function table() {
    const rows = pairs.map((pair, place) => {
      const item = sheet.items[pair.query];
      const value = place in state.grades ? String(state.grades[place]) : '';
      return [item.cell, item.documents[pair.document].cell, value].join(tab);
    });
    return [sheet.mark, ['query-id', 'document-id', 'grade'].join(tab), ...rows, ''].join(line);
  }

  function download() {
    const address = URL.createObjectURL(new Blob([table()], { type: 'text/tab-separated-values' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'grades-' + sheet.id + '.tsv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    say(count() + ' of ' + pairs.length + ' grades exported.');
  }

  const keys = { j: () => go(state.place + 1), k: () => go(state.place - 1), u: undo, e: download };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (act !== null) act();
    else if (event.key.length === 1 && event.key >= '0' && event.key <= '9') grade(Number(event.key));
    else return;
    event.preventDefault();
  });
  for (const button of document.querySelectorAll('[data-grade]')) button.addEventListener('click', () => grade(Number(button.dataset.grade)));
  at('next').addEventListener('click', keys.j);
  at('previous').addEventListener('click', keys.k);
  at('undo').addEventListener('click', undo);
  at('export').addEventListener('click', download);
  load();
  at('main').hidden = false;
  show();
})();
`;
