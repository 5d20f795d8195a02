#!/usr/bin/env bash
# Writes the job summary; GitHub takes at most 1 MiB of it.
set -euo pipefail
node "$(dirname "${BASH_SOURCE[0]}")/../lib/body.mjs" --bytes 1048576 >> "${GITHUB_STEP_SUMMARY:?}"
