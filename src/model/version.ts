import type { Fingerprint, Sha256 } from '../core/brand.ts';

/** Which prefix a text gets. */
export type Role = 'query' | 'document';

/** Both sides, old first: the order of every loop over them. */
export const SIDES = ['old', 'new'] as const;

/** Which of the two versions a value belongs to. */
export type Side = 'old' | 'new';

/** Ways from token vectors to one text vector; the names of sentence-transformers' `1_Pooling/config.json`, shortened. */
export const POOLINGS = ['cls', 'mean', 'max', 'last', 'weightedmean', 'mean_sqrt_len'] as const;
/** One of {@link POOLINGS}. */
export type Pooling = (typeof POOLINGS)[number];

/** Numeric type of the weights; it chooses the file under `onnx/`. */
export type Dtype = 'fp32' | 'fp16' | 'q8';

/** How precomputed vectors are packed; floats where none is named. */
export const VECTOR_ENCODINGS = ['int8', 'ubinary', 'binary'] as const;
/** One of {@link VECTOR_ENCODINGS}. */
export type VectorEncoding = (typeof VECTOR_ENCODINGS)[number];

/** Where precomputed vectors are. `ids` names a file of one id a line and is needed for `.npy`, which holds no ids. */
export interface VectorFile {
  readonly path: string;
  readonly ids?: string;
  readonly encoding?: VectorEncoding;
}

/** How a service may be asked. */
export interface RequestLimits {
  /** Texts of one request, at most. */
  readonly batch: number;
  /** Characters of one request, at most; a longer text goes alone. */
  readonly characters: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly requestsPerMinute: number | null;
  /** Counted at four characters a token. */
  readonly tokensPerMinute: number | null;
  readonly timeoutSeconds: number;
  /** Further tries of a request that failed in a way that may pass: 429, 5xx, a dropped connection. */
  readonly retries: number;
  /** For the estimate before a run; null where nobody said. */
  readonly pricePerMillionTokens: number | null;
}

/** Fields of a request's body beside texts and model. */
export interface RequestBody {
  readonly both?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly document?: Readonly<Record<string, unknown>>;
}

/**
 * A version as the user writes it, defaults filled in, paths absolute. One flat shape for all embedders:
 * each adapter says which of the optional fields it needs.
 */
export interface VersionSpec {
  /** A name for people; not part of the fingerprint. */
  readonly id: string;
  /** An id of the embedder registry: `transformers` (default), `precomputed`, or `module` with `module` set. */
  readonly embedder: string;
  /** `<org>/<name>` on the hub or under a local models folder. */
  readonly model?: string;
  readonly revision?: string;
  readonly dtype?: Dtype;
  readonly pooling?: Pooling;
  /** Output of the graph that is taken: token vectors, which are pooled, or one vector a text, which is not. */
  readonly output?: string;
  /** Whether the tokens of a prefix are pooled with the others. */
  readonly includePrompt?: boolean;
  /** Scale every vector to length 1. */
  readonly normalize: boolean;
  readonly prefixes: { readonly query: string; readonly document: string };
  /** Longest input in tokens, special tokens counted; the rest is cut. Estimated for `http`, whose tokenizer is not here. */
  readonly maxTokens?: number;
  /** `http`: longest input in UTF-16 code units, prefix counted; the rest is cut. */
  readonly maxCharacters?: number;
  /** Keep only the first n dimensions (Matryoshka), before normalising. */
  readonly dimensions?: number;
  /** Expected SHA-256 of files of the model's folder, by path relative to it. */
  readonly sha256?: Readonly<Record<string, Sha256>>;
  /** `precomputed`: the vector files by role. */
  readonly vectors?: Readonly<Record<Role, VectorFile>>;
  /** `precomputed`: the tag to claim for vectors whose file carries none, and to demand of those whose file does. */
  readonly tag?: string;
  /** `precomputed`: what whole numbers in the files stand for. */
  readonly encoding?: VectorEncoding;
  /** `module`: absolute path of the user's own ES module. */
  readonly module?: string;
  /** `module`: handed to the module as it is; part of the fingerprint. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** `http`: base address of the service, e.g. `https://api.openai.com/v1`. */
  readonly url?: string;
  /** `http`: how the service wants to be asked; an id of the registry of dialects. */
  readonly dialect?: string;
  /** `http`: further fields of every request's body, and of those of one role. null leaves one of the dialect's out. */
  readonly body?: RequestBody;
  /** `http`: name of the environment variable that holds the key. */
  readonly keyFrom?: string;
  /** `http` */
  readonly requests?: RequestLimits;
  /** `http`: absolute path of the recorded answers to the canary texts. */
  readonly canaries?: string;
  /** The file this spec was read from, for error messages. */
  readonly file: string;
}

/** What a machine gives for the canary texts: by it, two machines are compared. */
export interface Canaries {
  /** The instruction set, e.g. `x64 avx avx2 fma`. */
  readonly processor: string;
  /** Directions as base64 of whole numbers of 16 bits, the largest component 32767. */
  readonly vectors: readonly string[];
}

/** A version whose files were found and hashed; no model was loaded for it. */
export interface ResolvedVersion {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  /** What was hashed into the fingerprint, in readable form; the keys of `diff` between versions. */
  readonly decides: Readonly<Record<string, unknown>>;
  /** Names that are beside the fingerprint and don't decide it: model id, revision, folder kind. */
  readonly names: Readonly<Record<string, string>>;
  /** False when nothing but the embedder's own word ties vectors to the version. */
  readonly verifiable: boolean;
  /** Where to keep the vectors in the cache; the fingerprint, plus a source hash when the fingerprint alone doesn't decide them. */
  readonly cacheKey: string;
  /**
   * Hash of the vectors themselves, or of answers to fixed texts, with what is done to them: without the names that a version claims.
   * Missing where the fingerprint is of content already.
   */
  readonly content?: Sha256;
  /** Bytes of the files of a model that runs here; missing where none does. */
  readonly modelBytes?: number;
  /** Disagreements between the spec and what the model's folder publishes, and the like. */
  readonly warnings: readonly string[];
  /** Settings that the model's folder publishes and the spec contradicts, as published; missing where they agree. */
  readonly published?: PublishedSettings;
}

/** The part of a spec that a model's folder may publish. */
export type PublishedSettings = Partial<Pick<VersionSpec, 'pooling' | 'includePrompt' | 'normalize' | 'maxTokens' | 'prefixes'>>;
