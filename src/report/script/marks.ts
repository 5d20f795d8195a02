import { verbatim } from '../html.ts';

/** One query opened: both lists side by side, joined by lines, relevant documents in colour. Texts of the data get in as text nodes only. */
export const RIBBON = verbatim`
const ROW = 30;
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
const ribbonOf = (row) => {
  const [old, fresh, oldScores, newScores, flat] = data.lists[row];
  const grades = new Map();
  for (let i = 0; i < flat.length; i += 2) grades.set(flat[i], flat[i + 1]);
  const common = new Set(data.common);
  const words = new Set((data.texts[row].match(WORD) || []).map((word) => word.toLowerCase()).filter((word) => [...word].length >= 3 && !common.has(word)));
  const relevant = (document) => (grades.get(document) || 0) >= 1;
  const about = make('div', 'about-document');
  about.setAttribute('role', 'status');
  const tell = (document) => {
    const [id, title, excerpt] = data.documents[document];
    const places = [[old, oldScores, 'old'], [fresh, newScores, 'new']].map(([list, scores, side]) => {
      const i = list.indexOf(document);
      return side + ': ' + (i < 0 ? 'not in the first ' + data.depth : 'place ' + (i + 1) + ', score ' + number(scores[i]));
    });
    about.replaceChildren(
      make('p', '', make('strong', '', title === '' ? make('code', '', id) : marked(title, words)), ' ', make('span', 'small', make('code', '', id))),
      make('p', 'small', places.join(' · ') + ' · ' + (grades.has(document) ? 'grade ' + grades.get(document) : 'not judged')),
      make('p', 'excerpt', excerpt === '' ? make('span', 'muted', 'Its text is not on this page, to keep the page small.') : marked(excerpt, words)),
    );
  };
  const listOf = (mine, other, side) => {
    const items = mine.map((document, i) => {
      const there = other.indexOf(document);
      const [id, title] = data.documents[document];
      const grade = grades.get(document);
      const open = button('doc', title === '' ? make('code', '', id) : make('bdi', '', title), () => tell(document));
      const where = there < 0 ? (side === 'old' ? 'out' : 'new') : there === i ? '' : (side === 'old' ? '→ ' : '← ') + (there + 1);
      const chip = make('span', 'grade ' + (grade >= 1 ? 'relevant' : grade === undefined ? 'unknown' : 'irrelevant'), grade === undefined ? '?' : String(grade));
      chip.title = grade === undefined ? 'not judged' : 'grade ' + grade;
      return make('li', relevant(document) ? 'relevant' : '', make('span', 'rank', String(i + 1)), chip, open, make('span', 'where', where));
    });
    return make('ol', side, ...items);
  };
  const height = ROW * Math.max(old.length, fresh.length, 1);
  const lines = draw('svg', { viewBox: '0 0 100 ' + height, preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'lines', height });
  const middle = (i) => ROW * i + ROW / 2;
  const curve = (from, to) => 'M0 ' + from + 'C50 ' + from + ' 50 ' + to + ' 100 ' + to;
  old.forEach((document, i) => {
    const there = fresh.indexOf(document);
    const kind = !relevant(document) ? (there === i ? 'quiet' : 'moved') : there < 0 || there > i ? 'worse' : there < i ? 'better' : 'kept';
    if (there >= 0) lines.append(draw('path', { d: curve(middle(i), middle(there)), class: kind }));
    else if (relevant(document)) lines.append(draw('path', { d: 'M0 ' + middle(i) + 'H34', class: kind }));
  });
  fresh.forEach((document, i) => {
    if (relevant(document) && !old.includes(document)) lines.append(draw('path', { d: 'M66 ' + middle(i) + 'H100', class: 'better' }));
  });
  const missed = [...grades.keys()].filter((document) => relevant(document) && !old.includes(document) && !fresh.includes(document));
  const names = missed.slice(0, 5).map((document) => data.documents[document][1] || data.documents[document][0]);
  return make('div', 'compared',
    make('div', 'sides', make('span', '', make('bdi', '', data.sides[0])), make('span', '', make('bdi', '', data.sides[1]))),
    make('div', 'ribbon', listOf(old, fresh, 'old'), lines, listOf(fresh, old, 'new')),
    missed.length > 0 && make('p', 'small', 'Relevant, but in neither list: ', make('bdi', '', names.join('; ')), missed.length > 5 ? ' and ' + (missed.length - 5) + ' more.' : '.'),
    about);
};
`;

/** What a reviewer says of a query: kept in the browser, exported as a file that `cutover review import` takes. */
export const MARKS = verbatim`
const MARKS = [['fine', 'Fine'], ['regression', 'Regression'], ['judge', 'Judge this']];
const store = 'cutover-review-' + data.evaluation.slice(0, 16);
let marks = new Map();
let reviewer = '';
let kept = true;
const isMark = (value) => value === null || MARKS.some(([name]) => name === value);
const load = () => {
  try {
    const found = JSON.parse(localStorage.getItem(store));
    if (found === null || typeof found !== 'object') return;
    if (typeof found.reviewer === 'string') reviewer = found.reviewer;
    for (const one of Array.isArray(found.marks) ? found.marks : [])
      if (one && typeof one.query === 'string' && typeof one.note === 'string' && isMark(one.mark)) marks.set(one.query, { mark: one.mark, note: one.note });
  } catch { kept = false; }
};
const reviewed = () => ({ reviewer, marks: [...marks].map(([query, { mark, note }]) => ({ query, mark, note })) });
const save = () => {
  try { localStorage.setItem(store, JSON.stringify(reviewed())); } catch { kept = false; }
};
const keyOf = (row) => decoded(data.keys[row] || encodeURIComponent(data.ids[row]));
const markOf = (row) => marks.get(keyOf(row)) || { mark: null, note: '' };
const setMark = (row, change) => {
  const next = { ...markOf(row), ...change };
  if (next.mark === null && next.note.trim() === '') marks.delete(keyOf(row));
  else marks.set(keyOf(row), next);
  save();
  refresh(row);
};
const markWords = (row) => {
  const { mark, note } = markOf(row);
  const name = MARKS.find(([id]) => id === mark);
  return [name ? name[1] : '', note.trim() === '' ? '' : 'note'].filter((word) => word !== '').join(', ');
};
const markBar = (row) => {
  const buttons = MARKS.map(([id, words]) => {
    const node = button('mark-' + id, words, () => setMark(row, { mark: markOf(row).mark === id ? null : id }));
    node.dataset.mark = id;
    return node;
  });
  const note = make('input', 'note');
  note.type = 'text';
  note.maxLength = 2000;
  note.placeholder = 'Note';
  note.setAttribute('aria-label', 'Note on this query');
  note.value = markOf(row).note;
  note.addEventListener('input', () => setMark(row, { note: note.value }));
  const bar = make('div', 'marks', ...buttons, note);
  const press = () => { for (const node of buttons) node.setAttribute('aria-pressed', String(markOf(row).mark === node.dataset.mark)); };
  press();
  bar.press = press;
  return bar;
};
const exportMarks = () => {
  const file = { kind: 'cutover.review', schemaVersion: 1, evaluation: data.evaluation, ...reviewed() };
  const address = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2), '\\n'], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'review-' + data.evaluation.slice(0, 12) + '.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
load();
`;
