import { verbatim } from '../html.ts';

/** Colours, letters, tables and the frame of every page. Better is blue and worse is orange: both kinds of colour-blindness tell them apart. */
export const BASE = verbatim`
:root {
  color-scheme: light dark;
  --page: #ffffff; --soft: #f5f6f8; --ink: #1b1f24; --muted: #57606c; --line: #dce0e6; --link: #1a56b0; --edge: #1b1f2440;
  --pass: #0a6552; --pass-soft: #e5f4f0; --fail: #a5321a; --fail-soft: #fdece7; --open: #6a4c00; --open-soft: #fcf3d9; --waived: #5b3f93; --waived-soft: #f1edfa;
  --better: #1a58b8; --worse: #a8450a; --old: #6f7885; --new: #2a6fd0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --soft: #1a1f26; --ink: #e5e8ec; --muted: #a3adba; --line: #2e3540; --link: #8ab8ff; --edge: #000000d0;
    --pass: #6fd3bd; --pass-soft: #12302a; --fail: #ff9f85; --fail-soft: #3a1d15; --open: #ecc765; --open-soft: #302710; --waived: #c3adf2; --waived-soft: #272036;
    --better: #85b4ff; --worse: #f5a462; --old: #9aa4b2; --new: #5f9cf0;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
:is(a, summary, button, input, select, [tabindex]):focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.9rem; overflow-x: auto; white-space: pre-wrap; }
.skip { position: absolute; left: -999rem; background: var(--page); padding: 0.5rem 1rem; z-index: 3; } .skip:focus { left: 0.5rem; top: 0.5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.muted { color: var(--muted); } .small { color: var(--muted); font-size: 0.8125rem; line-height: 1.45; } .block { display: block; } .nowrap { white-space: nowrap; }
html:not(.scripted-page) .scripted { display: none !important; } [hidden] { display: none !important; }
.page { max-width: 84rem; margin: 0 auto; padding: 1.1rem 1.25rem 4rem; }
header.top { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; justify-content: space-between; align-items: start; margin-bottom: 0.4rem; }
header.top > div:first-child { flex: 1 1 30rem; min-width: 0; } header.top p { margin: 0; } header.top .kind { color: var(--muted); font-size: 0.8125rem; } .about { color: var(--muted); font-size: 0.875rem; }
.actions { display: flex; gap: 0.4rem; flex-wrap: wrap; }
h1 { margin: 0 0 0.1rem; font-size: 1.375rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; } h1 .arrow { color: var(--muted); font-weight: 400; }
h2 { font-size: 1.1875rem; margin: 1.5rem 0 0.5rem; font-weight: 650; } h3 { font-size: 1rem; margin: 1.1rem 0 0.4rem; font-weight: 650; } h4 { font-size: 0.9375rem; margin: 1rem 0 0.3rem; font-weight: 650; }
p { margin: 0.5rem 0; max-width: 52rem; } ul, ol { margin: 0.4rem 0; padding-left: 1.4rem; max-width: 52rem; } li { margin: 0.3rem 0; }
button { font: inherit; font-size: 0.8125rem; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.2rem 0.6rem; cursor: pointer; } button:hover { border-color: var(--muted); } button:disabled { color: var(--muted); cursor: default; }
button.term { font: inherit; color: inherit; background: none; border: 0; border-bottom: 1px dotted var(--muted); border-radius: 0; padding: 0; text-align: inherit; cursor: help; }
nav :is(ul) { list-style: none; display: flex; gap: 0.25rem 1.25rem; margin: 0; padding: 0; max-width: none; } nav li { margin: 0; } nav a { color: inherit; text-decoration: none; } nav a:hover { text-decoration: underline; }
nav.views { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line); margin-bottom: 0.75rem; overflow-x: auto; scrollbar-width: none; } nav.views a { display: block; padding: 0.5rem 0.15rem; border-bottom: 3px solid transparent; white-space: nowrap; } nav.views a[aria-current] { border-bottom-color: var(--link); font-weight: 650; }
nav.contents { margin: 0.75rem 0 1rem; font-size: 0.875rem; } nav.contents ul { flex-wrap: wrap; } nav.contents a { color: var(--link); }
.icon { flex: none; vertical-align: -0.18em; margin-right: 0.15rem; } .icon :is(circle, rect, .shape) { fill: currentColor; stroke: none; } .icon path { fill: none; stroke: var(--page); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; } .icon .shape { stroke: currentColor; stroke-width: 0; } .icon .hollow { fill: none; stroke: currentColor; stroke-width: 1.5; } .icon .ink { stroke: currentColor; }
.badge { display: inline-flex; gap: 0.25rem; align-items: center; font-weight: 600; font-size: 0.875rem; white-space: nowrap; }
:is(.icon, .badge, .interval, .banner .outcome).pass, .banner.pass .outcome { color: var(--pass); } :is(.icon, .badge, .interval).fail, .banner.fail .outcome { color: var(--fail); } :is(.icon, .badge, .interval).inconclusive, .banner.inconclusive .outcome { color: var(--open); } :is(.icon, .badge, .interval).waived, .banner.waived .outcome { color: var(--waived); } :is(.icon, .badge, .interval):is(.not-shown-safe, .skipped) { color: var(--muted); }
.banner { border: 1px solid currentColor; border-left-width: 6px; border-radius: 8px; padding: 0.6rem 1rem; margin: 0.5rem 0 0.75rem; color: var(--muted); background: var(--soft); } .banner p { margin: 0; max-width: none; }
.banner.pass { color: var(--pass); background: var(--pass-soft); } .banner.fail { color: var(--fail); background: var(--fail-soft); } .banner.inconclusive { color: var(--open); background: var(--open-soft); } .banner.waived { color: var(--waived); background: var(--waived-soft); }
.banner .outcome { display: flex; flex-wrap: wrap; gap: 0.1rem 0.6rem; align-items: baseline; font-size: 1.25rem; } .banner .outcome .icon { width: 20px; height: 20px; align-self: center; } .banner .merge { font-size: 1rem; color: var(--ink); } .banner .headline { color: var(--ink); font-size: 1rem; }
.callout { border: 1px solid var(--line); border-left: 4px solid var(--open); border-radius: 6px; padding: 0.45rem 0.8rem; margin: 0.5rem 0; max-width: none; } .callout :is(p, ul) { margin: 0.15rem 0; max-width: 75rem; } .callout-title { font-weight: 650; } .callout .icon { color: var(--open); }
.scroll { position: relative; overflow-x: auto; margin: 0.5rem 0 0.75rem;
  background: linear-gradient(to right, var(--page) 40%, transparent) 0 0 / 3rem 100% no-repeat local, linear-gradient(to left, var(--page) 40%, transparent) 100% 0 / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--edge), transparent) 0 0 / 1.1rem 100% no-repeat scroll, linear-gradient(to left, var(--edge), transparent) 100% 0 / 1.1rem 100% no-repeat scroll; }
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; font-variant-numeric: tabular-nums; overflow-wrap: break-word; max-width: 100%; }
caption { text-align: left; color: var(--muted); font-size: 0.8125rem; padding-bottom: 0.3rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 1.4rem 0.35rem 0; border-bottom: 1px solid var(--line); min-width: 3rem; } th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-weight: 600; font-size: 0.8125rem; vertical-align: bottom; } tbody th { font-weight: 500; } .number { text-align: right; white-space: nowrap; } thead .number { white-space: normal; } td code, tbody th code { overflow-wrap: anywhere; }
.delta { white-space: nowrap; } .better { color: var(--better); } .worse { color: var(--worse); } .between { color: var(--muted); }
.facts { margin: 0.5rem 0; font-size: 0.875rem; } .facts > div { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: 0.2rem 1rem; padding: 0.3rem 0; border-bottom: 1px solid var(--line); } .facts dt { color: var(--muted); } .facts dd { margin: 0; min-width: 0; font-variant-numeric: tabular-nums; }
details { margin: 0.4rem 0; } summary { cursor: pointer; } details > summary { color: var(--link); padding: 0.15rem 0; } .folded { padding: 0.2rem 0 0.4rem; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 0.3rem; font: 0.75rem ui-monospace, Menlo, Consolas, monospace; }
.definition { max-width: 36rem; border: 1px solid var(--line); border-radius: 8px; padding: 0.6rem 1.1rem 0.9rem; background: var(--page); color: var(--ink); box-shadow: 0 8px 30px #0004; font-size: 0.9375rem; } .definition .formula { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.8125rem; }
.plotted { margin: 0.6rem 0 0.8rem; max-width: 46rem; } .plotted svg { max-width: 100%; height: auto; display: block; font-family: inherit; font-variant-numeric: tabular-nums; } .plotted svg.narrow { display: none; } figcaption { color: var(--muted); font-size: 0.8125rem; max-width: 46rem; margin-top: 0.25rem; }
svg.tags { width: 100%; max-width: 52rem; height: 14px; display: block; margin: 0.5rem 0; } svg.tags .expected { fill: var(--pass); } svg.tags .untagged { fill: var(--line); } svg.tags .tag-0 { fill: var(--worse); } svg.tags .tag-1 { fill: var(--new); } svg.tags .tag-2 { fill: var(--waived); } svg.tags .tag-3 { fill: var(--open); } svg.tags .tag-4 { fill: var(--muted); }
@media screen and (max-width: 60rem) {
  .stack, .stack caption, .stack tbody, .stack tr, .stack th, .stack td { display: block; } .stack thead { display: none; } .stack tr { border-bottom: 1px solid var(--line); padding: 0.6rem 0; } .stack tbody th, .stack td { border: 0; padding: 0.15rem 0; min-width: 0; text-align: left; white-space: normal; }
  .stack td:not(:first-child)::before { content: attr(data-head); display: block; color: var(--muted); font-size: 0.8125rem; }
}
@media screen and (max-width: 48rem) {
  .page { padding: 0.75rem 1rem 3rem; } h1 { font-size: 1.1875rem; } .facts > div { grid-template-columns: 1fr; } .scroll { scrollbar-width: thin; } th, td { padding-right: 0.9rem; }
  table:not(.stack) tbody th:first-child, table:not(.stack) thead th:first-child { position: sticky; left: 0; background: var(--page); z-index: 1; max-width: 9rem; min-width: 6rem; }
}
@media screen and (max-width: 38rem) { .plotted svg.wide { display: none; } .plotted svg.narrow { display: block; } }
`;
