import { readFileSync } from 'node:fs';

/** This package's version, the part of every manifest that makes an upgrade measure again. */
export const CUTOVER_VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
