import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BIN, Project } from '../e2e/project.ts';
import type { Made } from './global-setup.ts';

/**
 * The vectors of some topics of the helpdesk collection under both versions of a plain `Project`; its value is the folder of
 * the cache that they are in.
 * @param topics separated by commas
 */
export async function vectors(topics: string): Promise<Made> {
  return embedded(await Project.create(topics.split(','), 'cold'));
}

/** The same of versions that read the beginning of a text. */
export async function brief(topics: string): Promise<Made> {
  const project = await Project.create(topics.split(','), 'cold');
  await project.shorten();
  return embedded(project);
}

async function embedded(project: Project): Promise<Made> {
  await promisify(execFile)(process.execPath, [BIN, 'embed', '-q'], { cwd: project.folder });
  return { value: project.path('.cutover') };
}
