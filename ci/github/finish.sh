#!/usr/bin/env bash
# Ends the job with the exit code of the run: 0 pass, 1 failed, 2 could not be evaluated, 3 inconclusive.
set -euo pipefail
exit "${CUTOVER_EXIT_CODE:-2}"
