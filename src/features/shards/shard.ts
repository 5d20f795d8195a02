import { join } from 'node:path';
import { inShard, shardName, writeShardRecord } from '../../embed/cache/shard.ts';
import type { Shard } from '../../model/vectors.ts';
import { SIDES } from '../../model/version.ts';
import { openStore, type Text, textsOf } from '../../project/vectors.ts';
import { type StageOptions, type StageSummary, withWorkspace } from '../../project/workspace.ts';
import { checkSides, embedSide, ROLES } from '../../run/embed.ts';
import { inputsOf, partsOf } from '../../run/freshness.ts';
import { processorHere } from '../../system/processor.ts';

/**
 * Embeds one shard of all texts under both versions into its own folder, `<output>/shard-<i>-of-<n>/`, for one job of a
 * matrix. Killed, it resumes; shard.json is written last and makes the folder one that `merge` takes.
 * @throws CutoverError of data set, versions and embedder; FILE_UNWRITABLE; STORE_SEGMENT_CORRUPT
 */
export function embedShard(options: StageOptions, shard: Shard): Promise<StageSummary> {
  return withWorkspace(options, async (workspace) => {
    const { config, console } = workspace;
    const output = join(config.output, shardName(shard));
    const own = { ...workspace, config: { ...config, cache: output } };
    let embedded = 0;
    const wanted = ({ textHash }: Pick<Text, 'textHash'>) => inShard(textHash, shard);
    await checkSides(own, wanted);
    for (const side of SIDES) {
      const store = await openStore(own, side);
      embedded += await embedSide(own, side, { store, wanted });
      // Bytes that were damaged since they were written would be refused by `merge`.
      for (const role of ROLES) {
        const texts = textsOf(own, role).filter(wanted);
        if (texts.length > 0) await store.facts(role, texts);
      }
    }
    await writeShardRecord(output, { ...shard, inputs: inputsOf('embed', partsOf(workspace)), cpu: processorHere() });
    console.info(`shard     ${shard.index} of ${shard.count}: ${embedded === 0 ? 'unchanged' : output}`);
    return { stage: 'embed', cached: embedded === 0, output, files: ['shard.json'] };
  });
}
