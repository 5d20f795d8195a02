// Assembles WebAssembly's text into the bytes beside it, which are checked in: tests and tools that run from src/ read them there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

/** @param files paths of `.wat` files; a `.wasm` is written where it is missing or another */
export async function assemble(files) {
  const { default: open } = await import('wabt');
  const wabt = await open();
  for (const file of files) {
    const module = wabt.parseWat(basename(file), readFileSync(file, 'utf8'), { simd: true });
    const { buffer } = module.toBinary({});
    module.destroy();
    const target = file.replace(/\.wat$/, '.wasm');
    if (!existsSync(target) || !readFileSync(target).equals(buffer)) writeFileSync(target, buffer);
  }
}
