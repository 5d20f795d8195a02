/**
 * The part of @xenova/transformers that is used: its tokenizers and its way to the hub. Its main entry would load sharp and
 * every model class. The build writes this module with everything in it (scripts/bundle.mjs), so that whoever installs the
 * package needs neither sharp nor a browser's onnxruntime; docs/adr/0024 says why.
 */
import about from '@xenova/transformers/package.json' with { type: 'json' };

export { env } from '@xenova/transformers/src/env.js';
export { AutoTokenizer } from '@xenova/transformers/src/tokenizers.js';
export { getModelFile } from '@xenova/transformers/src/utils/hub.js';

/** Version of the code above; part of a fingerprint, because another one may cut a text into other tokens. */
export const TRANSFORMERS_VERSION: string = about.version;
