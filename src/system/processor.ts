import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/**
 * Instructions by which onnxruntime (MLAS) chooses the kernels of its matrix products, by Linux's names. Without a dot product of
 * bytes (`…vnni`, `asimddp`), int8 products of an x64 saturate at 16 bits and give other vectors.
 * Source: onnxruntime/core/mlas/lib/platform.cpp
 */
const DECIDING: Readonly<Record<string, readonly string[]>> = {
  x64: ['avx', 'avx2', 'fma', 'avx512f', 'avx512bw', 'avx512_vnni', 'avx512_bf16', 'avx_vnni', 'amx_int8', 'amx_bf16'],
  arm64: ['asimd', 'asimdhp', 'asimddp', 'i8mm', 'bf16', 'sve'],
};

/** What a machine says of its processor. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The text of /proc/cpuinfo, or of `sysctl`; empty where there is neither. */
  readonly said: string;
  /** The processor's name. */
  readonly name: string;
}

/**
 * The instruction set that decides how products round here, e.g. `x64 avx avx2 fma`. Where a system doesn't say (Windows), the
 * processor's name instead.
 * @example instructionSet({ platform: 'linux', arch: 'x64', said: 'flags : fpu avx avx2 fma', name: '' }) // 'x64 avx avx2 fma'
 */
export function instructionSet({ platform, arch, said, name }: Machine): string {
  const wanted = DECIDING[arch] ?? [];
  const has = platform === 'darwin' ? onMac(arch, said) : onLinux(said);
  const found = wanted.filter((flag) => has.has(flag));
  return [arch, ...(found.length > 0 ? found : [name.trim().replace(/\s+/g, ' ') || 'unknown'])].join(' ');
}

function onLinux(said: string): ReadonlySet<string> {
  // Processors of one machine may differ; what all of them have is what can be counted on.
  const lines = said.split('\n').flatMap((line) => /^(?:flags|Features)\s*:(.*)$/.exec(line)?.[1] ?? []);
  const sets = lines.map((line) => new Set(line.trim().split(/\s+/)));
  return new Set([...(sets[0] ?? [])].filter((flag) => sets.every((set) => set.has(flag))));
}

/** Apple's names → Linux's. */
const MAC: Readonly<Record<string, string>> = {
  'AVX1.0': 'avx',
  AVX2: 'avx2',
  FMA: 'fma',
  AVX512F: 'avx512f',
  AVX512BW: 'avx512bw',
  AVX512VNNI: 'avx512_vnni',
  FEAT_FP16: 'asimdhp',
  FEAT_DotProd: 'asimddp',
  FEAT_I8MM: 'i8mm',
  FEAT_BF16: 'bf16',
};

function onMac(arch: string, said: string): ReadonlySet<string> {
  const words = said.split(/\s+/);
  const arm = [...said.matchAll(/hw\.optional\.arm\.(\w+): 1/g)].map(([, name]) => name ?? '');
  const named = [...words, ...arm].flatMap((word) => MAC[word] ?? []);
  return new Set(arch === 'arm64' ? ['asimd', ...named] : named);
}

let here: string | null = null;

/** The instruction set of this machine. */
export function processorHere(): string {
  here ??= instructionSet({ platform: process.platform, arch: process.arch, said: saidHere(), name: cpus()[0]?.model ?? '' });
  return here;
}

function saidHere(): string {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/cpuinfo', 'utf8');
    if (process.platform !== 'darwin') return '';
    const keys = process.arch === 'arm64' ? ['hw.optional.arm'] : ['machdep.cpu.features', 'machdep.cpu.leaf7_features'];
    return execFileSync('sysctl', keys, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
