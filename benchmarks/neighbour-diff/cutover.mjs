// node cutover.mjs FOLDER documents SHARE: from two .npy files to which neighbours stayed, as `vecdiff` does; the whole process counts
import { neighbourSetJaccard } from '../../dist/measure/neighbour-sets.js';
import { nearestOthers } from '../../dist/search/nearest.js';
import { firstRows } from '../vectors.mjs';

const [folder, count, share] = process.argv.slice(2);
const K = 10;
/** Above it two documents count as the same. */
const DUPLICATE = 0.999;
const sample = { size: Math.ceil(Number(count) * Number(share)), seed: 7 };
const sides = [];
for (const side of ['old', 'new']) {
  const documents = firstRows(folder, `${side}.npy`, Number(count), side);
  sides.push(await nearestOthers(documents, { k: K, similarity: 'cosine', sample }));
}
const [before, after] = sides;
const jaccard = neighbourSetJaccard(before.neighbours, after.neighbours, K);
const mean = jaccard.reduce((sum, value) => sum + value, 0) / jaccard.length;
const duplicates = sides.map(({ scores }) => scores.filter((score, i) => i % K === 0 && score >= DUPLICATE).length);
const lost = jaccard.filter((value) => value <= 0.3).length;
console.log(JSON.stringify({ seconds: performance.now() / 1000, items: jaccard.length, check: [mean], duplicates, lost }));
