import { verbatim } from '../html.ts';

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
