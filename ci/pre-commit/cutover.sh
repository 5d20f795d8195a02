#!/usr/bin/env bash
# Before a commit: where a version, a policy or a configuration is part of it, says whether the lock goes with it.
# Nothing is evaluated. Use it through the pre-commit framework, or as .git/hooks/pre-commit itself.
# CUTOVER_SPECS  which files count, as an extended regular expression
set -euo pipefail
specs="${CUTOVER_SPECS:-(^|/)(cutover[^/]*\.(ya?ml|lock)|policy[^/]*\.ya?ml|versions/.*\.ya?ml)$}"
if [ "$#" -gt 0 ]; then files="$(printf '%s\n' "$@")"; else files="$(git diff --cached --name-only)"; fi
grep -Eq "$specs" <<< "$files" || exit 0
if [ -n "${CUTOVER_BIN:-}" ]; then cutover=(node "$CUTOVER_BIN"); else cutover=(npx --no-install cutover); fi
exec "${cutover[@]}" lock --check --base HEAD --config "${CUTOVER_CONFIG:-cutover.yaml}"
