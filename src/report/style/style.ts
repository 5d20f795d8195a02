import { type Html, html, verbatim } from '../html.ts';

/** Colours, letters, tables and the frame of every page. Better is blue and worse is orange: both kinds of colour-blindness tell them apart. */
const BASE = verbatim`
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
.muted { color: var(--muted); } .small { color: var(--muted); font-size: 0.8125rem; line-height: 1.45; } .block { display: block; }
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
.badge { display: inline-flex; gap: 0.25rem; align-items: baseline; font-weight: 600; font-size: 0.875rem; white-space: nowrap; } .badge .icon { align-self: center; }
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

/** The three views of the report. */
const VIEWS = verbatim`
@media screen {
  html[data-view] main > section.view { display: none; } html[data-view=decision] #decision, html[data-view=queries] #queries, html[data-view=evidence] #evidence { display: block !important; }
  html[data-view] section.view > h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
}
.decide { display: grid; grid-template-columns: minmax(0, 1fr) 21rem; gap: 0 2rem; } .decide .steps ol { padding-left: 1.2rem; } .decide .steps li { margin: 0.55rem 0; } .action { white-space: normal; } .action :is(a, button) { margin-right: 0.25rem; } .decide h3:first-child { margin-top: 0.25rem; }
.checks-head { display: flex; justify-content: space-between; align-items: end; } .checks-head h3 { margin: 0.25rem 0 0; } .checks-head h3 a { font-weight: 400; margin-left: 0.4rem; }
.check-axis { display: flex; gap: 0.5rem; align-items: end; margin-right: calc(7.5rem + 0.75rem); } .axis { display: block; } .axis text { font-size: 10px; fill: var(--muted); }
.group > h4, details.group > summary { margin: 0.7rem 0 0.1rem; font-size: 0.875rem; font-weight: 650; color: var(--ink); } .group > .small { margin: 0.1rem 0 0.2rem; }
details.check { margin: 0; border-bottom: 1px solid var(--line); } details.check > summary { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) fit-content(18rem) 240px 7.5rem; gap: 0 0.75rem; align-items: center; color: var(--ink); padding: 0.28rem 0; list-style: none; font-size: 0.9375rem; } details.check > summary::-webkit-details-marker { display: none; } details.check > summary:hover { background: var(--soft); }
.check .found { font-variant-numeric: tabular-nums; text-align: right; font-size: 0.875rem; } .check .limit { color: var(--muted); font-size: 0.8125rem; font-variant-numeric: tabular-nums; } .check .picture { min-height: 22px; } .check .name strong { font-weight: 600; } .check .name .muted { font-size: 0.8125rem; } .check > .folded { padding: 0 0 0.4rem 2rem; } .check > .folded p { margin: 0.2rem 0; }
.interval { display: block; } svg.interval { max-width: 100%; height: auto; } .interval .bad { fill: var(--fail-soft); } .interval .limit { stroke: var(--ink); stroke-dasharray: 3 2; } .interval :is(.zero, .span) { stroke: var(--line); stroke-width: 1.5; } .interval .end { fill: var(--muted); font-size: 11px; } .interval .bar { stroke: currentColor; stroke-width: 3; stroke-linecap: round; } .interval .dot { fill: currentColor; stroke: var(--page); stroke-width: 1.5; } .interval .hollow { fill: var(--page); stroke: currentColor; stroke-width: 2; }
.keys { display: block; } .key { display: inline-block; margin-right: 1rem; white-space: nowrap; } .plotted .key svg { display: inline-block; width: 28px; height: 8px; vertical-align: middle; }
.tally { margin: 0.2rem 0; } .share { width: 100%; max-width: 40rem; height: 6px; display: block; } .share .worse { fill: var(--worse); } .share .better { fill: var(--better); } .share .same { fill: var(--line); }
.noticed { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2rem; } .noticed h4 { margin: 0.6rem 0 0.2rem; } .cards { list-style: none; padding: 0; margin: 0; max-width: none; display: grid; gap: 0.45rem; } .card { margin: 0; border: 1px solid var(--line); border-left: 4px solid var(--worse); border-radius: 6px; padding: 0.35rem 0.8rem; } .card.better { border-left-color: var(--better); color: inherit; } .card.worse { color: inherit; } .card p { margin: 0.1rem 0; } .card .query a { color: inherit; font-weight: 600; } .card .figure { font-variant-numeric: tabular-nums; }
.counters { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0.4rem 0; } .counter { padding: 0.25rem 0.8rem; border-radius: 99px; } .counter[aria-pressed=true] { background: var(--ink); color: var(--page); border-color: var(--ink); } .counter.worse strong { color: var(--worse); } .counter.better strong { color: var(--better); } .counter[aria-pressed=true] strong { color: inherit; } .counter.worse, .counter.better { color: inherit; } .counter[aria-pressed=true]:is(.worse, .better) { color: var(--page); }
.controls { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; align-items: center; font-size: 0.875rem; margin: 0.3rem 0; } .controls p { margin: 0; } label { display: inline-flex; align-items: center; gap: 0.35rem; color: var(--muted); min-width: 0; max-width: 100%; } :is(select, input) { font: inherit; font-size: 0.875rem; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.2rem 0.45rem; min-width: 0; max-width: 15rem; } input[type=range] { padding: 0; width: 20rem; max-width: 60vw; accent-color: var(--new); }
.status { margin: 0.3rem 0; }
details.query { border-bottom: 1px solid var(--line); margin: 0; } details.query > summary { display: grid; grid-template-columns: minmax(0, 1fr) auto 8.5rem 6rem; gap: 0 1rem; align-items: baseline; padding: 0.4rem 0.2rem; color: var(--ink); list-style: none; } details.query > summary::-webkit-details-marker { display: none; } details.query > summary:hover { background: var(--soft); } #ends details.query > summary { grid-template-columns: minmax(0, 1fr) max-content; }
.query .text { overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; } details.query[open] .text { font-weight: 600; -webkit-line-clamp: unset; line-clamp: unset; } .query .said { color: var(--waived); font-size: 0.8125rem; font-weight: 600; } .query .move { color: var(--muted); font-size: 0.8125rem; } .query .figure { font-size: 0.875rem; font-variant-numeric: tabular-nums; text-align: right; } details.query > .folded { padding: 0.1rem 0.2rem 0.9rem; } .query .whole { white-space: pre-line; max-height: 9rem; overflow-y: auto; }
.grade { display: inline-block; min-width: 1.3rem; text-align: center; border-radius: 4px; font-weight: 600; font-size: 0.8125rem; } .grade.relevant { background: var(--ink); color: var(--page); } .grade.irrelevant { background: var(--soft); color: var(--muted); } .grade.unknown { color: var(--muted); }
.marks { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0.4rem 0; } .marks button[aria-pressed=true] { background: var(--waived); border-color: var(--waived); color: var(--page); } .marks .note { flex: 1 1 12rem; max-width: 30rem; }
.compared { max-width: 72rem; } .sides { display: grid; grid-template-columns: minmax(0, 1fr) clamp(2.5rem, 9vw, 7rem) minmax(0, 1fr); color: var(--muted); font-size: 0.8125rem; font-weight: 600; } .sides > :last-child { grid-column: 3; } .ribbon { display: grid; grid-template-columns: minmax(0, 1fr) clamp(2.5rem, 9vw, 7rem) minmax(0, 1fr); } .ribbon ol { list-style: none; margin: 0; padding: 0; max-width: none; } .ribbon li { margin: 0; height: 30px; display: grid; grid-template-columns: 1.3rem 1.4rem minmax(0, 1fr) auto; gap: 0 0.4rem; align-items: center; font-size: 0.875rem; border-bottom: 1px solid var(--line); } .ribbon .rank { color: var(--muted); text-align: right; font-size: 0.8125rem; font-variant-numeric: tabular-nums; } .ribbon .where { color: var(--muted); font-size: 0.8125rem; white-space: nowrap; } .ribbon li.relevant .doc { font-weight: 650; } .ribbon li.relevant .where { color: var(--ink); }
button.doc { border: 0; background: none; padding: 0.1rem 0; font-size: 0.875rem; text-align: left; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 0; } button.doc:hover { text-decoration: underline; } .lines { width: 100%; display: block; } .lines path { fill: none; stroke: var(--old); stroke-width: 1; vector-effect: non-scaling-stroke; stroke-opacity: 0.55; } .lines .quiet { stroke-opacity: 0.25; } .lines :is(.worse, .better, .kept) { stroke-width: 3; stroke-opacity: 1; } .lines .kept { stroke: var(--ink); } .lines .worse { stroke: var(--worse); } .lines .better { stroke: var(--better); }
.about-document { font-size: 0.875rem; } .about-document p { margin: 0.25rem 0; } mark { background: var(--open-soft); color: inherit; text-decoration: underline; text-decoration-color: var(--open); text-underline-offset: 0.15em; border-radius: 2px; }
details.part { border-bottom: 1px solid var(--line); margin: 0; } details.part > summary { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 0 1rem; align-items: baseline; color: var(--ink); padding: 0.5rem 0.2rem; list-style: none; } details.part > summary::-webkit-details-marker { display: none; } details.part > summary:hover { background: var(--soft); } details.part > summary h3 { margin: 0; font-size: 0.9375rem; } details.part > summary h3::before { content: "▸ "; color: var(--muted); } details.part[open] > summary h3::before { content: "▾ "; } .finding { color: var(--muted); font-size: 0.9375rem; } .finding strong { color: var(--ink); } details.part > .folded { padding: 0.1rem 0.2rem 1.1rem; } .much .icon { color: var(--open); }
.beside { display: flex; flex-wrap: wrap; gap: 0 3rem; align-items: start; } .beside > * { min-width: 0; } .beside .plotted { flex: 0 1 29rem; }
.maps { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 1.5rem; max-width: 62rem; } .mapped { margin: 0.5rem 0; } svg.corpus { width: 100%; height: auto; display: block; cursor: crosshair; } svg.corpus rect { fill: none; stroke: var(--line); pointer-events: all; } .corpus path, .key path { fill: none; stroke-linecap: round; stroke-opacity: 0.8; } .corpus.few path { stroke-width: 6; } .corpus.many path { stroke-width: 3.5; } .key path { stroke-width: 9; } .legend { display: inline-flex; align-items: center; gap: 0.35rem; margin-right: 0.9rem; }
.topic-none { stroke: var(--old); } .topic-0 { stroke: #0072b2; } .topic-1 { stroke: #e69f00; } .topic-2 { stroke: #009e73; } .topic-3 { stroke: #cc79a7; } .topic-4 { stroke: #d55e00; } .topic-5 { stroke: #56b4e9; } .topic-6 { stroke: #8a7d00; } .topic-7 { stroke: #7f5fb0; }
.picked line { stroke: var(--ink); stroke-width: 1; stroke-opacity: 0.6; } .picked line.changed { stroke-dasharray: 4 3; } .picked circle { fill: none; stroke: var(--ink); } .picked .near { stroke-width: 1.5; } .picked .chosen { stroke-width: 3; } #map-choice .about-document { min-height: 5.5rem; }
@media screen and (max-width: 70rem) { .decide { grid-template-columns: minmax(0, 1fr); } .decide .steps { order: -1; } }
@media screen and (max-width: 60rem) {
  details.check > summary { grid-template-columns: 1.25rem minmax(0, 1fr) fit-content(14rem); } .check .picture, .check .limit { grid-row: 2; } .check .picture { grid-column: 2; } .check .limit { grid-column: 3; text-align: right; align-self: center; } .check-axis { display: none; }
  details.query > summary { grid-template-columns: minmax(0, 1fr) auto; } .query .figure { text-align: left; grid-column: 1; } .query .move { grid-column: 2; grid-row: 2; text-align: right; }
  details.part > summary { grid-template-columns: minmax(0, 1fr); }
}
@media screen and (max-width: 48rem) { .noticed, .maps { grid-template-columns: minmax(0, 1fr); } .check .found { white-space: normal; } details.check > summary { grid-template-columns: 1.25rem minmax(0, 1fr); } .check :is(.found, .picture, .limit) { grid-column: 2; grid-row: auto; text-align: left; } .ribbon li { grid-template-columns: 1.1rem minmax(0, 1fr) auto; gap: 0 0.25rem; } .ribbon .grade:not(.relevant) { display: none; } .ribbon li:has(.relevant) { grid-template-columns: 1.1rem 1.2rem minmax(0, 1fr) auto; } .keys { display: none; } }
`;

/** Paper: one page below the other, light, everything that matters opened. */
const PAPER = verbatim`
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
  th, td { padding: 0.2rem 0.5rem 0.2rem 0; min-width: 0; } table { font-size: 0.8125rem; } .number { white-space: normal; } .decide { grid-template-columns: minmax(0, 1fr); } .decide .steps { order: -1; break-inside: avoid; } .interval { margin: auto 0; } details.check > summary { grid-template-columns: 1.25rem minmax(0, 1fr) max-content 150px 6.5rem; } .plotted { max-width: 40rem; } .maps { max-width: 36rem; } details.part > summary { grid-template-columns: 11rem minmax(0, 1fr); } .check-axis { display: none; }
}
`;

/** The pages' one style sheet; its hash is in each page's Content-Security-Policy. */
export const STYLE: Html = html`${BASE}${VIEWS}${PAPER}`;
