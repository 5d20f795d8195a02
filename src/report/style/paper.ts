import { verbatim } from '../html.ts';

/** Paper: one page below the other, light, everything that matters opened. */
export const PAPER = verbatim`
@media print {
  :root {
    color-scheme: light; --page: #ffffff; --soft: #f5f6f8; --ink: #000000; --muted: #444b55; --line: #c9ced6; --link: #000000;
    --pass: #0a6552; --pass-soft: #e5f4f0; --fail: #a5321a; --fail-soft: #fdece7; --open: #6a4c00; --open-soft: #fcf3d9; --waived: #5b3f93; --waived-soft: #f1edfa; --better: #1a58b8; --worse: #a8450a; --old: #6f7885; --new: #2a6fd0;
  }
  @page { margin: 14mm 13mm; }
  html { font-size: 9.5pt; } body { font-size: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .page { display: block; max-width: none; padding: 0; } nav, .skip, .scripted, .scripted-page .scripted, .on-screen, .definition, #explorer, #slider, #map-choice, .marks { display: none !important; } #ends[hidden] { display: block !important; }
  a { text-decoration: none; color: inherit; } .scroll { overflow: visible; background: none; } pre { white-space: pre-wrap; } button.term { border: 0; }
  details::details-content { content-visibility: visible; display: block; } summary { list-style: none; }
  details.screen-only > .folded, #ends details.query:nth-of-type(n + 4) > .folded { display: none; } details.screen-only > summary { color: var(--muted); font-size: 0.8125rem; } details.screen-only > summary::after { content: " (in the page, not printed)"; } details.check:not(.fail, .inconclusive, .waived) > .folded { display: none; }
  section.view { break-before: page; } section.view:first-child { break-before: auto; } h2, h3, h4, caption, summary, thead { break-after: avoid; } tr, figure, .callout, .banner, .card, .check, pre, .facts > div, details.query { break-inside: avoid; } p { orphans: 3; widows: 3; max-width: none; }
  th, td { padding: 0.2rem 0.5rem 0.2rem 0; min-width: 0; } table { font-size: 0.8125rem; } .number { white-space: normal; } .decide { display: block; } .decide .steps { break-inside: avoid; } details.check > summary { grid-template-columns: 1.25rem minmax(0, 1fr) max-content 150px 6.5rem; } .plotted { max-width: 40rem; } .maps { max-width: 36rem; } details.part > summary { grid-template-columns: 11rem minmax(0, 1fr); } .check-axis { display: none; }
}
`;
