// check.mjs TAG NOTES: a tag, package.json, the lock file and CHANGELOG.md agree; writes the changelog's section to NOTES.
import { readFileSync, writeFileSync } from 'node:fs';

const [tag = '', notes = ''] = process.argv.slice(2);
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const problems = [];

const [, version, prerelease] = /^v((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(-[0-9A-Za-z.-]+)?)$/.exec(tag) ?? [];
if (version === undefined) problems.push(`${tag || 'no tag'} is no tag of a version: vX.Y.Z, or vX.Y.Z-word`);

const { name, version: packaged, repository } = json('package.json');
const locked = json('package-lock.json');
if (version !== undefined) {
  if (packaged !== version) problems.push(`package.json says ${packaged}, the tag ${version}: npm version ${version} --no-git-tag-version`);
  for (const found of new Set([locked.version, locked.packages?.['']?.version]))
    if (found !== version) problems.push(`package-lock.json says ${found}, the tag ${version}: npm install --package-lock-only`);
}

const section = version === undefined ? '' : sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version);
if (section === null) problems.push(`CHANGELOG.md has no section "## ${version}"`);
else if (version !== undefined && section === '') problems.push(`the section ${version} of CHANGELOG.md is empty`);

// npm refuses provenance where package.json names another repository than the one that builds it.
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: built } = process.env;
const url = typeof repository === 'string' ? repository : (repository?.url ?? '');
if (built !== undefined && url.replace(/^git\+/, '').replace(/\.git$/, '') !== `${server}/${built}`)
  problems.push(`package.json names ${url || 'no repository'}; "repository" has to be git+${server}/${built}.git`);

if (problems.length > 0) {
  for (const problem of problems) console.error(`error: ${problem}`);
  process.exit(2);
}
writeFileSync(notes, `${section}\n`);
console.error(`${name} ${version}${prerelease === undefined ? '' : ' (pre-release)'}: tag, package and changelog agree`);

/** The text below `## version`, with or without a date behind it; null where there is none. */
function sectionOf(changelog, wanted) {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((text) => text.split(/[\s(]/, 1)[0]?.replace(/^\[|\]$/g, '') === wanted);
  return found === undefined ? null : found.slice(`${found}\n`.indexOf('\n')).trim();
}
