#!/usr/bin/env bash
# Runs every test project, says which tests were skipped and why, and ends with one line of totals. With CI set in the environment,
# a skipped test is a failure, unless it is one of a CUDA device, of pandas, which no package of this project brings, or of two hosts, which
# not every container may make: those have Cuda, Pandas or Hosts in their class's name.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test Cppo.Pipeline.sln --no-build --nologo --logger "console;verbosity=normal" >"$log" 2>&1
status=$?
# Passing tests are silent; failures, skips and each project's summary are shown.
grep -vE '^ *(Passed|Determining|Restored|Build started|Test run for|VSTest|A total of|Starting test|\[xUnit)' "$log" | sed '/^ *$/d'
awk '/\[SKIP\]$/ { if ((getline) > 0) { sub(/^\[xUnit[^]]*\] */, ""); reasons[$0]++ } }
     END { for (reason in reasons) printf "%d skipped: %s\n", reasons[reason], reason }' "$log"
if [ -n "${CI:-}" ] && grep -E '^ *Skipped [A-Za-z]' "$log" | grep -vE '(Cuda|Pandas|Hosts)[A-Za-z]*\.' >/dev/null; then
    echo "Tests were skipped that need neither a CUDA device, nor pandas, nor two hosts; CI runs them all."
    status=1
fi
awk '/^ *Total tests:/ { next }
     /^ *Passed: +[0-9]+$/ { passed += $2 }
     /^ *Failed: +[0-9]+$/ { failed += $2 }
     /^ *Skipped: +[0-9]+$/ { skipped += $2 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit (passed == 0) }' "$log" || status=1
exit $status
