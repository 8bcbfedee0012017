#!/usr/bin/env bash
# How time and memory grow with the work: twice the questions, and completions of twice the length, against the plain workload.
#   bench/linear.sh [flags of bench]
# ROUNDS=3 goes round that often and takes the medians: a shared machine changes its speed from minute to minute.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/bench/medians.sh"
app=${APP:-"dotnet run --no-build --project $root/Cppo.Pipeline.csproj --"}
arguments=("$@")
case " $* " in *" --config "*) ;; *) arguments+=(--config "$root/bench/small.json") ;; esac
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

measure() { $app bench "${arguments[@]}" "${@:2}" 2>/dev/null | tail -n 1 >>"$results/$1"; }
for _ in $(seq "${ROUNDS:-1}"); do
    measure plain --questions 16 --completion 64
    measure questions --questions 32 --completion 64
    measure length --questions 16 --completion 128
done

printf '%-20s %10s %16s %16s\n' "" plain "2 x questions" "2 x length"
for key in rollout_seconds grpo_update_seconds cppo_update_seconds peak_memory_mib; do
    awk -v key="$key" -v a="$(median "$results/plain" "$key")" -v b="$(median "$results/questions" "$key")" -v c="$(median "$results/length" "$key")" \
        'BEGIN { printf "%-20s %10.3f %9.3f %4.2f x %8.3f %4.2f x\n", key, a, b, b / a, c, c / a }'
done
