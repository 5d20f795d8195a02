import type { StudyContext, VersionVectors } from '../study.ts';
import { type ScoreTables, scoreTables } from './rankings.ts';

/** Vectors of both versions, and tables of the scores between them. */
export interface Shared {
  readonly old: VersionVectors<'old'>;
  readonly new: VersionVectors<'new'>;
  readonly tables: ScoreTables;
}

const known = new WeakMap<StudyContext, Promise<Shared>>();

/** What studies of one run have in common: vectors are read once, and each table is made once, when a study first asks for it. */
export function sharedOf(context: StudyContext): Promise<Shared> {
  const shared = known.get(context) ?? load(context);
  known.set(context, shared);
  return shared;
}

async function load({ config, sides }: StudyContext): Promise<Shared> {
  return { old: await sides.old.vectors(), new: await sides.new.vectors(), tables: scoreTables(config.search.similarity) };
}
