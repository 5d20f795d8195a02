// Writes what is bundled into dist/: the part of @xenova/transformers that is used, and the command line. Licences go beside each.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { build } from 'rolldown';

/** Who holds the rights where a package has no file that says so. */
const WITHOUT_FILE = { 'onnxruntime-common': 'Copyright (c) Microsoft Corporation. Licensed under the MIT License.' };
const TRANSFORMERS = ['@xenova/transformers', '@huggingface/jinja', 'onnxruntime-common'];

/** Packages of very many files, which take longer to find than to run. What they import themselves goes in with them. */
const MANY_FILES = [
  'zod',
  'linkedom',
  '@observablehq/plot',
  'hyparquet',
  'hyparquet-writer',
  'csv-parse',
  'yaml',
  'p-queue',
  'yargs',
  'tinyglobby',
  'ml-matrix',
  'canonicalize',
  'fflate',
  'pg-connection-string',
];

/**
 * @param root the repository's folder
 * @param folder what tsc made of src/; the licences are added
 */
export async function bundle(root, folder) {
  await bundleTransformers(root, folder);
  await bundleCommandLine(folder);
}

async function bundleTransformers(root, folder) {
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
  writeLicences(
    TRANSFORMERS.map((name) => join(root, 'node_modules', name)),
    join(folder, 'embed', 'models', 'transformers-js.LICENSE'),
  );
}

/**
 * The files of `cli/` become a few, with all that they import but the transformers bundle: a command starts in a third of the time.
 * The library and the workers keep their own files.
 */
async function bundleCommandLine(folder) {
  const [cli, made] = [join(folder, 'cli'), join(folder, 'cli-bundled')];
  const homes = new Set();
  const homeOf = (id) => id.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0];
  await build({
    input: { bin: join(cli, 'bin.js') },
    platform: 'node',
    external: (id, importer = '') => {
      if (/^node:|^canvas$|transformers-js\.js$/.test(id)) return true;
      if (/^[./\0]|^@oxc-project\/runtime\//.test(id) || importer.includes('/node_modules/')) return false;
      return !MANY_FILES.includes(id.match(/^(?:@[^/]+\/)?[^/]+/)[0]);
    },
    plugins: [
      {
        name: 'where-a-module-was',
        // Workers, models and package.json are found from the file that asks for them.
        transform: (code, id) => {
          if (!id.startsWith(folder)) {
            homes.add(homeOf(id));
            return null;
          }
          const url = `new URL(${JSON.stringify(relative(cli, id))}, import.meta.url).href`;
          return code.includes('import.meta.url') ? { code: code.replaceAll('import.meta.url', url), map: null } : null;
        },
      },
    ],
    output: { dir: made, format: 'esm', comments: { legal: true, annotation: true, jsdoc: false } },
    logLevel: 'warn',
  });
  rmSync(cli, { recursive: true });
  renameSync(made, cli);
  writeLicences([...homes].filter(Boolean).sort(), join(cli, 'LICENSES'));
}

/** @param homes folders of packages */
function writeLicences(homes, file) {
  const licences = homes.map((home) => {
    const { name, version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${licenceText(home)}`;
  });
  writeFileSync(file, licences.join(`\n${'-'.repeat(72)}\n\n`));
}

function licenceText(home) {
  const file = readdirSync(home).find((name) => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(name));
  if (file !== undefined) return readFileSync(join(home, file), 'utf8');
  const { name, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  if (!(name in WITHOUT_FILE))
    throw new Error(`${name} (${license}) has no file with its licence; say in scripts/bundle.mjs who holds it.`);
  return `${WITHOUT_FILE[name]}\n`;
}
