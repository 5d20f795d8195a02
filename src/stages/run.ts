import { embed } from './embed.ts';
import { type GateResult, gate } from './gate.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';
import { isSearched, search } from './search.ts';
import { type StageOptions, withWorkspace } from './workspace.ts';

/** Every stage in order; what is unchanged is skipped. */
export async function runAll(options: StageOptions): Promise<GateResult> {
  return withWorkspace(options, async (workspace) => {
    const { config } = workspace;
    // Neighbours that are there make vectors unnecessary: the cache may have been pruned since.
    if (!(await isSearched(workspace))) await embed(workspace);
    await search(workspace);
    await measure(workspace);
    const result = await gate(config.output, config.policy, options);
    return { ...result, files: [...(await report(config.output, options)), ...result.files] };
  });
}
