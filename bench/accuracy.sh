#!/usr/bin/env bash
# Trains the embedded default as GRPO and as CPPO on the same questions, with several seeds, and prints the accuracy on the test
# questions with its 95 % interval, and the seconds that training took without the evaluations. Rollouts and updates alternate, as in the
# paper; --set update.maxStaleness=1 is pipeline.json's own.
#   bench/accuracy.sh [--set KEY=VALUE ...]
# SEEDS names other seeds than "1 2 3", KEEPS other numbers of kept completions than "2 1", APP another program.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
app=${APP:-"dotnet run --no-build --project Cppo.Pipeline.csproj --"}
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

# An update takes 16 questions of 16 completions each way: the capacity is 16 / 16 * 16 = 16 questions of GRPO, or of CPPO 16 * k / 16.
train() { # name, seed, the rest
    local name=$1 seed=$2
    shift 2
    $app pipeline.json --set "run.directory=$runs" --set "run.name=$name-$seed" --set "run.seed=$seed" --set evaluation.before=false --set update.maxStaleness=0 "$@" >"$runs/log" 2>&1 ||
        { cat "$runs/log" >&2; exit 1; }
    local line seconds
    line=$(tail -n 1 "$runs/$name-$seed/evaluations.jsonl")
    seconds=$(tail -n 1 "$runs/$name-$seed/metrics.jsonl" | sed 's/.*"elapsed_seconds":\([0-9.]*\).*/\1/')
    field() { sed "s/.*\"$1\":\([0-9.eE+-]*\).*/\1/" <<<"$line"; }
    awk -v name="$name" -v seed="$seed" -v a="$(field accuracy)" -v l="$(field accuracy_low)" -v h="$(field accuracy_high)" -v s="$seconds" \
        'BEGIN { printf "%-14s %4s %9.1f %%   %5.1f to %5.1f %% %9.1f s\n", name, seed, 100 * a, 100 * l, 100 * h, s }'
}

printf '%-14s %4s %11s   %15s %11s\n' way seed accuracy "95 % interval" training
for seed in ${SEEDS:-1 2 3}; do
    train GRPO "$seed" --set prune.rule=none --set update.questionsPerDevice=16 "$@"
    for keep in ${KEEPS:-2 1}; do
        train "CPPO-keep-$keep" "$seed" --set "prune.keep=$keep" --set "update.questionsPerDevice=$keep" "$@"
    done
done
