#!/usr/bin/env bash
# Memory of a rank that divides the optimizer's state: the shape of Qwen2.5-0.5B with random weights on 1, 2 and 4 ranks of this machine, two
# updates of the CPU recipe without a reference and a checkpoint after each. Prints what `config --explain` plans for rank 0, and the most that
# each rank held. Fails where rank 0's differ by more than 10 %. Four ranks want 21 GB.
# GSM8K=FILE.jsonl TOKENIZER=DIR name questions and tokenizer, RANKS the numbers of ranks (1 2 4), MPIRUN the launcher; arguments go to the program.
set -euo pipefail
cd "$(dirname "$0")/.."
gsm8k=${GSM8K:-data/gsm8k/train.jsonl} tokenizer=${TOKENIZER:-Qwen/Qwen2.5-1.5B-Instruct}
read -ra launcher <<<"${MPIRUN:-mpirun --bind-to none --oversubscribe}"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
place=$PWD/artifacts/rank-memory
export place
program=bin/Debug/net10.0/Cppo.Pipeline.dll
rm -rf "$place"
mkdir -p "$place"

# Runs a command and leaves the most memory that it held, in KiB, in a file of its rank.
# shellcheck disable=SC2016 # it is the ranks' shells that expand it
watched='"$@" & pid=$!
    while sleep 0.2; read -r _ kib _ < <(grep VmHWM "/proc/$pid/status" 2>/dev/null); do
        echo "$kib" >"$place/$name.rank${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}"
    done
    wait $pid'
failed=0
for ranks in ${RANKS:-1 2 4}; do
    export name=$ranks
    set=(
        recipes/gsm8k-qwen2.5-0.5b-cpu.json --set run.directory="$place" --set run.name="$name" --set run.updates=2
        --set model.path=recipes/shapes/qwen2.5-0.5b --set model.randomInitialization=true --set model.tokenizerPath="$tokenizer"
        --set data.train.path="$gsm8k" --set rollout.group=4 --set rollout.maxNewTokens=32 --set 'reward.parts=[{ "name": "length" }]'
        --set update.shardOptimizer=true --set update.passes=1 --set objective.beta=0 --set evaluation.after=false --set checkpoint.every=1
        --set checkpoint.keepLast=1 --set model.threads=1 "$@"
    )
    plan=$("${launcher[@]}" -n "$ranks" dotnet "$program" config "${set[@]}" --explain --json |
        awk '/"place": "memory"/ { found = 1 } found && /"bytes":/ { gsub(/[^0-9]/, ""); print; exit }')
    "${launcher[@]}" -n "$ranks" bash -c "$watched" rank dotnet "$program" "${set[@]}" >"$place/$name.txt" 2>&1 ||
        { tail -n 5 "$place/$name.txt"; exit 1; }
    rm -rf "${place:?}/$name/checkpoints" "${place:?}/$name/model"
    echo "$ranks ranks: planned $(awk -v b="$plan" 'BEGIN { printf "%.2f", b / 2^30 }') GiB; held" \
        "$(for file in "$place/$name".rank*; do awk '{ printf "%.2f ", $1 / 2^20 }' "$file"; done)GiB"
    awk -v plan="$plan" '{ ratio = $1 * 1024 / plan; exit !(ratio > 0.9 && ratio < 1.1) }' "$place/$name.rank0" || failed=1
done
exit $failed
