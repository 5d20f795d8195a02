// Follows every link inside the built site, files and anchors; part of `npm run docs:site`.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SITE = join(import.meta.dirname, '..', 'docs', '.vitepress', 'dist');
const BASE = process.env.CUTOVER_SITE_BASE ?? '/';

const pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html') && !/^reports[\\/]/.test(file))
  .map((file) => join(SITE, file));

/** Ids by file, read once each. */
const known = new Map();
function idsIn(file) {
  if (!known.has(file)) known.set(file, new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
  return known.get(file);
}

/** The file that an address leads to, or null. */
function fileOf(page, path) {
  const plain = decodeURIComponent(path);
  const file = plain === '' ? page : plain.startsWith(BASE) ? join(SITE, plain.slice(BASE.length)) : join(dirname(page), plain);
  if (!existsSync(file)) return null;
  if (!statSync(file).isDirectory()) return file;
  return existsSync(join(file, 'index.html')) ? join(file, 'index.html') : null;
}

/** Whether a link leads somewhere, its anchor included. The report is a page of its own script. */
function leads(page, href) {
  const [path = '', anchor = ''] = href.split('#');
  const file = fileOf(page, path);
  return file !== null && (anchor === '' || !file.endsWith('.html') || idsIn(file).has(decodeURIComponent(anchor)));
}

const dead = pages.flatMap((page) => {
  const hrefs = [...readFileSync(page, 'utf8').matchAll(/<a\b[^>]*?\shref="([^"]+)"/g)].map(([, href]) => href.replaceAll('&amp;', '&'));
  const inside = [...new Set(hrefs)].filter((href) => !/^[a-z]+:|^\/\//.test(href));
  return inside.filter((href) => !leads(page, href)).map((href) => `${relative(SITE, page)}: ${href}`);
});
for (const line of dead) console.error(`dead link  ${line}`);
console.error(`${pages.length} pages, ${dead.length} dead links`);
if (dead.length > 0 || pages.length === 0) process.exitCode = 1;
