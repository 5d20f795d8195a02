#!/usr/bin/env bash
# Posts one comment on the pull request, or updates the one of an earlier run. Never fails: the result is in the job summary too.
set -euo pipefail
node "$(dirname "${BASH_SOURCE[0]}")/../lib/github-comment.mjs" || echo "::warning::the comment on the pull request was not written"
