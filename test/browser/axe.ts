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
  if (await page.evaluate('window.axe === undefined')) await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], preload: false, ...(rules.length > 0 ? { runOnly: rules } : {}) };
  return page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then((r) => r.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map((n) => n.html.slice(0, 200)) })))`,
  );
}

/**
 * Leaves two of the elements that stand side by side and are made alike: the same tags, classes, roles and styles, all the way down.
 * What axe says of one it says of the others, and it takes seconds for each thousand.
 */
export async function thinOut(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const shapeOf = (element) => {
      const looks = ['class', 'role', 'style', 'type', 'open', 'fill', 'stroke'].map((name) => element.getAttribute(name) ?? '');
      const seen = {};
      const shapes = [];
      for (const child of [...element.children]) {
        const shape = shapeOf(child);
        seen[shape] = (seen[shape] ?? 0) + 1;
        if (seen[shape] > 2) child.remove();
        else shapes.push(shape);
      }
      return element.tagName + looks.join('|') + '(' + shapes.join() + ')';
    };
    shapeOf(document.body);
  })()`);
}
