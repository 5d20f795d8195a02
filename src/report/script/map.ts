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

/** The two maps of the corpus, linked: what is chosen on one is ringed on both. */
export const MAP = verbatim`
(() => {
  const block = at('map-data');
  const root = at('map-choice');
  if (!block || !root) return;
  const data = JSON.parse(block.textContent);
  const maps = [...document.querySelectorAll('svg.corpus')];
  const place = (value) => 12 + (value / 1000) * 376;
  const spot = (side, i) => [place(data.points[side][2 * i]), place(data.points[side][2 * i + 1])];
  const input = document.createElement('input');
  input.type = 'search';
  input.id = 'map-find';
  input.autocomplete = 'off';
  const label = make('label', '', 'Find a document ', input);
  label.htmlFor = input.id;
  const about = make('div', 'about-document');
  about.setAttribute('role', 'status');
  root.append(label, about);
  root.hidden = false;
  const listed = (side, words, other) => {
    const names = data.nearest[side][chosen].map((i) => make(other.includes(i) ? 'span' : 'strong', '', make('bdi', '', data.titles[i])));
    return make('p', '', words + ': ', ...names.flatMap((name, rank) => (rank > 0 ? ['; ', name] : [name])));
  };
  let chosen = -1;
  const choose = (i) => {
    chosen = i;
    for (const map of maps) {
      const side = map.dataset.side;
      const [x, y] = spot(side, i);
      const near = data.nearest[side][i];
      const other = data.nearest[side === 'old' ? 'new' : 'old'][i];
      const nodes = near.map((j) => {
        const [u, v] = spot(side, j);
        return draw('line', { x1: x, y1: y, x2: u, y2: v, class: other.includes(j) ? '' : 'changed' });
      });
      nodes.push(...near.map((j) => draw('circle', { cx: spot(side, j)[0], cy: spot(side, j)[1], r: 5, class: 'near' })));
      nodes.push(draw('circle', { cx: x, cy: y, r: 8, class: 'chosen' }));
      map.querySelector('.picked').replaceChildren(...nodes);
    }
    const kept = data.nearest.old[i].filter((j) => data.nearest.new[i].includes(j)).length;
    const title = make('p', '', make('strong', '', make('bdi', '', data.titles[i])), ' keeps ' + kept + ' of ' + data.nearest.old[i].length + ' nearest' + (kept < data.nearest.old[i].length ? '; those in bold changed.' : '.'));
    about.replaceChildren(title, listed('old', 'Nearest, old', data.nearest.new[i]), listed('new', 'Nearest, new', data.nearest.old[i]));
  };
  for (const map of maps) {
    map.addEventListener('click', (event) => {
      const box = map.getBoundingClientRect();
      const [x, y] = [((event.clientX - box.left) / box.width) * 400, ((event.clientY - box.top) / box.height) * 400];
      let best = -1;
      let least = 20 * 20;
      for (let i = 0; i < data.titles.length; i++) {
        const [u, v] = spot(map.dataset.side, i);
        const far = (u - x) * (u - x) + (v - y) * (v - y);
        if (far < least) [best, least] = [i, far];
      }
      if (best >= 0) choose(best);
    });
  }
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const words = input.value.trim().toLowerCase();
    if (words === '') return;
    const n = data.titles.length;
    for (let step = 1; step <= n; step++) {
      const i = (Math.max(chosen, -1) + step + n) % n;
      if (data.titles[i].toLowerCase().includes(words)) { choose(i); return; }
    }
    about.replaceChildren('No document of the map has that in its title.');
  });
})();
`;
