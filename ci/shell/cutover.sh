#!/usr/bin/env bash
# The check for any CI: compares cutover.lock of the base branch with this checkout, evaluates where a version changed.
#   npm ci && bash node_modules/cutover/ci/shell/cutover.sh
# CUTOVER_CONFIG  configuration                      (cutover.yaml)
# CUTOVER_BASE    branch that the change goes to     (asked from GitHub's and GitLab's variables, else the default branch)
# CUTOVER_OUTPUT  report folder, may be elsewhere    (reports/cutover)
# CUTOVER_CACHE   vectors kept between runs          (the configuration's)
# CUTOVER_BIN     the program                        (that of the package that this script is of)
# Exit codes: 0 pass, 1 failed, 2 could not be evaluated, 3 inconclusive.
set -uo pipefail
output="${CUTOVER_OUTPUT:-reports/cutover}"
# Through a link that came with the change, files anywhere on the machine would be written over. Links above the checkout are CI's own.
path="${output#"$PWD"/}/cutover.log"
while [ "$path" != . ] && [ "$path" != / ]; do
  if [ -L "$path" ]; then echo "error  $path is a symbolic link: name another folder by CUTOVER_OUTPUT" >&2; exit 2; fi
  case "$output" in "$PWD"/* | [!/]*) path="$(dirname "$path")" ;; *) break ;; esac
done
mkdir -p "$output" || exit 2
# What an earlier run left must not be taken for this one's answer; what nobody of us wrote there stays.
if [ -f "$output/manifests/folder.json" ]; then rm -f "$output"/change.json "$output"/change.md "$output"/change.xml "$output"/change.sarif; fi
bin="${CUTOVER_BIN:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/dist/cli/bin.js}"
command=(run --changed --config "${CUTOVER_CONFIG:-cutover.yaml}" --output "$output")
[ -z "${CUTOVER_BASE:-}" ] || command+=(--base "$CUTOVER_BASE")
CI="${CI:-true}" node "$bin" "${command[@]}" 2>&1 | tee "$output/cutover.log"
code="${PIPESTATUS[0]}"
# Without an answer in the folder nothing failed the gate: whatever ended the program, it could not be evaluated.
[ -f "$output/change.json" ] || [ "$code" -ge 2 ] || code=2
exit "$code"
