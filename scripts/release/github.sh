#!/usr/bin/env bash
# github.sh FOLDER TAG NOTES: a release on GitHub with the tarball and its SHA-256. GH_TOKEN: may write contents.
set -euo pipefail
folder=$1 tag=$2 notes=$3
kind=()
case "$tag" in *-*) kind=(--prerelease) ;; esac
gh release create "$tag" --verify-tag --title "$tag" --notes-file "$notes" "${kind[@]}" "$folder"/*.tgz "$folder/SHA256SUMS"
