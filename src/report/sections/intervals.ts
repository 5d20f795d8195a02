import { forest } from '../charts/forest.ts';
import { html } from '../html.ts';
import type { Section } from '../section.ts';
import { orderedRules } from '../views/rules.ts';

/** How many rules are drawn: more would be a picture of several screens. */
const DRAWN = 30;

export const intervals: Section = {
  id: 'intervals',
  title: 'Rules at a glance',
  render: ({ verdict }) => {
    const picture = forest(orderedRules(verdict.rules), DRAWN);
    return picture === null
      ? null
      : html`<p>Every rule that compares old with new, those that decide first. Rules with a fixed limit have scales of their own and stand in the <a href="#verdict">table of rules</a>. <a href="#method">How the gate decides</a></p>${picture}`;
  },
};
