import { verbatim } from './html.ts';

/** The page's one style sheet; its hash stands in the page's Content-Security-Policy. */
export const STYLE = verbatim`
:root {
  color-scheme: light dark;
  --page: #ffffff; --soft: #f5f6f8; --ink: #1b1f24; --muted: #57606c; --line: #dce0e6; --link: #1a56b0;
  --pass: #0c6438; --pass-soft: #e7f4ec; --fail: #a01a1f; --fail-soft: #fcebeb; --open: #7a4a00; --open-soft: #fdf2dc;
  --old: #6f7885; --new: #2a6fd0; --edge: #1b1f2440;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --soft: #1a1f26; --ink: #e5e8ec; --muted: #a3adba; --line: #2e3540; --link: #8ab8ff;
    --pass: #74d6a0; --pass-soft: #14291e; --fail: #ff9d98; --fail-soft: #351b1d; --open: #f0c36d; --open-soft: #2f2614;
    --old: #9aa4b2; --new: #5f9cf0; --edge: #000000d0;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; overflow-x: auto; white-space: pre-wrap; }
.skip { position: absolute; left: -999rem; background: var(--page); padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { left: 0.5rem; top: 0.5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.muted { color: var(--muted); }
.small { color: var(--muted); font-size: 0.8125rem; line-height: 1.45; }
.block { display: block; }
.nowrap { white-space: nowrap; } .on-paper { display: none; }
.page { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 5rem; }
header.top { margin-bottom: 1.75rem; }
header.top .kind { margin: 0; color: var(--muted); font-size: 0.875rem; }
h1 { margin: 0.15rem 0 0.35rem; font-size: 1.625rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
h1 .arrow { color: var(--muted); font-weight: 400; }
header.top .about { margin: 0; color: var(--muted); font-size: 0.9375rem; }
nav.contents { margin: 0 0 2rem; font-size: 0.875rem; }
nav.contents h2 { font-size: 0.8125rem; margin: 0 0 0.4rem; color: var(--muted); font-weight: 600; }
nav.contents ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; }
nav.contents a { text-decoration: none; }
nav.contents a:hover { text-decoration: underline; }
main { min-width: 0; }
section { margin: 0 0 3.25rem; }
section > h2 { font-size: 1.3125rem; line-height: 1.3; margin: 0 0 0.9rem; padding-bottom: 0.4rem; border-bottom: 1px solid var(--line); font-weight: 650; }
h2 .self { margin-left: 0.4rem; color: var(--muted); text-decoration: none; font-weight: 400; opacity: 0.55; }
h2 .self:hover, h2 .self:focus { opacity: 1; }
h3 { font-size: 1rem; margin: 2rem 0 0.5rem; font-weight: 650; }
p, section > ul, section > ol { max-width: 46rem; }
p { margin: 0.6rem 0; }
ul, ol { padding-left: 1.35rem; }
li { margin: 0.25rem 0; }
.banner { border: 1px solid; border-radius: 10px; padding: 1.1rem 1.35rem; margin-bottom: 1.25rem; }
.banner .outcome { margin: 0; font-size: 1.25rem; display: flex; align-items: center; gap: 0.5rem; }
.banner .icon { width: 1.5rem; height: 1.5rem; }
.banner .headline { margin: 0.35rem 0 0; color: var(--ink); font-size: 1.0625rem; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .inconclusive { color: var(--open); } .skipped, .unsure { color: var(--muted); }
.banner.pass { background: var(--pass-soft); } .banner.fail { background: var(--fail-soft); } .banner.inconclusive { background: var(--open-soft); }
.icon { flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; vertical-align: -0.18em; }
.badge { display: inline-flex; align-items: center; gap: 0.35rem; font-weight: 600; font-size: 0.875rem; white-space: nowrap; }
h3 .badge { margin-left: 0.6rem; }
.badge.informs { font-weight: 400; }
.callout { border-left: 4px solid var(--open); background: var(--open-soft); border-radius: 0 8px 8px 0; padding: 0.8rem 1.1rem; margin: 1rem 0; }
.callout p, .banner p { max-width: 60rem; }
.callout-title { margin: 0; font-weight: 650; color: var(--open); display: flex; gap: 0.45rem; align-items: flex-start; }
.callout-title .icon { margin-top: 0.25em; }
.callout ul { margin: 0.35rem 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2.5rem; } .pair h3 { margin-top: 1.25rem; } .pair > div:empty { display: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); gap: 0.75rem; margin: 1.75rem 0 1rem; }
.tile { background: var(--soft); border-radius: 8px; padding: 0.85rem 1.05rem; }
.tile dt { font-size: 0.8125rem; color: var(--muted); }
.tile dd { margin: 0.15rem 0 0; }
.tile .value { display: block; font-size: 1.1875rem; font-weight: 620; font-variant-numeric: tabular-nums; }
.tile .note { display: block; color: var(--muted); font-size: 0.8125rem; line-height: 1.4; }
.scroll {
  overflow-x: auto; margin: 0.75rem 0; position: relative;
  /* Shadows at the edges behind which more stands: what lies over them moves with the table, they stay. */
  background:
    linear-gradient(to right, var(--page) 40%, transparent) 0 0 / 3rem 100% no-repeat local, linear-gradient(to left, var(--page) 40%, transparent) 100% 0 / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--edge), transparent) 0 0 / 1.1rem 100% no-repeat scroll, linear-gradient(to left, var(--edge), transparent) 100% 0 / 1.1rem 100% no-repeat scroll;
}
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.45; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
caption { text-align: left; color: var(--muted); font-size: 0.8125rem; padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid var(--line); min-width: 3rem; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-weight: 600; font-size: 0.8125rem; vertical-align: bottom; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
th.group { text-align: center; border-bottom-style: dotted; }
td code, tbody th code { overflow-wrap: anywhere; }
.delta { white-space: nowrap; } .better { color: var(--pass); } .worse { color: var(--fail); }
@media screen and (min-width: 60.01rem) {
  #verdict table { table-layout: fixed; } #verdict th:nth-child(1) { width: 7.75rem; } #verdict th:nth-child(2) { width: 20.25%; } #verdict th:nth-child(3) { width: 14%; } #verdict th:nth-child(5) { width: 20.5%; } #verdict th:nth-child(6) { width: 3.25rem; }
  #versions td { min-width: 12rem; }
}
#dataset .facts code, #provenance .facts code { overflow-wrap: anywhere; }
.reason { color: var(--ink); margin: 0.15rem 0; }
.interval { display: block; color: var(--muted); } .interval.pass { color: var(--pass); } .interval.fail { color: var(--fail); } .interval.inconclusive { color: var(--open); } svg.interval { max-width: 100%; height: auto; }
.interval .bad { fill: var(--fail-soft); } .interval .limit { stroke: var(--ink); stroke-dasharray: 3 2.5; }
.interval .zero { stroke: var(--line); stroke-width: 1.5; } .interval .bar { stroke: currentColor; stroke-width: 3; stroke-linecap: round; }
.interval circle { fill: currentColor; stroke: var(--page); stroke-width: 1.5; } .interval text { fill: var(--muted); font-size: 10px; }
.interval text:not([text-anchor]) { text-anchor: middle; }
svg.bar line { stroke: var(--muted); stroke-width: 1; } svg.bar .down { fill: var(--fail); } svg.bar .up { fill: var(--pass); }
svg.bar { opacity: 0.85; display: block; margin-top: 0.2rem; }
.plotted { margin: 0.75rem 0 1rem; max-width: 46rem; } .plotted svg { max-width: 100%; height: auto; display: block; font-family: inherit; font-variant-numeric: tabular-nums; }
.plotted svg.narrow { display: none; } .plotted figcaption { max-width: 46rem; margin-top: 0.35rem; }
.tagged { color: var(--muted); white-space: nowrap; } .tagged.measured { color: var(--pass); } .tagged.projected { color: var(--open); }
figcaption { color: var(--muted); font-size: 0.8125rem; }
.legend { display: inline-flex; align-items: center; gap: 0.35rem; margin-right: 0.9rem; }
.facts { margin: 0.75rem 0; font-size: 0.875rem; }
.facts > div { display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr; gap: 0.25rem 1rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--muted); } .facts dd { margin: 0; min-width: 0; font-variant-numeric: tabular-nums; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: var(--link); font-size: 0.9375rem; padding: 0.2rem 0; }
.folded { padding: 0.25rem 0 0.5rem; }
details.query { border: 1px solid var(--line); border-radius: 8px; margin: 0.5rem 0; }
details.query > summary { display: flex; gap: 0.75rem; align-items: baseline; padding: 0.6rem 0.9rem; color: var(--ink); list-style: none; }
details.query > summary::-webkit-details-marker { display: none; }
details.query > summary::before { content: "▸"; color: var(--muted); flex: none; }
details.query[open] > summary::before { content: "▾"; }
details.query > .folded { padding: 0 0.9rem 0.9rem; }
.place { color: var(--muted); min-width: 1.4rem; text-align: right; flex: none; font-variant-numeric: tabular-nums; }
.query .query { flex: 1; min-width: 0; } .figure { white-space: nowrap; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.whole { max-height: 12rem; overflow-y: auto; white-space: pre-line; }
.lists { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.75rem; }
.lists table { font-size: 0.8125rem; } .lists th, .lists td { padding-right: 0.6rem; min-width: 0; } .lists tbody th { min-width: 11rem; }
.lists caption { font-weight: 600; color: var(--ink); }
.title { font-weight: 600; } .excerpt { margin: 0.2rem 0 0; color: var(--muted); font-weight: 400; }
.tag { font-weight: 600; white-space: nowrap; } .tag.left { color: var(--fail); } .tag.entered { color: var(--link); }
.lists td .muted { white-space: nowrap; }
.grade { display: inline-block; min-width: 1.4rem; text-align: center; border-radius: 4px; font-weight: 600; }
.grade.relevant { background: var(--pass-soft); color: var(--pass); } .grade.irrelevant { background: var(--soft); color: var(--muted); }
#explorer .controls { display: flex; flex-wrap: wrap; gap: 0.6rem 1.1rem; margin: 0.9rem 0 0.4rem; font-size: 0.875rem; }
#explorer label { display: inline-flex; align-items: center; gap: 0.4rem; color: var(--muted); min-width: 0; max-width: 100%; }
#explorer select, #explorer input, button { font: inherit; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.5rem; min-width: 0; max-width: 16rem; }
#explorer :is(select, input, button):focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
button.more { margin: 0.6rem 0; padding: 0.4rem 1rem; cursor: pointer; }
mark { background: var(--open-soft); color: inherit; border-radius: 2px; box-shadow: 0 0 0 1px var(--open-soft); text-decoration: underline; text-decoration-color: var(--open); text-underline-offset: 0.15em; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 0.3rem; font: 0.8125rem ui-monospace, Menlo, Consolas, monospace; }
.list-title { font-weight: 600; margin: 0.4rem 0 0.2rem; }
.hits { list-style: none; margin: 0; padding: 0; font-size: 0.8125rem; line-height: 1.45; }
.hit { margin: 0; padding: 0.5rem 0 0.55rem 0.7rem; border-top: 1px solid var(--line); border-left: 3px solid transparent; } .hit.changed.old { border-left-color: var(--fail); } .hit.changed.new { border-left-color: var(--link); }
.hit-head { display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; color: var(--muted); font-variant-numeric: tabular-nums; } .hit-head .rank { color: var(--ink); font-weight: 600; min-width: 1.2rem; } .hit .grade { padding: 0 0.4rem; }
.hit .excerpt { max-width: none; }
.maps { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 1.5rem; max-width: 62rem; } .mapped { margin: 0.5rem 0; }
svg.corpus { width: 100%; height: auto; display: block; cursor: crosshair; } svg.corpus rect { fill: none; stroke: var(--line); pointer-events: all; }
.corpus path, .key path { fill: none; stroke-linecap: round; stroke-opacity: 0.75; } .corpus.few path { stroke-width: 6; } .corpus.many path { stroke-width: 3.5; } .key path { stroke-width: 9; }
.topic-none { stroke: var(--old); } .topic-0 { stroke: #3b72d9; } .topic-1 { stroke: #d4652b; } .topic-2 { stroke: #2c9a64; } .topic-3 { stroke: #a355c9; } .topic-4 { stroke: #b8901a; } .topic-5 { stroke: #1f9cb5; } .topic-6 { stroke: #cf4a83; } .topic-7 { stroke: #858a3f; }
.picked line { stroke: var(--ink); stroke-width: 1; stroke-opacity: 0.6; } .picked line.changed { stroke-dasharray: 4 3; } .picked circle { fill: none; stroke: var(--ink); } .picked .near { stroke-width: 1.5; } .picked .chosen { stroke-width: 3; }
#map-choice label { display: inline-flex; align-items: center; gap: 0.4rem; color: var(--muted); font-size: 0.875rem; max-width: 100%; } #map-choice input { font: inherit; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.5rem; min-width: 0; }
#map-choice input:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; } .about-document { font-size: 0.875rem; min-height: 5.5rem; }
nav.contents a[aria-current] { color: var(--ink); font-weight: 600; }
.definitions > div { padding: 0.75rem 0; border-bottom: 1px solid var(--line); } .definitions dt { font-weight: 600; } .definitions dd { margin: 0; }
.definitions .formula { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.8125rem; }
 .definitions > :target { background: var(--soft); box-shadow: -0.75rem 0 0 var(--soft), 0.75rem 0 0 var(--soft); }
@media (min-width: 80rem) {
  .page { max-width: 92rem; display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 0 3rem; padding-inline: 2.5rem; }
  header.top { grid-column: 2; } nav.contents { grid-column: 1; position: sticky; top: 1.5rem; align-self: start; margin-top: 0.25rem; }
  nav.contents { max-height: calc(100vh - 3rem); overflow-y: auto; } nav.contents ol { display: block; } nav.contents li { margin: 0.3rem 0; } main { grid-column: 2; }
  .definitions { columns: 2; column-gap: 3rem; } .definitions > div { break-inside: avoid; } .definitions p { max-width: none; }
}
@media screen and (max-width: 79.99rem) {
  html { scroll-padding-top: 3.5rem; } nav.contents { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line); margin: 0 -1rem 1.25rem; }
  nav.contents h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
  nav.contents ol { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; padding: 0 1rem; } nav.contents li { flex: none; margin: 0; } nav.contents a { display: block; padding: 0.65rem 0; white-space: nowrap; }
}
@media screen and (max-width: 48rem) {
  .page { padding: 1.25rem 1rem 3rem; } h1 { font-size: 1.375rem; } .lists { grid-template-columns: minmax(0, 1fr); }
  .facts > div { grid-template-columns: 1fr; } details.query > summary { flex-wrap: wrap; } .query .query { flex-basis: 60%; }
  .figure { flex-basis: 100%; padding-left: 3.3rem; } .scroll { scrollbar-width: thin; }
  .maps { grid-template-columns: minmax(0, 1fr); }
  /* What a row is about stays in sight while its figures scroll. */
  table:not(.stack) tbody th:first-child, table:not(.stack) thead tr:first-child th:first-child { position: sticky; left: 0; background: var(--page); z-index: 1; }
  table:not(.stack) tbody th:first-child { max-width: 9rem; min-width: 6rem; }
}
@media screen and (max-width: 60rem) {
  .stack, .stack caption, .stack tbody, .stack tr, .stack th, .stack td { display: block; } .stack thead { display: none; }
  .stack tr { border-bottom: 1px solid var(--line); padding: 0.75rem 0; } .stack tbody th, .stack td { border: 0; padding: 0.2rem 0; min-width: 0; text-align: left; }
  .stack td:not(:first-child)::before { content: attr(data-head); display: block; color: var(--muted); font-size: 0.8125rem; }
  .lists .stack tr { display: grid; grid-template-columns: auto auto auto 1fr; gap: 0 1rem; } .lists .stack tbody th { grid-column: 1 / -1; order: 1; }
  .lists .stack td:last-child { text-align: right; } .lists .stack td:not(:first-child)::before { content: none; }
}
@media screen and (max-width: 38rem) {
  .plotted svg.wide { display: none; } .plotted svg.narrow { display: block; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --soft: #f5f6f8; --ink: #000000; --muted: #444b55; --line: #c9ced6; --link: #000000;
    --pass: #0c6438; --pass-soft: #e7f4ec; --fail: #a01a1f; --fail-soft: #fcebeb; --open: #7a4a00; --open-soft: #fdf2dc; --old: #6f7885; --new: #2a6fd0;
  }
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  body { font-size: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .page { display: block; max-width: none; padding: 0; } nav.contents, .skip, h2 .self { display: none; }
  a { text-decoration: none; } .on-screen { display: none; } .on-paper { display: inline; } .scroll { overflow: visible; background: none; } pre { white-space: pre-wrap; }
  .lists table { font-size: 0.6875rem; } .lists .small { font-size: 0.625rem; } .lists { gap: 0 1rem; } .lists th, .lists td { padding: 0.12rem 0.35rem 0.12rem 0; min-width: 0; } .lists tbody th { min-width: 0; } .lists .title + .small { display: none; }
  .excerpt { display: none; }
  #verdict table { table-layout: fixed; } #verdict td, #verdict tbody th, #versions td { min-width: 0 !important; }
  #verdict th:nth-child(1) { width: 12%; } #verdict th:nth-child(2), #verdict th:nth-child(3) { width: 16%; } #verdict th:nth-child(4) { width: 32%; } #verdict th:nth-child(6) { width: 6%; }
  #verdict td, #verdict tbody th { font-size: 0.8125rem; } #verdict .small { font-size: 0.6875rem; }
  th, td { padding-right: 0.5rem; } svg.interval { width: 100%; max-width: 38mm; }
  section { margin-bottom: 1.5rem; } p, section > ul, section > ol { max-width: none; orphans: 3; widows: 3; } h2, h3, h2 + p, h3 + p, caption, summary, thead { break-after: avoid; } h2 + p, h3 + p, summary + .folded > p { break-inside: avoid; }
  tbody tr:first-child, tbody tr:nth-last-child(2), .facts > div:nth-last-child(2) { break-after: avoid; } tbody tr:first-child, tbody tr:last-child { break-before: avoid; } tr, .tile, .callout, figure, .banner, pre, .facts > div, .facts:not(:has(> div:nth-child(10))), details.query, .scroll:not(:has(tbody tr:nth-child(10))) { break-inside: avoid; }
  /* What nobody would miss on paper is named, not printed: where it stands can be opened. */
  details.screen-only > .folded, #worst details.query:nth-of-type(n + 7) > .folded { display: none; } details.screen-only > summary { color: var(--muted); font-weight: 400; font-size: 0.8125rem; } details.screen-only > summary::after { content: " (in the page, not printed)"; }
  .plotted { max-width: 42rem; } .maps { max-width: 40rem; gap: 1rem; } #map p, #queries > p, #worst > p, .folded > p:first-child { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; } summary { color: var(--ink); list-style: none; font-weight: 600; } details.query > summary::before, details.query[open] > summary::before { content: none; } details.query > summary { break-inside: avoid; }
  #explorer { display: none; } #map-choice { display: none; } #worst[hidden] { display: block; } .plotted { break-inside: avoid; } mark { background: none; }
  #slices tbody th { min-width: 9rem; } #slices svg.bar { display: none; }
  .tiles { grid-template-columns: repeat(4, 1fr); } .tile .value { font-size: 1rem; } .definitions { columns: 3; column-gap: 1.5rem; font-size: 0.6875rem; line-height: 1.4; } .definitions p { margin: 0.2rem 0; } .definitions > div { padding: 0.4rem 0; } .definitions .formula, .definitions .small { font-size: 0.625rem; } .definitions > div { break-inside: avoid; } .whole { max-height: none; }
}
`;
