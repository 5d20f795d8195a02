import { parseMeasure } from '../../dist/measure/measure-name.js';
import { qualityColumns } from '../../dist/measure/quality-columns.js';

const NAMES =
  'nDCG@1 nDCG@3 nDCG@5 nDCG@10 nDCG@20 nDCG@100 R@1 R@5 R@10 R@100 P@1 P@5 P@10 RR@10 RR AP@10 AP@100 AP Success@1 Success@5 Success@10 Bpref Rprec';
const random = (i) => ((i * 2654435761) % 4294967296) / 4294967296;
const run = new Map();
const qrels = new Map();
for (let q = 0; q < 2_000; q++) {
  const ids = Array.from({ length: 100 }, (_, i) => `d${Math.floor(random(q * 997 + i * 31) * 400) * 100 + i}`);
  run.set(`q${q}`, { ids, scores: Float64Array.from(ids, (_, i) => 100 - i) });
  qrels.set(`q${q}`, new Map(ids.slice(0, 30).map((id, i) => [id, Math.floor(random(q * 7 + i) * 4)])));
}
const names = NAMES.split(' ').map(parseMeasure);
const queryIds = [...run.keys()];
qualityColumns(names, run, qrels, queryIds.slice(0, 50));
const start = performance.now();
const { columns } = qualityColumns(names, run, qrels, queryIds);
const seconds = (performance.now() - start) / 1000;
if (Object.keys(columns).length !== names.length) throw new Error('measures are missing');
console.log(JSON.stringify({ seconds, items: 2_000, check: [columns['nDCG@10'].mean] }));
