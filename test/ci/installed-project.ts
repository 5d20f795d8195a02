import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BumpProject } from '../cli/bump-project.ts';
import { ROOT } from './script.ts';

/** A project of a toy model in which the package stands as if npm had installed it. */
export function installedProject(): BumpProject {
  const project = new BumpProject();
  mkdirSync(join(project.folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(ROOT, join(project.folder, 'node_modules', 'cutover'));
  symlinkSync('../cutover/dist/cli/bin.js', join(project.folder, 'node_modules', '.bin', 'cutover'));
  project.write('.gitignore', 'reports/\n.cutover/\nnode_modules/\n');
  return project;
}
