import { readFileSync } from 'node:fs';
import { reasonOf } from '../../../core/errors.ts';
import { loadHnswlib } from '../../../search/native.ts';
import { loadOnnxruntime } from '../../../system/onnxruntime/native.ts';
import { ONNXRUNTIME_VERSION } from '../../../system/onnxruntime/versions.ts';
import { type DoctorCheck, finding, ok } from './check.ts';

/** A module that is compiled for a machine. */
export interface NativeModule {
  readonly name: string;
  readonly load: () => Promise<void>;
  readonly next: string;
}

export const NATIVE_MODULES: readonly NativeModule[] = [
  {
    name: 'onnxruntime-node',
    load: loadOnnxruntime,
    next: `Run \`npm install\` again on this machine: it brings binaries of ${ONNXRUNTIME_VERSION} for Linux, macOS and Windows, not for musl (Alpine).`,
  },
  {
    name: 'hnswlib-node',
    load: loadHnswlib,
    next: 'Install python3, make and a C++ compiler, allow install scripts, then run `npm rebuild hnswlib-node`.',
  },
];

/** `>=20.19` of this package's package.json. */
const NEEDED: string = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')).engines.node.replace(
  /[^\d.]/g,
  '',
);

/** Node's version against the one that is needed. */
export function nodeCheck(version: string): DoctorCheck {
  const parts = (text: string): number[] => text.split('.').map(Number);
  const [major = 0, minor = 0] = parts(version);
  const [neededMajor = 0, neededMinor = 0] = parts(NEEDED);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return ok('node', 'Node', version);
  return finding('bad', 'node', 'Node', `${version}, ${NEEDED} or later is needed`, `Install Node ${NEEDED} or later.`);
}

/** Whether the native modules can be loaded here. */
export async function nativeChecks(modules: readonly NativeModule[]): Promise<DoctorCheck[]> {
  return Promise.all(
    modules.map(async ({ name, load, next }) => {
      try {
        await load();
        return ok(name, name, 'loads');
      } catch (error) {
        return finding('bad', name, name, `does not load: ${reasonOf(error).split('\n')[0]}`, next);
      }
    }),
  );
}
