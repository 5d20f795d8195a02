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
