#!/usr/bin/env bash
# Rollouts beside the update (update.maxStaleness 1) against rollouts and updates in alternation (0), on the embedded default:
# how long a step takes, in turns in one process, and how well the trained models answer the test questions, seed by seed on the same ones.
#   bench/overlap.sh [--set KEY=VALUE ...]
# ROUNDS (9) and UPDATES (24) are those of `bench overlap`; SEEDS ("1 2 3") may be empty; APP is another program.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
app=${APP:-"dotnet run --no-build --project Cppo.Pipeline.csproj --"}
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

$app bench overlap pipeline.json --rounds "${ROUNDS:-9}" --updates "${UPDATES:-24}" "$@"

train() { # seed, staleness, the rest
    local seed=$1 staleness=$2
    shift 2
    $app pipeline.json --set "run.directory=$runs" --set "run.name=$seed-$staleness" --set "run.seed=$seed" --set "update.maxStaleness=$staleness" \
        --set evaluation.before=false --set evaluation.after=false --set checkpoint.every=0 "$@" >"$runs/log" 2>&1 || { cat "$runs/log" >&2; exit 1; }
}

for seed in ${SEEDS-1 2 3}; do
    train "$seed" 0 "$@"
    train "$seed" 1 "$@"
    $app eval pipeline.json --model "$runs/$seed-1/model" --against "$runs/$seed-0/model" >"$runs/eval" 2>"$runs/log" || { cat "$runs/log" >&2; exit 1; }
    # Of the comparison: accuracy with 0, with 1, the difference in points with its interval, questions won, lost and tied, p.
    echo "seed $seed: accuracy with 0, with 1, difference, 95 % interval, won, lost, tied, p"
    grep '^strict' "$runs/eval"
done
