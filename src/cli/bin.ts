#!/usr/bin/env node
// Loaded when it runs, not before: what keeps a module from being loaded must not end with 1, the code of a failed gate.
import('./process.ts')
  .then(({ runProcess }) => runProcess())
  .catch((error: unknown) => {
    process.stderr.write(
      `cutover could not start: ${error instanceof Error ? error.message : String(error)}\nnext  Install it again: \`npm ci\`.\n`,
    );
    process.exit(2);
  });
