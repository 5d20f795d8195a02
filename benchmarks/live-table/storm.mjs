// node storm.mjs --url … --folder … --bin … --rows 100000 --kills 200 [--stages make,tag,start,switch,retire]
// A migration of a table under fire; prints one line of JSON.
import { parseArgs } from 'node:util';
import { STAGES, storm } from '../../test/live/tables/storm/storm.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: {
    url: text(''),
    folder: text(''),
    bin: text(''),
    rows: text('300'),
    kills: text('20'),
    pause: text('20'),
    lanes: text('3'),
    seed: text('7'),
    service: text('20000'),
    seconds: text('Infinity'),
    stages: text(STAGES.join(',')),
  },
});
const { url, folder, bin, stages, ...numbers } = values;
const amounts = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]));
const say = (what) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
console.log(JSON.stringify(await storm({ url, folder, bin, ...amounts, stages: stages.split(','), say })));
