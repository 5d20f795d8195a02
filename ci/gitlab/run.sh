#!/usr/bin/env bash
# Runs the check, writes one note on the merge request, and ends with the check's exit code.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
export CUTOVER_OUTPUT="${CUTOVER_OUTPUT:-reports/cutover}"
code=0
bash "$here/../shell/cutover.sh" || code=$?
export CUTOVER_EXIT_CODE="$code"
node "$here/../lib/gitlab-note.mjs" || echo 'the note on the merge request was not written' >&2
exit "$code"
