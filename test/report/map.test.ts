import { describe, expect, it } from 'vitest';
import { corpusMapOf } from './fixture-map.ts';
import { CASES, HOSTILE } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const { evaluation, verdict } = CASES.pass;
const page = (map: ReturnType<typeof corpusMapOf> | { notApplicable: string }): string =>
  render('html', { evaluation: { ...evaluation, map }, verdict });

describe('the maps of the corpus', () => {
  it('draw every document once a side, a path a topic', () => {
    const section = sectionOf(page(corpusMapOf(60)), 'map');
    expect(section.match(/h0/g)?.length).toBeGreaterThanOrEqual(120);
    for (const side of ['old', 'new']) {
      const svg = section.split(`data-side="${side}"`)[1]?.split('</svg>')[0] ?? '';
      expect(svg.match(/h0/g)).toHaveLength(60);
      expect(svg.match(/<path class="topic-[012]"/g)).toHaveLength(3);
    }
    expect(textOf(section)).toContain('the plane shows 12.5 % of the variance');
  });

  it('are left out, or say why, where there are none', () => {
    expect(render('html', CASES.pass)).not.toContain('<section id="map"');
    expect(textOf(sectionOf(page({ notApplicable: 'one document only' }), 'map'))).toContain('No map was drawn: one document only');
  });

  it('keep the page below 3 MB with 5,000 documents, and hostile titles inside', () => {
    const text = page(corpusMapOf(5_000, HOSTILE));
    expect(Buffer.byteLength(text)).toBeLessThan(3_000_000);
    const block = /<script type="application\/json" id="map-data">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
    expect(block).not.toMatch(/[<>&]/);
    expect(JSON.parse(block).titles).toHaveLength(5_000);
  });
});
