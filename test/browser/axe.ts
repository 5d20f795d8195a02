import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly string[];
}

/**
 * What axe finds on a page as it is, good practice included.
 * @param rules the only rules to look by; all unless given
 */
export async function violations(page: Page, rules: readonly string[] = []): Promise<readonly Violation[]> {
  await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], preload: false, ...(rules.length > 0 ? { runOnly: rules } : {}) };
  return page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then((r) => r.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map((n) => n.html.slice(0, 200)) })))`,
  );
}

/**
 * Leaves three of the queries of a list and thirty of the marks of a picture: they are made alike, and axe takes seconds for each
 * thousand elements. Letters all stay.
 */
export async function thinOut(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    for (const list of new Set([...document.querySelectorAll('details.query')].map((e) => e.parentElement)))
      for (const query of [...list.children].filter((e) => e.matches('details.query')).slice(3)) query.remove();
    for (const plot of document.querySelectorAll('svg.plot'))
      for (const mark of [...plot.querySelectorAll('circle, rect, path, line')].slice(30)) mark.remove();
  })()`);
}
