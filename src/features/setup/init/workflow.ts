import { fileURLToPath } from 'node:url';
import { readText } from '../../../system/files.ts';
import type { Ci } from './answers.ts';

/** Where a check stands in the user's repository, and its template in this package. */
const TEMPLATES = {
  github: { path: '.github/workflows/cutover.yml', template: 'ci/github/workflow.yml' },
  gitlab: { path: 'cutover.gitlab-ci.yml', template: 'ci/gitlab/cutover.gitlab-ci.yml' },
} as const;

/** The check of pull or merge requests; null for none. */
export async function workflowOf(ci: Ci): Promise<{ readonly path: string; readonly text: string } | null> {
  if (ci === 'none') return null;
  const { path, template } = TEMPLATES[ci];
  return { path, text: await readText(fileURLToPath(new URL(`../../../../${template}`, import.meta.url))) };
}
