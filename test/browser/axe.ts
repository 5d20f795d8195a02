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
