/**
 * Texts whose answers stand for a module that can't say which weights it runs. Fixed for good: another list would change
 * every such fingerprint. They differ in length, case, script, digits and punctuation, so that a change in any of these shows.
 */
export const CANARY_TEXTS: readonly string[] = [
  'canary',
  'How do I reset my password?',
  'The invoice of 3 March was charged twice: 2 × 49.90 EUR.',
  'ERR_CONNECTION_REFUSED at 10.0.0.7:8443 (attempt 3/5)',
  'Die Straßenbahn fährt heute nicht; naïve façade, jalapeño.',
  '検索の品質を測る',
  'NOT the same as: not THE same as',
  `A long text, so that a model that cuts early answers otherwise. ${'Every sentence adds a few more words to what came before. '.repeat(40)}The end differs.`,
];

/**
 * Texts that reach beyond the usual context windows, so that a service which cuts earlier than it did is found. The last sixth of each
 * is of other things than the rest, so that cutting it moves the vector. Fixed for good: another list would be another record.
 */
interface LongCanary {
  /** Length in tokens of BERT, special tokens not counted; other tokenizers differ by a few per cent. */
  readonly tokens: number;
  readonly text: string;
}

const LENGTHS = [600, 1200, 2400, 4800, 9000] as const;

/** Twelve words each, every one a single token in the usual vocabularies. */
const TOPICS = [
  'river boat water fish bridge stone lake shore stream rain valley island',
  'train station ticket platform track engine driver signal north west night freight',
  'kitchen bread butter salt oven table knife sugar coffee dinner plate bowl',
  'court judge law police trial prison lawyer witness jury appeal crime evidence',
  'music piano song guitar band concert voice drum album stage opera dance',
  'hospital doctor nurse patient blood heart drug surgery disease brain treatment pain',
  'school teacher student class book paper lesson college library science history grade',
  'forest tree bird wolf bear leaf wood mountain deer snow path winter',
  'market price money bank trade stock profit tax company factory worker union',
  'king queen castle sword army battle knight horse crown war tower prince',
  'planet star moon sun orbit space rocket light telescope earth sky galaxy',
  'football player goal team coach match league season stadium ball referee score',
].map((words) => words.split(' '));
/** Topics of the last sixth. */
const ENDS = 3;
const SENTENCE = 11;

export const LONG_CANARIES: readonly LongCanary[] = LENGTHS.map((tokens, i) => ({ tokens, text: textOf(tokens, i + 1) }));

function textOf(tokens: number, seed: number): string {
  const next = generator(seed);
  const sentences: string[] = [];
  for (let written = 0; written < tokens; written += SENTENCE + 1) {
    const isEnd = written >= (tokens * 5) / 6;
    const topics = isEnd ? TOPICS.slice(-ENDS) : TOPICS.slice(0, -ENDS);
    const topic = topics[next(topics.length)] ?? [];
    const length = Math.min(SENTENCE, tokens - written - 1);
    sentences.push(`${Array.from({ length }, () => topic[next(topic.length)]).join(' ')}.`);
  }
  return sentences.join(' ');
}

/** Numerical Recipes' linear congruential generator: good enough to shuffle words, and the same for good. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
