import { verbatim } from '../html.ts';

/** A threshold that can be moved over the stored histograms of scores. */
export const SLIDER = verbatim`
(() => {
  const block = at('score-data');
  const root = at('slider');
  if (!block || !root) return;
  const scores = JSON.parse(block.textContent);
  const edges = [...scores.relevant.edges, ...scores.other.edges];
  const [low, high] = [Math.min(...edges), Math.max(...edges)];
  // The share above a threshold: whole bins, and of the bin that it cuts the part above it.
  const above = ({ edges: bins, ...sides }, side, threshold) => sides[side].reduce((sum, share, i) => {
    const [from, to] = [bins[i], bins[i + 1]];
    const part = to > from ? Math.min(1, Math.max(0, (to - threshold) / (to - from))) : threshold <= from ? 1 : 0;
    return sum + share * part;
  }, 0);
  const input = document.createElement('input');
  input.type = 'range';
  input.id = 'slider-threshold';
  input.min = low.toFixed(3);
  input.max = high.toFixed(3);
  input.step = '0.001';
  input.value = ((low + high) / 2).toFixed(3);
  const value = make('output', '', '');
  const label = make('label', '', 'Threshold ', input, ' ', value);
  label.htmlFor = input.id;
  const share = (part) => (100 * part).toFixed(1) + ' %';
  const cells = {};
  const row = (side, name) => {
    cells[side] = [make('td', 'number'), make('td', 'number')];
    const head = make('th', '', name);
    head.scope = 'row';
    return make('tr', '', head, ...cells[side]);
  };
  const heads = ['Version', 'Relevant pairs that pass', 'Other pairs that pass'].map((words, i) => { const head = make('th', i > 0 ? 'number' : '', words); head.scope = 'col'; return head; });
  const caption = make('caption', '', 'What a threshold lets through, read from the histograms above');
  const show = () => {
    const threshold = Number(input.value);
    value.textContent = number(threshold);
    for (const side of ['old', 'new']) ['relevant', 'other'].forEach((kind, i) => { cells[side][i].textContent = share(above(scores[kind], side, threshold)); });
  };
  root.append(label, make('table', '', caption, make('thead', '', make('tr', '', ...heads)), make('tbody', '', row('old', 'Old'), row('new', 'New'))));
  input.addEventListener('input', show);
  root.hidden = false;
  show();
})();
`;
