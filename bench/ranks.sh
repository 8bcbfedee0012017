#!/usr/bin/env bash
# Two ranks of one thread against one process of two threads and two devices, in turns: the same updates of the 27M shape with random
# weights, which must have the same weights to the last bit; then two ranks that divide the optimizer's state. Prints the seconds of a step
# and how it divides, the peaks of memory, and the ratios of each round. The first three updates, while .NET compiles, are left out.
# MPIRUN names the launcher (mpirun --bind-to none), ROUNDS how many turns (3), UPDATES how many each (9), SHAPE the model's config.json;
# arguments go to the program.
set -euo pipefail
cd "$(dirname "$0")/.."
place=artifacts/ranks
program=bin/Debug/net10.0/Cppo.Pipeline.dll
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
read -ra launcher <<<"${MPIRUN:-mpirun --bind-to none}"
rm -rf "$place"
mkdir -p "$place/model"
cp "${SHAPE:-bench/medium.json}" "$place/model/config.json"
set=(
    --set run.directory="$place" --set run.updates="${UPDATES:-9}" --set model.path="$place/model" --set model.tokenizerPath=data/base-model
    --set model.randomInitialization=true --set 'reward.parts=[{ "name": "accuracy" }, { "name": "length" }]'
    --set rollout.group=8 --set rollout.maxNewTokens=32 --set prune.keep=4 --set update.questionsPerDevice=1 --set update.passes=1
    --set evaluation.before=false --set evaluation.after=false --set checkpoint.every=0 "$@"
)
two='["cpu","cpu"]'
lines() { tail -n +4 "$place/$1/metrics.jsonl"; }
hashes() { grep -o '"weights_hash":"[^"]*"' "$place/$1/metrics.jsonl"; }

# run, a pattern that ends where the number begins: its median over the updates.
median() {
    lines "$1" | awk -v key="$2" '{ print match($0, key "[0-9.eE+-]+") ? substr($0, RSTART + length(key)) + 0 : 0 }' | sort -g |
        awk '{ all[NR] = $1 } END { printf "%.4f", NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}
side() { lines "$1" | sed -E "s/.*\"$2\":\{([^}]*)\}.*/\1/" | awk -v key="\"$3\":" '{ print match($0, key "[0-9.eE+-]+") ? substr($0, RSTART + length(key)) + 0 : 0 }' |
    sort -g | awk '{ all[NR] = $1 } END { printf "%.4f", all[int((NR + 1) / 2)] }'; }

for ((round = 1; round <= ${ROUNDS:-3}; round++)); do
    rm -rf "$place/one" "$place/two" "$place/sharded"
    dotnet "$program" pipeline.json "${set[@]}" --set run.name=one --set model.threads=2 \
        --set update.devices="$two" --set rollout.devices="$two" >"$place/one.txt"
    "${launcher[@]}" -n 2 dotnet "$program" pipeline.json "${set[@]}" --set run.name=two --set model.threads=1 >"$place/two.txt"
    "${launcher[@]}" -n 2 dotnet "$program" pipeline.json "${set[@]}" --set run.name=sharded --set model.threads=1 \
        --set update.shardOptimizer=true >"$place/sharded.txt"
    diff <(hashes one) <(hashes two) && diff <(hashes one) <(hashes sharded)
    echo "round $round: the weights of all $(hashes one | wc -l) updates are equal"
    for run in one two sharded; do
        printf '  %-8s step %.3f s (rollouts %.3f, update %.3f), peak %.0f MiB' "$run" "$(median $run '"step_seconds":')" \
            "$(median $run '"rollout_seconds":')" "$(median $run '"update_seconds":')" \
            "$(median $run '"peak_bytes":' | awk '{ print $1 / 2 ^ 20 }')"
        [ $run = one ] && echo || printf '; update side: exchange %.3f s, %.1f MB, waiting %.3f s; rollouts: %.4f s, %.3f MB, waiting %.3f s\n' \
            "$(side $run exchange_seconds update)" "$(side $run exchange_bytes update | awk '{ print $1 / 1e6 }')" \
            "$(side $run ranks_waited_seconds update)" "$(side $run exchange_seconds rollout)" \
            "$(side $run exchange_bytes rollout | awk '{ print $1 / 1e6 }')" "$(side $run ranks_waited_seconds rollout)"
    done
    echo "$(median one '"step_seconds":') $(median two '"step_seconds":') $(median sharded '"step_seconds":')" >>"$place/steps.txt"
    tail -n 1 "$place/steps.txt" | awk '{ printf "  two ranks take %.3f of one process, with a divided optimizer %.3f\n", $2 / $1, $3 / $1 }'
done
