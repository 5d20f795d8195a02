import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { isCi } from '../../project/ci.ts';
import type { Base, Repository } from '../../project/repository.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { parsedJson } from '../../system/json.ts';

const LOCK = /\.lock$/;

/**
 * That no configuration which the base pins is answered for by another one. Through a link, the check of one project would read
 * configuration and lock of a second one, and a change of the first would go unseen; in CI, so would that of a project which became
 * a submodule, whose base is somebody else's.
 * @param top real path of the working tree's top folder
 * @throws CutoverError LOCK_ELSEWHERE
 */
export async function requireOwnPlace(repository: Repository, base: Base, top: string, { env }: Pick<StageOptions, 'env'>): Promise<void> {
  if (isCi(env) && (await repository.isSubmodule()))
    throw new CutoverError('LOCK_ELSEWHERE', { file: top, base: base.ref, reason: 'it is in a submodule' });
  const files = new Map(
    (await repository.tree(base.commit)).flatMap(({ path, kind, blob }) => (kind === 'file' ? [[path, blob ?? ''] as const] : [])),
  );
  for (const [lock, blob] of files) {
    if (!LOCK.test(lock)) continue;
    const name = basename(lock).replace(LOCK, '');
    for (const file of ['lock', 'yaml', 'yml', 'json'].map((end) => join(dirname(lock), `${name}.${end}`))) {
      const place = join(top, file);
      // The base has a file there, and no link on the way to it.
      if (!files.has(file) || (await realpath(place).catch(() => place)) === place) continue;
      // Other tools have locks too.
      if (parsedJson<{ readonly kind?: unknown }>(await repository.text(blob))?.kind !== 'cutover.lock') break;
      throw new CutoverError('LOCK_ELSEWHERE', { file, base: base.ref, reason: 'a link leads to another file' });
    }
  }
}
