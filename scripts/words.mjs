// Finds turns of phrase that no engineer says, in src, docs and README.md; part of `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The check fails at this many. */
const LIMIT = 20;

/** Each pattern and what to say instead. */
const PHRASES = [
  ['\\b(?:stands?|stood|standing (?:in|at|on|beside|there|here))\\b(?! (?:in )?for\\b)', 'is, is written, is stored'],
  ['\\b(?:lies?|lay|lying) (?:in|at|on|under|above|below|beside|behind|beyond|between|there|near|outside|within|apart)\\b', 'is'],
  ['\\bmend(?:s|ed|ing)?\\b', 'fix'],
  ['\\banew\\b', 'again'],
  ["\\bof (?:its|their|his|your|one's) own\\b", 'its own, separate'],
  ['\\bblanks\\b', 'spaces'],
  ['\\bgo(?:es)? on where\\b', 'resumes'],
  ['\\botherwise than\\b', 'differently from'],
  ['\\b(?:answers?|behaves?|called|comes?|cuts?|decide[sd]?|divided?|holds?|made|out|reads?|written|wrote) otherwise\\b', 'differently'],
  ['\\bapart by\\b', 'separated by'],
  ['\\bthere where\\b', 'where, only where'],
  ['\\bthe fault of\\b', 'because of'],
  ['\\bonly informs?\\b|\\binforms? only\\b', 'is for information only, decides nothing'],
  ['\\bthat is none\\b', 'that is not one'],
  ['\\b(?:hence|heretofore|thereby|therein|thereof|thereto|upon|whereby|wherein)\\b', 'so, of it, in which, on'],
  ['\\bis of a whole\\b', 'needs a whole'],
  ['\\bbears? (?:on|out)\\b', 'affects, supports'],
  ['\\bin the place of\\b', 'instead of'],
  ['\\bat the moment of\\b', 'when'],
  ['\\bfrom afar\\b', 'from far away'],
  ['\\b(?:is|are|too) dear(?:er)?\\b', 'is expensive, takes long'],
];

/** Right where they are: a file, a part of its line, and why. At most ten. */
const ALLOWED = [
  { file: 'src/embed/canary-texts.ts', part: 'A long text, so that', why: 'a canary text; another wording would be another canary' },
];

/** A space of a pattern is a line break too, with what opens the next line of a comment. */
const SPACE = '\\s+(?:(?:\\*|//|#) )?';
const RULES = PHRASES.map(([pattern, better]) => ({ pattern: new RegExp(pattern.replaceAll(' ', SPACE), 'gi'), better }));

/**
 * @param {string} text of a source file or a page
 * @returns {{ line: number, phrase: string, better: string }[]} by line
 */
export function phrasesIn(text) {
  const hits = RULES.flatMap(({ pattern, better }) =>
    [...text.matchAll(pattern)].map((match) => ({
      line: text.slice(0, match.index).split('\n').length,
      phrase: match[0].replaceAll(new RegExp(SPACE, 'g'), ' '),
      better,
    })),
  );
  return hits.sort((a, b) => a.line - b.line);
}

/** @returns {string[]} TypeScript and Markdown below a folder */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && ['.ts', '.md'].includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function main() {
  const root = join(import.meta.dirname, '..');
  const found = [...filesBelow(join(root, 'src')), ...filesBelow(join(root, 'docs')), join(root, 'README.md')].flatMap((path) => {
    const file = relative(root, path).replaceAll('\\', '/');
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    const isAllowed = ({ line }) => ALLOWED.some((one) => one.file === file && lines[line - 1].includes(one.part));
    return phrasesIn(text).flatMap((hit) => (isAllowed(hit) ? [] : [`${file}:${hit.line}: ${hit.phrase} → ${hit.better}`]));
  });
  for (const line of found) console.error(line);
  if (found.length < LIMIT) return;
  console.error(`${found.length} turns of phrase that nobody says aloud; fewer than ${LIMIT} may be left.`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
