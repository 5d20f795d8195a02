import { describe, expect, it } from 'vitest';
import { instructionSet, processorHere } from '../../src/system/processor.ts';

const linux = (said: string, arch = 'x64') => instructionSet({ platform: 'linux', arch, said, name: 'Some CPU' });

describe('the instruction set that decides how products round', () => {
  it('is what all cores of a machine have, in a fixed order', () => {
    expect(linux('flags\t\t: fpu fma avx2 avx sse4_2\nflags\t\t: fpu avx avx2 fma avx512f\n')).toBe('x64 avx avx2 fma');
  });

  it('tells a processor with a dot product of bytes from one without', () => {
    const flags = 'flags : avx avx2 fma avx512f avx512bw';
    expect(linux(flags)).not.toBe(linux(`${flags} avx512_vnni`));
    expect(linux('Features : fp asimd asimddp\n', 'arm64')).toBe('arm64 asimd asimddp');
  });

  it("is read from Apple's names, and is the processor's name where a system says nothing", () => {
    const mac = { platform: 'darwin', name: 'Apple M2' };
    expect(instructionSet({ ...mac, arch: 'arm64', said: 'hw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_I8MM: 0\n' })).toBe(
      'arm64 asimd asimddp',
    );
    expect(instructionSet({ ...mac, arch: 'x64', said: 'FPU AVX1.0 AVX2 FMA' })).toBe('x64 avx avx2 fma');
    expect(instructionSet({ platform: 'win32', arch: 'x64', said: '', name: ' Intel  Xeon ' })).toBe('x64 Intel Xeon');
  });

  it('is one of those here', () => {
    expect(processorHere()).toMatch(/^(x64|arm64) \S/);
    expect(processorHere()).toBe(processorHere());
  });
});
