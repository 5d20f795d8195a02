// Runs the comparisons and writes RESULTS.md: node benchmarks/run.mjs [comparison …]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const ROUNDS = 2;

/** Each contender's seconds are compared with the first one's, which is ours. `want` is a floor for peer ÷ ours. */
const COMPARISONS = [
  {
    id: 'embedding',
    title: 'Embedding 636 texts of mixed length, bge-small-en-v1.5 int8',
    contenders: [
      { name: 'cutover', program: 'embedding/cutover.mjs' },
      { name: '`pipeline()`, unsorted batches of 32', program: 'embedding/pipeline.mjs', want: 4 },
      { name: 'bare loop, one text a run, one session a core', program: 'embedding/bare.mjs', want: 0.9 },
    ],
  },
  {
    id: 'exact-search',
    title: 'Exact neighbours, 1,000 queries × 50,000 documents × 384, k = 100',
    contenders: [
      { name: 'cutover (scores summed again in float64, ties by id)', program: 'exact-search/cutover.mjs' },
      { name: 'faiss `IndexFlatIP`', program: 'exact-search/faiss_flat.py', packages: ['faiss-cpu', 'numpy'], want: 0.6 },
    ],
  },
  {
    id: 'metrics',
    title: '23 measures of 2,000 queries × 100 results',
    contenders: [
      { name: 'cutover', program: 'metrics/cutover.mjs' },
      {
        name: 'pytrec_eval, one evaluator of the same measures',
        program: 'metrics/pytrec.py',
        packages: ['pytrec-eval-terrier', 'numpy'],
        want: 0.5,
      },
      { name: 'ranx `evaluate`', program: 'metrics/ranx_evaluate.py', packages: ['ranx'] },
    ],
  },
  {
    id: 'audit',
    title: 'Audit of 1,000,000 × 384 tagged vectors in Arrow, without attestation',
    contenders: [
      { name: 'cutover', program: 'audit/cutover.mjs' },
      { name: 'the same checks as one NumPy script', program: 'audit/numpy_audit.py', packages: ['pyarrow', 'numpy'] },
    ],
  },
  {
    id: 'resampling',
    // The peer takes minutes.
    rounds: 1,
    title: '10,000 resamples of 1,000 queries × 30 metrics × 20 slices',
    contenders: [
      { name: 'cutover, BCa bootstrap of all 600 columns', program: 'resampling/cutover.mjs' },
      {
        name: 'ranx `compare` (fisher, 1,000 permutations: a tenth), 30 metrics without slices',
        program: 'resampling/ranx_fisher.py',
        packages: ['ranx'],
      },
    ],
  },
];

const wanted = process.argv.slice(2);
const chosen = COMPARISONS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const environment = mkdtempSync(join(tmpdir(), 'cutover-bench-'));
try {
  preparePython(chosen.flatMap(({ contenders }) => contenders.flatMap(({ packages = [] }) => packages)));
  const sections = chosen.map(compare);
  if (wanted.length === 0) sections.push(demo());
  const text = `# Results\n\n${machine()}\n\n${sections.join('\n\n')}\n`;
  if (wanted.length === 0) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
  console.log(text);
} finally {
  rmSync(environment, { recursive: true, force: true });
  rmSync(join(tmpdir(), 'cutover-bench-audit'), { recursive: true, force: true });
}

function preparePython(packages) {
  if (packages.length === 0) return;
  execFileSync('python3', ['-m', 'venv', environment]);
  execFileSync(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...new Set(packages)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function compare({ id, title, contenders, rounds = ROUNDS }) {
  const best = new Map(contenders.map(({ name }) => [name, { seconds: Number.POSITIVE_INFINITY, megabytes: 0 }]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, program } of contenders) {
      const result = measured(program);
      console.error(`${id} round ${round + 1}: ${name}: ${result.seconds.toFixed(2)} s`);
      if (result.seconds < best.get(name).seconds) best.set(name, result);
    }
  }
  const ours = best.get(contenders[0].name).seconds;
  const rows = contenders.map(({ name, want }) => {
    const { seconds, items, megabytes } = best.get(name);
    const ratio = seconds / ours;
    const rate = items === undefined ? '' : `${Math.round(items / seconds)}/s`;
    return `| ${name} | ${ratio.toFixed(2)} | ${want === undefined ? '' : `≥ ${want}`} | ${seconds.toFixed(2)} | ${rate} | ${Math.round(megabytes)} |`;
  });
  return [`## ${title}`, '', '| contender | its time ÷ ours | aim | seconds | rate | peak MB |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function measured(program) {
  const file = join(import.meta.dirname, program);
  const command = program.endsWith('.py') ? join(environment, 'bin', 'python') : process.execPath;
  return JSON.parse(
    execFileSync(command, [file], { encoding: 'utf8', cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
      .trim()
      .split('\n')
      .pop(),
  );
}

/** The whole demo from nothing and again, in a folder of its own. */
function demo() {
  const bin = join(ROOT, 'dist', 'cli', 'bin.js');
  const folder = join(environment, 'demo');
  const config = join(environment, 'cutover.yaml');
  const relative = (text) => text.replace(/^(dataset|old|new|policy): (\S+)/gm, (_, key, path) => `${key}: ${join(ROOT, path)}`);
  writeFileSync(config, relative(readFileSync(join(ROOT, 'cutover.yaml'), 'utf8')).replace(/output: .*/, `output: ${folder}`));
  const time = () => {
    const start = performance.now();
    execFileSync(process.execPath, [bin, 'run', '-q', '-c', config], { cwd: ROOT, stdio: 'ignore' });
    return ((performance.now() - start) / 1000).toFixed(1);
  };
  if (existsSync(folder)) throw new Error('not cold');
  return `## The demo, 2 × 636 texts\n\n| run | seconds |\n|---|---|\n| cold | ${time()} |\n| again, unchanged | ${time()} |`;
}

function machine() {
  const cpu = cpus()[0]?.model.trim();
  return `${cpu}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, best of ${ROUNDS} rounds taking turns.`;
}
