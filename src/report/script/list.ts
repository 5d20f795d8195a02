import { verbatim } from '../html.ts';

/** The list of queries: what it shows is in the address. */
export const LIST = verbatim`
const PAGE = 20;
const n = data.ids.length;
const KINDS = [['', 'All', data.of.all], ['worse', 'Worse', data.of.worse], ['better', 'Better', data.of.better], ['same', 'Same', data.of.same], ['top', 'First result changed', data.of.top], ['unjudged', 'Unjudged results', data.of.unjudged], ['marked', 'Marked', 0]];
const changeOf = (row) => (data.change[row] === null ? null : data.change[row] / 1000000);
const goodOf = (row) => { const change = changeOf(row); return change === null ? null : data.higher ? change : -change; };
const lower = data.texts.map((text, row) => (text + ' ' + data.ids[row]).toLowerCase());
const state = { show: '', slice: '', size: 0, find: '', sort: data.judged ? 'loss' : 'overlap', q: '' };
const is = {
  worse: (row) => goodOf(row) < 0, better: (row) => goodOf(row) > 0, same: (row) => goodOf(row) === 0,
  top: (row) => data.top[row] === 1, unjudged: (row) => data.unjudged[row] > 0, marked: (row) => marks.has(keyOf(row)),
};
const last = (value, otherwise) => (value === null ? otherwise : value);
const orders = {
  loss: (a, b) => last(goodOf(a), 9e9) - last(goodOf(b), 9e9) || a - b,
  gain: (a, b) => last(goodOf(b), -9e9) - last(goodOf(a), -9e9) || a - b,
  overlap: (a, b) => last(data.overlap[a], 9e9) - last(data.overlap[b], 9e9) || a - b,
  id: (a, b) => (data.ids[a] < data.ids[b] ? -1 : data.ids[a] > data.ids[b] ? 1 : 0),
};
const slices = data.fields.flatMap((field, i) => (field.values.length > 60 ? [] : field.values.map((value, j) => ({ i, j, field: field.name, value, key: field.name + '=' + value }))));
const root = at('explorer');
const status = make('p', 'small status');
status.setAttribute('role', 'status');
const list = make('div', 'results');
const more = button('more', 'Show more', () => fill(drawn + PAGE));
let found = [];
let drawn = 0;

const labelled = (words, node, id) => {
  node.id = 'explorer-' + id;
  const label = make('label', '', words + ' ', node);
  label.htmlFor = node.id;
  return label;
};
const select = (options) => {
  const node = document.createElement('select');
  let group = null;
  for (const [value, words, set] of options) {
    if (set && (!group || group.label !== set)) { group = document.createElement('optgroup'); group.label = set; node.append(group); }
    (set ? group : node).append(new Option(words, value));
  }
  return node;
};
const counters = KINDS.filter(([id, , total]) => id === '' || id === 'marked' || total > 0).map(([id, words, total]) => {
  const node = button('counter ' + id, '', () => { state.show = id; apply(); });
  node.append(make('strong', '', count(total)), ' ' + words);
  node.dataset.show = id;
  return node;
});
const slice = select([['', 'all'], ...slices.map(({ key, value, field }) => [key, value, field])]);
const sort = select([...(data.judged ? [['loss', 'most lost'], ['gain', 'most gained']] : []), ['overlap', 'fewest results in common'], ['id', 'id']]);
const size = select([[0, 'any'], [0.05, '0.05 or more'], [0.1, '0.1 or more'], [0.25, '0.25 or more'], [0.5, '0.5 or more']]);
const find = document.createElement('input');
find.type = 'search';
find.autocomplete = 'off';
const who = document.createElement('input');
who.type = 'text';
who.maxLength = 100;
who.value = reviewer;
const saved = button('export', '', exportMarks);

const refresh = (row) => {
  for (const node of counters) if (node.dataset.show === 'marked') node.querySelector('strong').textContent = count(marks.size);
  saved.textContent = marks.size === 1 ? 'Export 1 mark' : 'Export ' + count(marks.size) + ' marks';
  saved.disabled = marks.size === 0;
  const node = list.querySelector('[data-row="' + row + '"]');
  if (!node) return;
  node.querySelector('.said').textContent = markWords(row);
  const bar = node.querySelector('.marks');
  if (bar) bar.press();
};
const moveWords = (move) => {
  if (!move) return '';
  const [old, fresh] = move.map((place) => (place === 0 ? 'out' : String(place)));
  return 'relevant: ' + old + ' → ' + fresh;
};
const figure = (row) => {
  const change = changeOf(row);
  if (change === null) return make('span', 'figure', data.overlap[row] === null ? 'n/a' : Math.round(data.overlap[row] / 10) + ' % stay');
  const good = goodOf(row);
  const kind = good === 0 ? '' : good < 0 ? ' worse' : ' better';
  return make('span', 'figure', make('span', 'delta' + kind, (change === 0 ? '' : change < 0 ? '▼ ' : '▲ ') + signed(change)));
};
const address = (change) => {
  const next = { ...state, ...change };
  const query = new URLSearchParams();
  for (const key of ['show', 'slice', 'find', 'q']) if (next[key] !== '') query.set(key, next[key]);
  if (next.size > 0) query.set('size', next.size);
  if (next.sort !== (data.judged ? 'loss' : 'overlap')) query.set('sort', next.sort);
  const text = query.toString();
  return '#queries' + (text === '' ? '' : '?' + text);
};
const valueWords = (row) => (changeOf(row) === null ? '' : data.by + ' ' + number(data.old[row] / 1000) + ' → ' + number(data.new[row] / 1000) + ' · ');
const opened = (details, row) => {
  if (details.querySelector('.folded')) return;
  const about = make('p', 'small', valueWords(row) + 'query ', make('code', '', data.ids[row]), data.needs[row] === '' ? '' : ' · need ', data.needs[row] === '' ? null : make('code', '', data.needs[row]));
  data.fields.forEach((field) => about.append(' · ', make('bdi', '', field.name), ' ', make('bdi', '', field.values[field.column[row]])));
  if (data.overlap[row] !== null) about.append(' · ' + Math.round(data.overlap[row] / 10) + ' % of the results stay');
  const link = make('a', '', 'Link to this query');
  link.href = address({ q: keyOf(row) });
  about.append(' · ', link);
  const body = data.lists[row] ? ribbonOf(row) : make('p', 'callout warning', 'The result lists of this query are not on this page: it has those of the largest losses and gains, to stay small. Its values are in queries.csv.');
  details.append(make('div', 'folded', about, markBar(row), body));
};
const fill = (upTo) => {
  for (; drawn < Math.min(upTo, found.length); drawn++) {
    const row = found[drawn];
    const details = make('details', 'query', make('summary', '', make('span', 'text', make('bdi', '', data.texts[row])), make('span', 'said', markWords(row)), make('span', 'move', moveWords(data.moves[row])), figure(row)));
    details.dataset.row = row;
    details.addEventListener('toggle', () => { if (details.open) opened(details, row); });
    list.append(details);
  }
  more.hidden = drawn >= found.length;
};
const missing = () => {
  const of = state.show === '' ? data.of.all : data.of[state.show];
  if (n === data.of.all || of === undefined || state.slice !== '' || state.find !== '' || state.size > 0) return n === data.of.all ? '' : ' This page has ' + count(n) + ' of ' + count(data.of.all) + ' queries, the largest losses and gains; queries.csv has all.';
  return found.length < of ? ' ' + count(of - found.length) + ' more are not on this page, which has the largest losses and gains; queries.csv has all.' : '';
};
const search = () => {
  const words = state.find.trim().toLowerCase();
  const chosen = slices.find(({ key }) => key === state.slice);
  const rows = [];
  for (let row = 0; row < n; row++) {
    if (words !== '' && !lower[row].includes(words)) continue;
    if (chosen && data.fields[chosen.i].column[row] !== chosen.j) continue;
    if (state.size > 0 && !(Math.abs(changeOf(row) || 0) >= state.size - 1e-9)) continue;
    if (state.show !== '' && !is[state.show](row)) continue;
    rows.push(row);
  }
  found = rows.sort(orders[state.sort]);
  list.replaceChildren();
  drawn = 0;
  fill(PAGE);
  const filtered = found.length !== n;
  status.textContent = (filtered ? count(found.length) + ' of ' + count(n) + ' queries.' : count(n) + ' queries.') + missing();
  for (const node of counters) node.setAttribute('aria-pressed', String(node.dataset.show === state.show));
  slice.value = chosen ? state.slice : '';
  sort.value = state.sort;
  size.value = String(state.size);
  if (find.value !== state.find) find.value = state.find;
};
const apply = () => {
  state.q = '';
  history.replaceState(null, '', address({}));
  search();
};
const openQuery = () => {
  const row = data.ids.findIndex((_, i) => keyOf(i) === state.q);
  if (row < 0) {
    status.textContent = 'This page does not have the query ' + state.q + '.';
    scrollTo(0, 0);
    return;
  }
  if (!found.includes(row)) { state.show = ''; state.slice = ''; state.size = 0; state.find = ''; search(); }
  const place = found.indexOf(row);
  fill(place + 1);
  const details = list.children[place];
  opened(details, row);
  details.open = true;
  details.querySelector('summary').focus({ preventScroll: true });
  details.scrollIntoView({ block: 'start' });
};
slice.addEventListener('change', () => { state.slice = slice.value; apply(); });
sort.addEventListener('change', () => { state.sort = sort.value; apply(); });
size.addEventListener('change', () => { state.size = Number(size.value); apply(); });
find.addEventListener('input', () => { state.find = find.value; apply(); });
who.addEventListener('input', () => { reviewer = who.value; save(); });
addEventListener('keydown', (event) => {
  if (document.documentElement.dataset.view !== 'queries' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest('input, select, textarea')) return;
  const rows = [...list.children];
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const mark = MARKS[Number(event.key) - 1];
  if (mark && now >= 0) { const row = Number(rows[now].dataset.row); setMark(row, { mark: markOf(row).mark === mark[0] ? null : mark[0] }); return; }
  if (event.key !== 'j' && event.key !== 'k') return;
  const next = now < 0 ? 0 : now + (event.key === 'j' ? 1 : -1);
  if (next >= rows.length) fill(drawn + PAGE);
  const row = list.children[next];
  if (!row) return;
  event.preventDefault();
  row.querySelector('summary').focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
});
const keys = make('p', 'small keys', 'Keys: ', make('kbd', '', 'j'), ' next, ', make('kbd', '', 'k'), ' previous, ', make('kbd', '', 'Enter'), ' opens, ', make('kbd', '', '1'), ' ', make('kbd', '', '2'), ' ', make('kbd', '', '3'), ' mark.');
const linked = button('', 'Copy link', () => copy(linked, location.href));
root.append(
  make('div', 'counters', ...counters),
  make('div', 'controls', slices.length > 0 && labelled('Slice', slice, 'slice'), data.judged && labelled('Change', size, 'size'), labelled('Sort by', sort, 'sort'), labelled('Text or id', find, 'find'), linked),
  make('div', 'controls', labelled('Reviewer', who, 'reviewer'), saved, kept ? null : make('span', 'small', 'This browser keeps no marks for this page: export them before you close it.'), keys),
  status, list, more);
at('ends').hidden = true;
root.hidden = false;
listeners.push((view, query) => {
  if (view !== 'queries') return;
  state.show = is[query.get('show')] ? query.get('show') : '';
  state.slice = query.get('slice') || '';
  state.size = Number(query.get('size')) || 0;
  state.find = query.get('find') || '';
  state.sort = orders[query.get('sort')] ? query.get('sort') : data.judged ? 'loss' : 'overlap';
  state.q = query.get('q') || '';
  search();
  if (state.q !== '') openQuery();
});
refresh(-1);
search();
`;
