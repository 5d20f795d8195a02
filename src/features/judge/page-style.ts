import { verbatim } from '../../report/html.ts';

/** The page's one style sheet; its hash stands in the page's Content-Security-Policy. */
export const JUDGE_STYLE = verbatim`
:root {
  color-scheme: light dark;
  --page: #ffffff; --soft: #f5f6f8; --ink: #1b1f24; --muted: #57606c; --line: #dce0e6; --accent: #1a56b0; --on-accent: #ffffff; --done: #0c6438;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #12151a; --soft: #1a1f26; --ink: #e5e8ec; --muted: #a3adba; --line: #2e3540; --accent: #8ab8ff; --on-accent: #10151c; --done: #74d6a0; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.page { max-width: 52rem; margin: 0 auto; padding: 1.25rem 1.25rem 9rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.125rem; font-weight: 600; margin: 0; }
progress { width: 100%; height: 0.375rem; accent-color: var(--accent); }
.muted { color: var(--muted); font-size: 0.875rem; margin: 0.25rem 0; }
.query { position: sticky; top: 0; background: var(--page); border-bottom: 1px solid var(--line); padding: 0.9rem 0; margin: 0.75rem 0 1rem; max-height: 40vh; overflow-y: auto; }
.query h2 { font-size: 1.25rem; line-height: 1.4; margin: 0.1rem 0 0; white-space: pre-wrap; }
article h3 { font-size: 1.0625rem; margin: 0.5rem 0; }
article p { white-space: pre-wrap; margin: 0; }
footer { position: fixed; inset: auto 0 0 0; background: var(--soft); border-top: 1px solid var(--line); padding: 0.7rem 1.25rem; }
footer > div { max-width: 52rem; margin: 0 auto; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; justify-content: space-between; }
button { font: inherit; font-size: 0.9375rem; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 0.4rem 0.8rem; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--accent); }
button:disabled { opacity: 0.5; cursor: default; }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button[aria-pressed="true"] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
kbd { font: 0.8125rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 0.3rem; }
#grades, #moves { display: flex; flex-wrap: wrap; gap: 0.5rem; } #moves button { color: var(--muted); }
#notice { color: var(--done); min-height: 1.4rem; font-size: 0.875rem; margin: 0.25rem 0; }
summary { cursor: pointer; color: var(--accent); font-size: 0.875rem; }
@media (max-width: 40rem) { .page { padding-bottom: 15rem; } .query { max-height: 30vh; } }
`;
