#!/usr/bin/env bash
# Finds or installs cutover and says where: output `bin`. On a pull request the tool that judges never comes from the change.
# CUTOVER_VERSION: install this version of the package. Else the code of the action itself, where a workflow names it by commit or
# from the base; where the action lies in the change's node_modules, what the lock file of the base installs. On no pull request:
# what the project depends on.
set -euo pipefail
# A folder of the change that looks like a repository is not taken for one, nor a replacement for a commit.
export GIT_NO_REPLACE_OBJECTS=1
git() { command git -c safe.bareRepository=explicit "$@"; }
action="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
log() { echo "cutover: $*" >&2; }
depends() { [ -e "$1/package.json" ] && node -e 'const { dependencies = {}, devDependencies = {} } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")); process.exit("cutover" in { ...dependencies, ...devDependencies } ? 0 : 1)' "$1/package.json"; }
# The commit that the event names; a branch's whole ref where it names none, so that no tag is taken for it.
base_of_event() {
  [ -n "${GITHUB_BASE_REF:-}" ] || return 0
  local sha=""
  [ ! -f "${GITHUB_EVENT_PATH:-}" ] || sha="$(node -e 'console.log(JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).pull_request?.base?.sha ?? "")' "$GITHUB_EVENT_PATH")"
  echo "${sha:-refs/remotes/origin/$GITHUB_BASE_REF}"
}

version="${CUTOVER_VERSION:-}"
base="$(base_of_event)"
if [ -n "$version" ]; then
  case "$version" in *[!A-Za-z0-9.+^~-]*) echo "::error::version: $version is no version of a package" && exit 2 ;; esac
  folder="${RUNNER_TEMP:?}/cutover/package"
  mkdir -p "$folder"
  printf '{"private":true}\n' > "$folder/package.json"
  log "installing version $version"
  npm install --prefix "$folder" --no-audit --no-fund "cutover@$version" >&2
  bin="$folder/node_modules/cutover/dist/cli/bin.js"
elif [ -n "$base" ] && [ "$action" = "$PWD/node_modules/cutover" ]; then
  tree="${RUNNER_TEMP:?}/cutover/base"
  log "installing what the lock file of the base names"
  git rev-parse --verify --quiet "$base^{commit}" > /dev/null || git fetch --quiet --no-tags --depth=1 origin "${GITHUB_BASE_REF:?}"
  [ -e "$tree" ] || git worktree add --quiet --detach "$tree" "$base" >&2
  folder="$tree/$(git rev-parse --show-prefix)"
  depends "$folder" || { echo "::error::the base branch does not depend on cutover yet: merge that in a change before this one" && exit 2; }
  (cd "$folder" && npm ci --no-audit --no-fund) >&2
  bin="${folder%/}/node_modules/cutover/dist/cli/bin.js"
elif [ -z "$base" ] && [ -e node_modules/cutover/dist/cli/bin.js ]; then
  log "the project's own"
  bin="$PWD/node_modules/cutover/dist/cli/bin.js"
elif [ -z "$base" ] && depends .; then
  log "installing what the project depends on"
  npm ci --no-audit --no-fund >&2
  bin="$PWD/node_modules/cutover/dist/cli/bin.js"
else
  # Out of an installed package it is built already; out of a checkout of the action it is not.
  if ! node "$action/dist/cli/bin.js" --version > /dev/null 2>&1; then
    log "building the action's own code"
    (cd "$action" && npm ci --no-audit --no-fund && npm run build) >&2
  fi
  bin="$action/dist/cli/bin.js"
fi
echo "bin=$bin" >> "${GITHUB_OUTPUT:?}"
