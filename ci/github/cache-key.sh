#!/usr/bin/env bash
# Names the cache of vectors by both fingerprints and the corpus: outputs `key`, `restore-keys`, `path`.
# A configuration that can't be read has no key; the run itself says what is wrong with it.
set -euo pipefail
found="$(node "${CUTOVER_BIN:?}" cache key --config "${CUTOVER_CONFIG:-cutover.yaml}" --json 2>/dev/null)" || exit 0
node -e '
  const { key, restore, path } = JSON.parse(process.argv[1]);
  console.log(`key=${key}\npath=${path}\nrestore-keys<<END\n${[key, ...restore].join("\n")}\nEND`);
' "$found" >> "${GITHUB_OUTPUT:?}"
