#!/usr/bin/env bash
# publish.sh FOLDER TAG: publishes the tarball of pack.sh, and nothing that was changed since. NODE_AUTH_TOKEN: the registry's token.
set -euo pipefail
folder=$1 tag=$2
cd "$folder"
sha256sum --check --strict SHA256SUMS >&2
tarballs=(./*.tgz)
[ "${#tarballs[@]}" -eq 1 ] || { echo "error: ${#tarballs[@]} tarballs in $folder, one is published" >&2; exit 2; }
: "${NODE_AUTH_TOKEN:?is the token of the package registry}"
registry=$(npm config get registry)
# npm reads the variable when it publishes; the token itself is never stored in a file.
npm config set --location=project "//${registry#*//}:_authToken" '${NODE_AUTH_TOKEN}'
# A pre-release must not become what `npm install` takes.
case "$tag" in *-*) channel=next ;; *) channel=latest ;; esac
npm publish "${tarballs[0]}" --provenance --access public --tag "$channel"
