import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '..');

/** A page by the title that its first heading gives. @param {string} page below docs/, without `.md` */
function entry(page, text = titleOf(page)) {
  return { text, link: `/docs/${page}` };
}

function titleOf(page) {
  return (/^# (.*)$/m.exec(readFileSync(join(DOCS, `${page}.md`), 'utf8'))?.[1] ?? page).replaceAll('`', '');
}

/** Every page of a folder below docs/, by name. */
function folder(name) {
  const files = readdirSync(join(DOCS, name)).filter((file) => file.endsWith('.md'));
  return files.sort().map((file) => entry(`${name}/${file.slice(0, -'.md'.length)}`));
}

/** The sections of the site, in reading order. */
const sections = [
  {
    text: 'Start',
    items: [
      entry('quick-start'),
      entry('first-report'),
      entry('glossary'),
      entry('guides/troubleshooting'),
      { text: 'Example report', link: '/reports/example/report.html', target: '_self' },
    ],
  },
  {
    text: 'Decide',
    items: [
      entry('guides/verdict'),
      entry('guides/margins', 'Margins'),
      entry('guides/slices'),
      entry('guides/inconclusive'),
      entry('guides/waivers'),
      entry('guides/thresholds', 'Thresholds'),
      entry('guides/pipeline'),
      entry('guides/ways'),
      entry('guides/costs', 'Costs'),
    ],
  },
  {
    text: 'Data and models',
    items: [entry('guides/datasets'), entry('guides/embedders'), entry('guides/sweeps'), entry('guides/many-machines'), entry('scale')],
  },
  { text: 'CI', items: [entry('guides/ci'), entry('guides/threat-model'), entry('guides/editors')] },
  { text: 'Switch safely', items: [entry('guides/tags-and-rollback'), entry('guides/clients'), entry('guides/stores')] },
  {
    text: 'Reference',
    items: [
      { ...entry('reference/cli'), collapsed: true, items: folder('reference/cli') },
      entry('reference/config'),
      entry('reference/metrics'),
      entry('reference/errors'),
      entry('guides/artifact-schemas'),
      entry('guides/library'),
    ],
  },
  {
    text: 'Why',
    items: [
      entry('comparison'),
      { text: 'Benchmarks', link: '/benchmarks/RESULTS' },
      { text: 'How often the verdict errs', link: '/benchmarks/verdict/RESULTS' },
      entry('tour'),
      { ...entry('decisions'), collapsed: true, items: folder('adr') },
    ],
  },
  {
    text: 'The project',
    collapsed: true,
    items: [
      entry('README', 'All pages'),
      { text: 'Contributing', link: '/CONTRIBUTING' },
      { text: 'Changes', link: '/CHANGELOG' },
      { text: 'Security', link: '/SECURITY' },
    ],
  },
];

const named = new Set(sections.flatMap(({ items }) => items.map(({ link }) => link)));
/** Guides that have no place yet: nothing is left out because somebody forgot this file. */
const more = folder('guides').filter(({ link }) => !named.has(link));

export const sidebar = more.length === 0 ? sections : [...sections, { text: 'More guides', items: more }];
