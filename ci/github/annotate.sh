#!/usr/bin/env bash
# Prints workflow commands that put what failed beside the files of the change.
set -euo pipefail
node "$(dirname "${BASH_SOURCE[0]}")/../lib/annotations.mjs"
