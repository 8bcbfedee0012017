#!/usr/bin/env bash
# How time and memory grow with the work: twice the questions, and completions of twice the length, against the plain workload.
#   bench/linear.sh [flags of bench]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
app=${APP:-"dotnet run --no-build --project $root/Cppo.Pipeline.csproj --"}
arguments=("$@")
case " $* " in *" --config "*) ;; *) arguments+=(--config "$root/bench/small.json") ;; esac

measure() { $app bench "${arguments[@]}" "$@" 2>/dev/null | tail -n 1; }
value() { sed "s/.*\"$2\":\([0-9.]*\).*/\1/" <<<"$1"; }
plain=$(measure --questions 16 --completion 64)
questions=$(measure --questions 32 --completion 64)
length=$(measure --questions 16 --completion 128)
printf '%-20s %10s %16s %16s\n' "" plain "2 x questions" "2 x length"
for key in rollout_seconds grpo_update_seconds cppo_update_seconds peak_memory_mib; do
    awk -v key="$key" -v a="$(value "$plain" "$key")" -v b="$(value "$questions" "$key")" -v c="$(value "$length" "$key")" \
        'BEGIN { printf "%-20s %10.3f %9.3f %4.2f x %8.3f %4.2f x\n", key, a, b, b / a, c, c / a }'
done
