#!/usr/bin/env bash
# Finds or installs cutover and says where: output `bin`.
# CUTOVER_VERSION: install this version of the package. Else what the project depends on; else the code of the action itself.
set -euo pipefail
action="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
log() { echo "cutover: $*" >&2; }

version="${CUTOVER_VERSION:-}"
if [ -n "$version" ]; then
  case "$version" in *[!A-Za-z0-9.+^~-]*) echo "::error::version: $version is no version of a package" && exit 2 ;; esac
  folder="${RUNNER_TEMP:?}/cutover/package"
  mkdir -p "$folder"
  printf '{"private":true}\n' > "$folder/package.json"
  log "installing version $version"
  npm install --prefix "$folder" --no-audit --no-fund "cutover@$version" >&2
  bin="$folder/node_modules/cutover/dist/cli/bin.js"
elif [ -e node_modules/cutover/dist/cli/bin.js ]; then
  log "the project's own"
  bin="$PWD/node_modules/cutover/dist/cli/bin.js"
elif [ -e package.json ] && node -e 'const { dependencies = {}, devDependencies = {} } = JSON.parse(require("node:fs").readFileSync("package.json", "utf8")); process.exit("cutover" in { ...dependencies, ...devDependencies } ? 0 : 1)'; then
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
