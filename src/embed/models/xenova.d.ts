// @xenova/transformers 2.17 types its main entry only. That one loads sharp and every model class; these files don't.

declare module '@xenova/transformers/src/env.js' {
  export const env: {
    allowLocalModels: boolean;
    allowRemoteModels: boolean;
    localModelPath: string;
    remoteHost: string;
    useFSCache: boolean;
  };
}

declare module '@xenova/transformers/src/utils/hub.js' {
  export interface DownloadProgress {
    readonly status: string;
    readonly loaded?: number;
    readonly total?: number;
  }
  /** The file's bytes; null where it isn't there and `fatal` is false. */
  export function getModelFile(
    model: string,
    file: string,
    fatal: boolean,
    options: { revision: string; progress_callback?: (progress: DownloadProgress) => void },
  ): Promise<Uint8Array | null>;
}

declare module '@xenova/transformers/src/tokenizers.js' {
  export interface PreTrainedTokenizer {
    encode(text: string, pair: string | null, options: { add_special_tokens: boolean }): number[];
  }
  export const AutoTokenizer: {
    from_pretrained(model: string, options: { local_files_only: boolean }): Promise<PreTrainedTokenizer>;
  };
}
