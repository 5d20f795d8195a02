#!/usr/bin/env bash
# pack.sh FOLDER: the tarball that is published, and its SHA-256 beside it.
set -euo pipefail
folder=$1
mkdir -p "$folder"
npm run --silent build
npm pack --silent --pack-destination "$folder" > /dev/null
cd "$folder"
sha256sum ./*.tgz | sed 's# \./# #' > SHA256SUMS
cat SHA256SUMS >&2
