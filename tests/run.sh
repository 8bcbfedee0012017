#!/usr/bin/env bash
# Runs every test project, says which tests were skipped and why, and ends with one line of totals. With CI set, only tests of CUDA and of
# data that is not beside the project may be skipped.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test Cppo.Pipeline.sln --no-build --nologo --logger "console;verbosity=normal" >"$log" 2>&1
status=$?
# Passing tests are silent; failures, skips and each project's summary are shown.
grep -vE '^ *(Passed|Determining|Restored|Build started|Test run for|VSTest|A total of|Starting test|\[xUnit)' "$log" | sed '/^ *$/d'
if [ -n "${CI:-}" ]; then
    # A skipped test's line is followed by one that says "Error Message:" and one with the reason.
    skipped=$(awk '/^ *Skipped [A-Za-z]/ { name = $2; left = 2; next } left > 0 && --left == 0 && !/CUDA|CPPO_DATA/ { print name ":" $0 }' "$log")
    if [ -n "$skipped" ]; then
        printf 'tests that CI may not skip were skipped:\n%s\n' "$skipped" >&2
        status=1
    fi
fi
awk '/^ *Total tests:/ { next }
     /^ *Passed: +[0-9]+$/ { passed += $2 }
     /^ *Failed: +[0-9]+$/ { failed += $2 }
     /^ *Skipped: +[0-9]+$/ { skipped += $2 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit (passed == 0) }' "$log" || status=1
exit $status
