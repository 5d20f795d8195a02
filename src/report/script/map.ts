import { verbatim } from '../html.ts';

/** The two maps of the corpus, linked: what is chosen on one is ringed on both. */
export const MAP = verbatim`
(() => {
  const block = document.getElementById('map-data');
  const root = document.getElementById('map-choice');
  if (!block || !root) return;
  const data = JSON.parse(block.textContent);
  const maps = [...document.querySelectorAll('svg.corpus')];
  const place = (value) => 12 + (value / 1000) * 376;
  const at = (side, i) => [place(data.points[side][2 * i]), place(data.points[side][2 * i + 1])];
  const shape = (name, attributes) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    return node;
  };
  const input = document.createElement('input');
  input.type = 'search';
  input.id = 'map-find';
  input.autocomplete = 'off';
  const label = document.createElement('label');
  label.htmlFor = input.id;
  label.append('Find a document ', input);
  const about = document.createElement('div');
  about.className = 'about-document';
  about.setAttribute('role', 'status');
  root.append(label, about);
  root.hidden = false;
  const listed = (side, words, other) => {
    const item = document.createElement('p');
    item.append(words + ': ');
    data.nearest[side][chosen].forEach((i, rank) => {
      const name = document.createElement(other.includes(i) ? 'span' : 'strong');
      const text = document.createElement('bdi');
      text.textContent = data.titles[i];
      name.append(text);
      item.append(rank > 0 ? '; ' : '', name);
    });
    return item;
  };
  let chosen = -1;
  const choose = (i) => {
    chosen = i;
    for (const map of maps) {
      const side = map.dataset.side;
      const [x, y] = at(side, i);
      const near = data.nearest[side][i];
      const other = data.nearest[side === 'old' ? 'new' : 'old'][i];
      const nodes = near.map((j) => {
        const [u, v] = at(side, j);
        return shape('line', { x1: x, y1: y, x2: u, y2: v, class: other.includes(j) ? '' : 'changed' });
      });
      nodes.push(...near.map((j) => shape('circle', { cx: at(side, j)[0], cy: at(side, j)[1], r: 5, class: 'near' })));
      nodes.push(shape('circle', { cx: x, cy: y, r: 8, class: 'chosen' }));
      map.querySelector('.picked').replaceChildren(...nodes);
    }
    const title = document.createElement('p');
    const strong = document.createElement('strong');
    strong.append(document.createElement('bdi'));
    strong.firstChild.textContent = data.titles[i];
    const kept = data.nearest.old[i].filter((j) => data.nearest.new[i].includes(j)).length;
    title.append(strong, ' keeps ' + kept + ' of ' + data.nearest.old[i].length + ' nearest' + (kept < data.nearest.old[i].length ? '; those in bold changed.' : '.'));
    about.replaceChildren(title, listed('old', 'Nearest, old', data.nearest.new[i]), listed('new', 'Nearest, new', data.nearest.old[i]));
  };
  for (const map of maps) {
    map.addEventListener('click', (event) => {
      const box = map.getBoundingClientRect();
      const [x, y] = [((event.clientX - box.left) / box.width) * 400, ((event.clientY - box.top) / box.height) * 400];
      let best = -1;
      let least = 20 * 20;
      for (let i = 0; i < data.titles.length; i++) {
        const [u, v] = at(map.dataset.side, i);
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
