// The site from the same Markdown as the repository shows: npm run docs:site
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitepress';
import { sidebar } from './sidebar.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

/** Two lines that cross: the old version falls where the new one takes over. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 4h5l4 8h5M1 12h5l4-8h5" fill="none" stroke="#1a56b0" stroke-width="2"/></svg>';

/** What pages link to and is no page: copied as it is, at its place in the repository. */
const FILES = ['action.yml', 'ci/github/workflow.yml', 'ci/gitlab/cutover.gitlab-ci.yml', 'docs/examples', 'reports/example'];

/** Anchors as GitHub makes them, so that one link is right in both places. */
function slugify(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** The example report is a page of its own script: the site's router must not take its address for one of the site's pages. */
function openReports(md) {
  const { link_open: open } = md.renderer.rules;
  md.renderer.rules.link_open = (tokens, i, ...rest) => {
    if (tokens[i].attrGet('href')?.includes('reports/example/')) tokens[i].attrSet('target', '_self');
    return open(tokens, i, ...rest);
  };
}

export default defineConfig({
  title: 'cutover',
  description: 'May this embedder bump be merged, and what breaks if it is?',
  lang: 'en',
  base: process.env.CUTOVER_SITE_BASE ?? '/',
  // Pages outside docs/ are linked too: benchmarks, models, how to contribute.
  srcDir: '../',
  srcExclude: ['README.md', 'reports/**', 'test/**', 'schemas/**', 'ci/**', 'docs/api/**'],
  rewrites: { 'docs/index.md': 'index.md' },
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  markdown: { anchor: { slugify }, config: openReports },
  // It is no page of the site; scripts/site-links.mjs looks for the file, and follows all other links once more with their anchors.
  ignoreDeadLinks: [/reports\/example\/report/],
  themeConfig: {
    nav: [
      { text: 'Start', link: '/docs/quick-start' },
      { text: 'Decide', link: '/docs/guides/verdict' },
      { text: 'CI', link: '/docs/guides/ci' },
      { text: 'Switch', link: '/docs/guides/tags-and-rollback' },
      { text: 'Reference', link: '/docs/reference/cli' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    footer: { message: 'Apache-2.0' },
  },
  buildEnd({ outDir }) {
    for (const file of FILES) {
      mkdirSync(dirname(join(outDir, file)), { recursive: true });
      cpSync(join(ROOT, file), join(outDir, file), { recursive: true, filter: (path) => !path.endsWith('.md') });
    }
  },
});
