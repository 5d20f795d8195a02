import { type CertificateOptions, certify, certifying } from './certificate.ts';
import { embed } from './embed.ts';
import { type GateResult, gate } from './gate.ts';
import { measure } from './measure.ts';
import { hasSpaces } from './measuring/spaces.ts';
import { report } from './report.ts';
import { isSearched, search } from './search.ts';
import { isStudied, study } from './study.ts';
import { type StageOptions, type Workspace, withWorkspace } from './workspace.ts';

/** Embeds, searches, studies and measures; what is unchanged is skipped. */
export async function evaluateAll(workspace: Workspace): Promise<void> {
  // What is known of the vectors already makes them unnecessary: the cache may have been pruned since.
  const known = [await isSearched(workspace), await isStudied(workspace), await hasSpaces(workspace)];
  if (known.includes(false)) await embed(workspace);
  await search(workspace);
  await study(workspace);
  await measure(workspace);
}

/**
 * Every stage in order; what is unchanged is skipped.
 * @param certificate null writes none
 * @throws CutoverError KEY_INVALID before anything is done, and what the stages throw
 */
export async function runAll(options: StageOptions, certificate: CertificateOptions | null): Promise<GateResult> {
  const certificateBy = certificate === null ? null : await certifying(certificate, options.env);
  return withWorkspace(options, async (workspace) => {
    const { config } = workspace;
    await evaluateAll(workspace);
    const result = await gate(config.output, config.policy, options);
    const files = [...(await report(config.output, options)), ...result.files];
    const certified = certificateBy === null ? null : await certify(config, result.verdict, certificateBy, options);
    return { ...result, files: certified === null ? files : [...files, certified] };
  });
}
