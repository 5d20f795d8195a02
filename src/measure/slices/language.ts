import { scriptOf, wordsOf } from './words.ts';

/** Frequent words of each language. */
const FREQUENT: Readonly<Record<string, string>> = {
  English:
    "the and of is are was were to in for with that this from have has what which how when where who my your can do does not it it's i i'm i've a on no as be so at any all but about its into than then please need want get make had am did by or an if there their they we you why should could would will been me",
  German:
    'der die das und ist sind nicht ich sie wir ein eine einen einem einer mit für auf dem den des zu zum zur von wie wo warum kann können wird werden habe hat mein meine auch als bei nach oder wenn über',
  French:
    "le la les des du est sont une dans pour pas que qui avec sur au aux ce cette je nous vous mon ma mes être comment quand où pourquoi peut avoir plus c'est j'ai n'est d'un d'une l'on et",
  Spanish:
    'el los las del es son una para por que con mi mis tu su cómo cuándo dónde puedo puede está están más pero hay como se lo al y tengo qué',
  Italian:
    'il lo gli della dei delle nel nella è sono una per non che con mio mia come quando dove posso può questo questa più ho anche di alla',
  Portuguese: 'os as do da dos das é são uma para não que com meu minha como quando onde posso pode este esta mais em no na ao você está',
  Dutch: 'het een van niet met voor op zijn ik je mijn hoe waar wanneer kan kunnen wordt dat deze naar bij ook maar wat heb heeft er de',
  Swedish: 'och är att det som inte jag en ett på för med min mitt hur när kan till av den har om från',
  Danish: 'og er at det som ikke jeg en et på til med min mit hvordan hvornår kan af den har fra hvad',
  Polish: 'w nie na jest się że z do jak co to mój moja moje gdzie kiedy dla przez czy po są',
  Turkish: 've bir bu için ile nasıl ne değil mi olarak daha çok var benim nerede zaman neden',
  Finnish: 'ja on ei että se en mutta tai miten missä milloin minun kun ovat oli myös',
};

/** Letters that no other language of the list writes. */
const LETTERS: Readonly<Record<string, RegExp>> = {
  German: /ß/,
  Polish: /[łżźśćńąę]/,
  Turkish: /[ğış]/,
  Portuguese: /ã|õ/,
  Spanish: /[ñ¿¡]/,
};

/** Of scripts that one language is written in, as far as this can tell. */
const BY_SCRIPT: Readonly<Record<string, string>> = {
  Greek: 'Greek',
  Hebrew: 'Hebrew',
  Thai: 'Thai',
  Georgian: 'Georgian',
  Armenian: 'Armenian',
  Hangul: 'Korean',
  Japanese: 'Japanese',
  Han: 'Chinese',
  Tamil: 'Tamil',
  Telugu: 'Telugu',
  Bengali: 'Bengali',
};

/** One word may be a name, or a slip of the keyboard. */
const LEAST = 1.5;
/** To the second language. */
const LEAD = 0.5;

const LANGUAGES: ReadonlyMap<string, readonly string[]> = byWord();

function byWord(): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const [language, list] of Object.entries(FREQUENT))
    for (const word of list.split(' ')) words.set(word, [...(words.get(word) ?? []), language]);
  return words;
}

/**
 * The language that a text is written in, by its script, or in Latin by frequent words and letters that are one language's own. A word
 * of several languages counts in shares. Keywords without such words have none that can be told.
 * @returns null where it can't be told
 * @example languageOf('Wie setze ich mein Passwort zurück?') // 'German'
 * @example languageOf('export csv') // null
 */
export function languageOf(text: string): string | null {
  const script = scriptOf(text);
  if (script === 'Cyrillic') return /[іїєґ]/i.test(text) ? 'Ukrainian' : 'Russian';
  if (script === 'Arabic') return /[پچژگ]/.test(text) ? 'Persian' : 'Arabic';
  if (script !== 'Latin') return BY_SCRIPT[script] ?? null;
  const scores = new Map<string, number>();
  const add = (language: string, score: number) => scores.set(language, (scores.get(language) ?? 0) + score);
  for (const word of wordsOf(text)) {
    const known = LANGUAGES.get(word) ?? [];
    for (const language of known) add(language, 1 / known.length);
  }
  for (const [language, letters] of Object.entries(LETTERS)) if (letters.test(text.toLowerCase())) add(language, 1);
  const [first, second] = [...scores].sort((a, b) => b[1] - a[1]);
  return first === undefined || first[1] < LEAST || first[1] - (second?.[1] ?? 0) < LEAD ? null : first[0];
}
