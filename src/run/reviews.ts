import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import type { Reviews } from '../model/review.ts';
import { readArtifact } from '../system/json.ts';

/** In the report folder, beside what the notes are about. */
export const REVIEWS_FILE = 'reviews.json';

/**
 * What people said of this evaluation's queries; null where nobody did, or of another evaluation only.
 * @throws CutoverError ARTIFACT_FOREIGN, ARTIFACT_NEWER, FILE_UNREADABLE
 */
export async function readReviews(folder: string, evaluation: Sha256): Promise<Reviews | null> {
  const file = join(folder, REVIEWS_FILE);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const { value } = await readArtifact<Reviews>(file, 'cutover.reviews', 'review import');
  return value.evaluation === evaluation ? value : null;
}
