#!/usr/bin/env bash
# Runs `cutover run --changed` and keeps how it came out for the steps after it; never fails itself.
# Outputs: verdict, exit-code, evaluated, report, sarif.
set -euo pipefail
# A folder of the change that looks like a repository is not taken for one, nor a replacement for a commit.
export GIT_NO_REPLACE_OBJECTS=1
git() { command git -c safe.bareRepository=explicit "$@"; }
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
base="${GITHUB_BASE_REF:-}"
# A shallow checkout has the merge of the pull request and nothing of the branch it goes to.
if [ -n "$base" ] && ! git rev-parse --verify --quiet "refs/remotes/origin/$base" > /dev/null; then
  git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$base:refs/remotes/origin/$base" || echo "::notice::the branch $base could not be fetched"
fi
code=0
bash "$here/../shell/cutover.sh" || code=$?
CUTOVER_EXIT_CODE="$code" node "$here/../lib/outputs.mjs" "$code" >> "${GITHUB_OUTPUT:?}"
