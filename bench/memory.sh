#!/usr/bin/env bash
# Plan and truth of memory on the shape of Qwen2.5-0.5B with random weights: for some configurations of the CPU recipe one update each, what
# `config --explain` plans and the most that the process held. Fails where they differ by more than 10 %.
# GSM8K=FILE.jsonl TOKENIZER=DIR name questions and tokenizer, TOKENS the length of completions (64); arguments go to the program.
set -euo pipefail
cd "$(dirname "$0")/.."
gsm8k=${GSM8K:-data/gsm8k/train.jsonl} tokenizer=${TOKENIZER:-Qwen/Qwen2.5-1.5B-Instruct} tokens=${TOKENS:-64}
place=artifacts/memory
program=bin/Debug/net10.0/Cppo.Pipeline.dll
rm -rf "$place"
mkdir -p "$place"

# The plan's bytes of the machine's memory.
planned() {
    dotnet "$program" config recipes/gsm8k-qwen2.5-0.5b-cpu.json --explain --json "$@" |
        awk '/"place": "memory"/ { found = 1 } found && /"bytes":/ { gsub(/[^0-9]/, ""); print; exit }'
}

# The last line's number of a key.
last() {
    tail -n 1 "$1/metrics.jsonl" | sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p"
}

failed=0
measure() {
    local name=$1
    shift
    local set=(
        --set run.directory="$place" --set run.name="$name" --set run.updates=1 --set model.path=recipes/shapes/qwen2.5-0.5b
        --set model.randomInitialization=true --set model.tokenizerPath="$tokenizer" --set data.train.path="$gsm8k"
        --set rollout.maxNewTokens="$tokens" --set evaluation.after=false --set checkpoint.every=0 "$@"
    )
    local plan truth
    plan=$(planned "${set[@]}")
    dotnet "$program" recipes/gsm8k-qwen2.5-0.5b-cpu.json "${set[@]}" >"$place/$name.txt" 2>&1 || { tail -n 5 "$place/$name.txt"; exit 1; }
    truth=$(last "$place/$name" peak_bytes)
    rm -rf "$place/$name/checkpoints" "$place/$name/model"
    awk -v name="$name" -v plan="$plan" -v truth="$truth" 'BEGIN {
        ratio = truth / plan
        printf "%-24s plan %6.2f GiB   peak %6.2f GiB   %.3f\n", name, plan / 2^30, truth / 2^30, ratio
        exit !(ratio > 0.9 && ratio < 1.1) }' || failed=1
}

measure recipe "$@"
measure no-reference --set objective.beta=0 "$@"
measure fp32 --set model.reference.precision=fp32 --set update.momentPrecision=fp32 "$@"
measure beside --set update.maxStaleness=1 "$@"
measure int8 --set rollout.precision=int8 "$@"
measure all-layers --set model.recomputeActivations=false "$@"
measure lora --set model.lora.rank=16 --set model.lora.basePrecision=bf16 --set update.learningRate=1e-5 "$@"
exit $failed
