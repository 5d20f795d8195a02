import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Fingerprint } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { type CorpusIndex, openCorpus } from '../dataset/corpus-index.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { Config } from '../model/config.ts';
import type { StoreSpec } from '../model/store.ts';
import type { VersionSpec } from '../model/version.ts';
import { namedVersion } from '../project/named-version.ts';
import { loadProject, openVersion, type StageOptions } from '../project/workspace.ts';
import type { ColumnStore } from './stores/column-store.ts';
import { openLiveStore } from './stores/registry.ts';

/** A store, what it must hold, and the versions that may have made its vectors. */
export interface StoreAccess {
  readonly config: Config;
  readonly store: ColumnStore;
  corpus(): Promise<CorpusIndex>;
  /** `old`, `new`, the id of one of them, or a version file. Hashed, nothing loaded yet; closed with the store. */
  version(name: string): Promise<OpenVersion>;
  /** What a tag is called, where the configuration knows it. */
  nameOf(tag: string): string | null;
}

export interface OpenVersion {
  readonly spec: VersionSpec;
  readonly embedder: Embedder;
  readonly tag: Fingerprint;
}

/** Options of what works on a store. */
export interface StoreOptions extends StageOptions {
  /** A name under `stores:`, or the path of a folder or file of Arrow or Parquet. */
  readonly store: string;
  /** What `store` is, where it is not in the configuration: the copy of a drill. */
  readonly spec?: StoreSpec;
  /** ISO time of now. */
  readonly now: () => string;
}

/**
 * Opens a store and closes it, with every version that was asked for, whatever happens.
 * @throws CutoverError STORE_UNKNOWN, VERSION_UNKNOWN, and what opening throws
 */
export async function withStore<T>(options: StoreOptions, use: (access: StoreAccess) => Promise<T>): Promise<T> {
  const config = await loadProject(options);
  const spec = options.spec ?? (await specOf(config, options));
  let opened: Promise<CorpusIndex> | null = null;
  const corpus = () => {
    opened ??= openCorpus(spec.corpus ?? config.dataset);
    return opened;
  };
  const store = await openLiveStore(spec, { env: options.env, corpus });
  const versions = new Map<string, OpenVersion>();
  const names = new Map<string, string>();
  try {
    return await use({
      config,
      store,
      corpus,
      version: async (name) => {
        const known = versions.get(name);
        if (known !== undefined) return known;
        const opened = await versionOf(config, name, options);
        versions.set(name, opened);
        names.set(opened.tag, opened.spec.id);
        return opened;
      },
      nameOf: (tag) => names.get(tag) ?? null,
    });
  } finally {
    await Promise.all([...versions.values()].map(({ embedder }) => embedder.close()));
    await store.close();
  }
}

async function specOf(config: Config, { store, cwd }: StoreOptions): Promise<StoreSpec> {
  const named = config.stores.find(({ name }) => name === store);
  if (named !== undefined) return named;
  const path = resolve(cwd, store);
  const there = await stat(path).catch(() => null);
  if (there === null)
    throw new CutoverError('STORE_UNKNOWN', { name: store, known: config.stores.map(({ name }) => name).join(', ') || 'none' });
  const kind = extname(path) === '.parquet' ? 'parquet' : 'arrow';
  const columns = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: null, stratum: null };
  return { name: basename(path), kind, path, urlFrom: null, table: null, columns, corpus: null };
}

async function versionOf(config: Config, name: string, options: StoreOptions): Promise<OpenVersion> {
  const spec = await namedVersion(config, name, options);
  const embedder = await openVersion(config, spec, options);
  return { spec, embedder, tag: embedder.version.fingerprint };
}
