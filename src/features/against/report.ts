import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CutoverError, unreadable } from '../../core/errors.ts';
import type { Against } from '../../model/against.ts';
import { CUTOVER_VERSION, type StageOptions } from '../../project/workspace.ts';
import { againstHtml, againstMarkdown } from '../../report/pages/against.ts';
import { type Judged, readJudged, requireJudged } from '../../run/judged.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { ownFolder } from '../../system/owned-folder.ts';
import { against } from './compare.ts';

/** What was written. */
export interface AgainstResult {
  readonly against: Against;
  /** Absolute; the page first. */
  readonly files: readonly string[];
}

/**
 * `report --against`: this evaluation's new version against another evaluation's, on the same data, as against.html and
 * against.md in the report folder.
 * @param other absolute path of a report folder or of its evaluation.json
 * @throws CutoverError FILE_MISSING; AGAINST_FOREIGN where corpus, queries or judgements differ; ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE
 */
export async function reportAgainst(options: StageOptions, other: string): Promise<AgainstResult> {
  const config = await requireJudged(options);
  const isFile = (
    await stat(other).catch((error: unknown) => {
      throw unreadable(`--against ${other}`, error);
    })
  ).isFile();
  const [here, there] = [await readJudged(config.output), await readJudged(isFile ? dirname(other) : other)];
  requireSameData(here, there, other);
  const found = against(here, there, CUTOVER_VERSION);
  const files = [join(config.output, 'against.html'), join(config.output, 'against.md')];
  await ownFolder(config.output, ['against.html', 'against.md']);
  for (const [i, text] of [againstHtml(found), againstMarkdown(found)].entries()) await writeFileAtomic(files[i] as string, text);
  options.console.info('report    against.html, against.md');
  return { against: found, files };
}

function requireSameData(here: Judged, there: Judged, file: string): void {
  for (const key of ['corpus', 'queries', 'qrels'] as const) {
    const [expected, found] = [here.evaluation.dataset.hashes[key], there.evaluation.dataset.hashes[key]];
    if (expected === found) continue;
    const short = (hash: string | null) => hash?.slice(0, 12) ?? 'none';
    throw new CutoverError('AGAINST_FOREIGN', { file, key, found: short(found), expected: short(expected) });
  }
}
