import { verbatim } from '../html.ts';

/** The query explorer. Texts of the data get in as text nodes only. */
export const EXPLORER = verbatim`
(() => {
  const block = document.getElementById('explorer-data');
  const root = document.getElementById('explorer');
  const worst = document.getElementById('worst');
  if (!block || !root || !worst) return;
  const data = JSON.parse(block.textContent);
  const make = (tag, name, ...content) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    node.append(...content.filter((part) => part !== null && part !== false));
    return node;
  };
  const number = (value) => (value === null ? 'n/a' : value.toFixed(4).replace('-', '−'));
  const signed = (value) => (value > 0 ? '+' : '') + number(value);
  const common = new Set(data.common);
  const WORD = /[\\p{L}\\p{N}]+/gu;
  const marked = (text, words) => {
    const node = make('bdi', '');
    let from = 0;
    for (const match of text.matchAll(WORD)) {
      if (!words.has(match[0].toLowerCase())) continue;
      node.append(text.slice(from, match.index), make('mark', '', match[0]));
      from = match.index + match[0].length;
    }
    node.append(text.slice(from));
    return node;
  };
  const move = (rank, other, side) => {
    if (other === 0) return side === 'old' ? make('span', 'tag left', '− left') : make('span', 'tag entered', '+ entered');
    if (other === rank) return make('span', 'muted', '= same');
    if (side === 'old') return make('span', 'muted', (other > rank ? '↓' : '↑') + ' now ' + other);
    return make('span', 'muted', (other > rank ? '↑' : '↓') + ' from ' + other);
  };
  const gradeOf = (value) =>
    value === null ? make('span', 'muted', 'not judged') : make('span', 'grade ' + (value >= 1 ? 'relevant' : 'irrelevant'), 'grade ' + value);
  const listOf = (query, side, words) => {
    const mine = query[side];
    const other = query[side === 'old' ? 'new' : 'old'];
    const items = mine.map((entry, i) => {
      const [id, title, excerpt] = data.documents[entry[0]];
      const there = other.findIndex((one) => one[0] === entry[0]) + 1;
      const head = make('div', 'hit-head', make('span', 'rank', String(i + 1)), make('span', 'nowrap', number(entry[1])), gradeOf(entry[2]), move(i + 1, there, side));
      const name = make('strong', 'title', title === '' ? make('code', '', id) : marked(title, words));
      return make('li', there === 0 ? 'hit changed ' + side : 'hit', head, name, title !== '' && make('span', 'small block', make('code', '', id)), excerpt !== '' && make('p', 'excerpt', marked(excerpt, words)));
    });
    const title = make('p', 'list-title', side === 'old' ? 'Old' : 'New');
    return make('div', 'list', title, items.length === 0 ? make('p', '', 'No results.') : make('ol', 'hits', ...items));
  };
  const fill = (details, query) => {
    const words = new Set((query.text.match(WORD) || []).map((word) => word.toLowerCase()).filter((word) => [...word].length >= 3 && !common.has(word)));
    const about = make('p', 'small', 'Query ', make('code', '', query.id));
    data.fields.forEach((field, i) => about.append(' · ', make('bdi', '', field.name), ' ', make('bdi', '', field.values[query.slices[i]])));
    if (query.values[3] !== null) about.append(' · overlap ' + number(query.values[3]));
    const link = make('a', '', 'link to this query');
    link.href = '#' + query.key;
    about.append(' · ', link);
    details.append(make('div', 'folded', about, make('div', 'lists', listOf(query, 'old', words), listOf(query, 'new', words))));
  };
  const figure = (query) => {
    const [old, fresh, difference, overlap] = query.values;
    const node = make('span', 'figure');
    if (difference === null) node.append('overlap ' + number(overlap));
    else {
      const way = difference === 0 ? '' : difference < 0 ? ' worse' : ' better';
      node.append(number(old) + ' → ' + number(fresh) + ' ', make('span', 'delta' + way, (difference === 0 ? '' : difference < 0 ? '▼ ' : '▲ ') + signed(difference)));
    }
    return node;
  };
  const choice = (name, label, options) => {
    const node = document.createElement('select');
    node.id = 'explorer-' + name;
    for (const [value, words, group] of options) {
      const option = new Option(words, value);
      if (!group) node.append(option);
      else {
        const last = node.lastElementChild;
        if (last && last.label === group && last.tagName === 'OPTGROUP') last.append(option);
        else {
          const set = document.createElement('optgroup');
          set.label = group;
          set.append(option);
          node.append(set);
        }
      }
    }
    const text = make('label', '', label, node);
    text.htmlFor = node.id;
    return [text, node];
  };
  const sorts = [...(data.judged ? [['loss', 'most lost'], ['gain', 'most gained']] : []), ['overlap', 'least overlap'], ['id', 'id']];
  const [sortLabel, sort] = choice('sort', 'Sort by ', sorts);
  const [kindLabel, kind] = choice('kind', 'Show ', [['all', 'all'], ['lost', 'lost'], ['gained', 'gained'], ['same', 'stayed']]);
  const slices = data.fields.flatMap((field, i) => field.values.length > 60 ? [] : field.values.map((value, j) => [i + ' ' + j, value, field.name]));
  const [sliceLabel, slice] = choice('slice', 'Slice ', [['', 'all slices'], ...slices]);
  const find = document.createElement('input');
  find.type = 'search';
  find.id = 'explorer-find';
  find.autocomplete = 'off';
  const findLabel = make('label', '', 'Text or id ', find);
  findLabel.htmlFor = find.id;
  const status = make('p', 'small');
  status.setAttribute('role', 'status');
  const list = make('div', 'results');
  const more = make('button', 'more', 'Show more');
  more.type = 'button';
  const PAGE = 20;
  const lower = data.queries.map((query) => (query.text + ' ' + query.id).toLowerCase());
  const nothing = (value, otherwise) => (value === null ? otherwise : value);
  const orders = {
    loss: (a, b) => nothing(a.values[2], 9e9) - nothing(b.values[2], 9e9),
    gain: (a, b) => nothing(b.values[2], -9e9) - nothing(a.values[2], -9e9),
    overlap: (a, b) => nothing(a.values[3], 9e9) - nothing(b.values[3], 9e9),
    id: (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  };
  let found = [];
  let drawn = 0;
  const draw = (upTo) => {
    for (; drawn < Math.min(upTo, found.length); drawn++) {
      const query = found[drawn];
      const details = make('details', 'query', make('summary', '', make('span', 'place', String(drawn + 1)), make('span', 'query', make('bdi', '', query.text)), figure(query)));
      details.addEventListener('toggle', () => { if (details.open && !details.querySelector('.folded')) fill(details, query); });
      list.append(details);
    }
    more.hidden = drawn >= found.length;
  };
  const search = () => {
    const words = find.value.trim().toLowerCase();
    const [field, value] = slice.value === '' ? [-1, -1] : slice.value.split(' ').map(Number);
    const wanted = (query, i) => {
      const difference = query.values[2];
      if (words !== '' && !lower[i].includes(words)) return false;
      if (field >= 0 && query.slices[field] !== value) return false;
      if (kind.value === 'all') return true;
      if (difference === null) return false;
      return kind.value === 'lost' ? difference < 0 : kind.value === 'gained' ? difference > 0 : difference === 0;
    };
    found = data.queries.filter(wanted).sort(orders[sort.value]);
    list.replaceChildren();
    drawn = 0;
    draw(PAGE);
    status.textContent = found.length === data.queries.length ? found.length + ' queries' : found.length + ' of ' + data.queries.length + ' queries';
  };
  const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const follow = () => {
    if (!location.hash.startsWith('#q=')) return;
    const key = decoded(location.hash.slice(1));
    const query = data.queries.find((one) => decoded(one.key) === key);
    if (!query) { status.textContent = 'This page does not hold that query.'; return; }
    if (!found.includes(query)) { find.value = ''; kind.value = 'all'; slice.value = ''; search(); }
    const place = found.indexOf(query);
    draw(place + 1);
    const details = list.children[place];
    if (!details.querySelector('.folded')) fill(details, query);
    details.open = true;
    details.querySelector('summary').focus({ preventScroll: true });
    details.scrollIntoView({ block: 'start' });
  };
  for (const node of [sort, kind, slice]) node.addEventListener('change', search);
  find.addEventListener('input', search);
  more.addEventListener('click', () => draw(drawn + PAGE));
  addEventListener('hashchange', follow);
  addEventListener('keydown', (event) => {
    if ((event.key !== 'j' && event.key !== 'k') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('input, select, textarea')) return;
    const step = event.key === 'j' ? 1 : -1;
    const rows = [...list.children];
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = now < 0 ? 0 : now + step;
    if (next >= rows.length) draw(drawn + PAGE);
    const row = list.children[next];
    if (!row) return;
    event.preventDefault();
    row.querySelector('summary').focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  });
  const bar = make('div', 'controls', sortLabel, data.judged && kindLabel, slices.length > 0 && sliceLabel, findLabel);
  root.append(bar, status, list, more);
  worst.hidden = true;
  root.hidden = false;
  search();
  follow();
})();
`;
