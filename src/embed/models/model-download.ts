import { join } from 'node:path';
import { writeFileAtomic } from '../../system/files.ts';
import type { EmbedderContext } from '../embedder.ts';
import { externalFiles } from './external-data.ts';
import { fileExists } from './file-exists.ts';
import { METADATA_FILES } from './model-metadata.ts';
import { requireInside } from './model-path.ts';
import { moduleFiles } from './modules.ts';
import type * as Hub from './transformers-js.ts';

/** What to fetch, and where to keep it. */
export interface Download {
  readonly model: string;
  readonly revision: string;
  /** Absolute folder the files go into. */
  readonly folder: string;
  /** Needed; paths relative to the model's folder. */
  readonly files: readonly string[];
  /** The graph among them, which may name more. */
  readonly weights: string;
}

/**
 * Fetches a model's files through @xenova/transformers' own hub code, so that mirrors and access tokens set for it hold here.
 * Each file is written atomically: the library's own cache would keep half a file after a kill. Files already there are kept.
 * @throws Error of the hub: no network, no such model; CutoverError FILE_UNWRITABLE, MODEL_UNUSABLE where a file would go outside the cache
 */
export async function downloadModel(download: Download, context: EmbedderContext): Promise<void> {
  const { env, getModelFile } = await import('./transformers-js.ts');
  const before = { ...env };
  Object.assign(env, { allowLocalModels: false, allowRemoteModels: true, useFSCache: false });
  try {
    // Metadata first: once the needed files are there, nothing asks for it again.
    const fetchAll = async (files: readonly string[], fatal: boolean): Promise<void> => {
      for (const file of files) await fetchFile(getModelFile, download, file, fatal, context);
    };
    await fetchAll(METADATA_FILES, false);
    await fetchAll(await moduleFiles(download.folder), false);
    await fetchAll(download.files, true);
    await fetchAll(externalFiles(download.folder, download.weights), true);
  } finally {
    Object.assign(env, before);
  }
}

async function fetchFile(
  getModelFile: typeof Hub.getModelFile,
  { model, revision, folder }: Download,
  file: string,
  fatal: boolean,
  context: EmbedderContext,
): Promise<void> {
  const target = join(folder, file);
  await requireInside(context.hubCache, folder, file);
  if (await fileExists(target)) return;
  const bytes = await getModelFile(model, file, fatal, {
    revision,
    progress_callback: ({ status, loaded, total }) => {
      if (status !== 'progress' || loaded === undefined) return;
      context.onProgress?.({ task: `downloading ${model}/${file}`, done: loaded, total: total ?? null, unit: 'bytes' });
    },
  });
  if (bytes !== null) await writeFileAtomic(target, bytes);
}
