// Writes the part of @xenova/transformers that is used into dist/embed/models/transformers-js.js, and its licences beside it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'rolldown';

/** What ends up in the file, with the files of each that hold its licence. onnxruntime-common has none of its own; it is MIT. */
const BUNDLED = ['@xenova/transformers', '@huggingface/jinja', 'onnxruntime-common'];

/**
 * @param root the repository's folder
 * @param folder what tsc made of src/; one file of it is replaced, and the licences are added
 */
export async function bundle(root, folder) {
  const file = join(folder, 'embed', 'models', 'transformers-js.js');
  const require = createRequire(join(root, 'package.json'));
  await build({
    input: file,
    platform: 'node',
    // Tensors are all that it takes from a runtime; sessions are opened through onnxruntime-node in src/runtime.
    resolve: {
      alias: { 'onnxruntime-node': require.resolve('onnxruntime-common'), 'onnxruntime-web': require.resolve('onnxruntime-common') },
    },
    output: { file, format: 'esm', comments: { legal: true, annotation: true, jsdoc: false } },
    logLevel: 'warn',
  });
  rmSync(`${file}.map`);
  const licences = BUNDLED.map((name) => {
    const home = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${licenceText(home)}`;
  });
  writeFileSync(join(folder, 'embed', 'models', 'transformers-js.LICENSE'), licences.join(`\n${'-'.repeat(72)}\n\n`));
}

function licenceText(folder) {
  try {
    return readFileSync(join(folder, 'LICENSE'), 'utf8');
  } catch {
    return 'Copyright (c) Microsoft Corporation. Licensed under the MIT License.\n';
  }
}
