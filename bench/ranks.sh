#!/usr/bin/env bash
# Two ranks of one thread against one process of two threads and two devices: the same updates of the 27M shape with random weights, which
# must have the same weights to the last bit; then two ranks that divide the optimizer's state. Prints seconds of a step, and peaks of memory.
# MPIRUN names the launcher (mpirun), UPDATES how many (4), SHAPE the model's config.json; arguments go to the program.
set -euo pipefail
cd "$(dirname "$0")/.."
place=artifacts/ranks
program=bin/Debug/net10.0/Cppo.Pipeline.dll
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
rm -rf "$place"
mkdir -p "$place/model"
cp "${SHAPE:-bench/medium.json}" "$place/model/config.json"
set=(
    --set run.directory="$place" --set run.updates="${UPDATES:-4}" --set model.path="$place/model" --set model.tokenizerPath=data/base-model
    --set model.randomInitialization=true --set 'reward.parts=[{ "name": "accuracy" }, { "name": "length" }]'
    --set rollout.group=8 --set rollout.maxNewTokens=32 --set prune.keep=4 --set update.questionsPerDevice=1 --set update.passes=1
    --set evaluation.before=false --set evaluation.after=false --set checkpoint.every=0 "$@"
)
two='["cpu","cpu"]'
dotnet "$program" pipeline.json "${set[@]}" --set run.name=one --set model.threads=2 --set update.devices="$two" --set rollout.devices="$two" >"$place/one.txt"
"${MPIRUN:-mpirun}" -n 2 dotnet "$program" pipeline.json "${set[@]}" --set run.name=two --set model.threads=1 >"$place/two.txt"
"${MPIRUN:-mpirun}" -n 2 dotnet "$program" pipeline.json "${set[@]}" --set run.name=sharded --set model.threads=1 \
    --set update.shardOptimizer=true >"$place/sharded.txt"

hashes() { grep -o '"weights_hash":"[^"]*"' "$place/$1/metrics.jsonl"; }
number() { awk -v key="\"$2\":" '{ if (NR > 1 && match($0, key "[0-9.eE+-]+")) { sum += substr($0, RSTART + length(key), RLENGTH - length(key)); n++ } }
    END { printf "%.3f", sum / n }' "$place/$1/metrics.jsonl"; }
diff <(hashes one) <(hashes two) && diff <(hashes one) <(hashes sharded) && echo "the weights of all $(hashes one | wc -l) updates are equal"
for run in one two sharded; do
    echo "$run: step $(number $run step_seconds) s, rollouts $(number $run rollout_seconds) s, update $(number $run update_seconds) s," \
        "peak $(number $run peak_bytes | awk '{ printf "%.0f", $1 / 2^20 }') MiB"
done
awk -v one="$(number one step_seconds)" -v two="$(number two step_seconds)" 'BEGIN { printf "two ranks take %.3f of one process\n", two / one }'
