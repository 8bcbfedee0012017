#!/usr/bin/env bash
# The CPU recipe at its real size: GSM8K's questions, Qwen2.5's tokenizer, and random weights of the 0.5B shape, which learn nothing but cost
# what trained ones cost. Prints plan and peak of two updates; then makes the same run again, kills it in its second update, continues it,
# and compares weights, metrics and completions of both, to the last bit.
# GSM8K=FILE.jsonl TOKENIZER=DIR name questions and tokenizer, TOKENS the length of completions (64); arguments go to the program.
set -euo pipefail
cd "$(dirname "$0")/.."
gsm8k=${GSM8K:-data/gsm8k/train.jsonl} tokenizer=${TOKENIZER:-Qwen/Qwen2.5-1.5B-Instruct} tokens=${TOKENS:-64}
place=artifacts/real-size
program=bin/Debug/net10.0/Cppo.Pipeline.dll
recipe=recipes/gsm8k-qwen2.5-0.5b-cpu.json
set=(
    --set run.directory="$place" --set run.updates=2 --set model.path=recipes/shapes/qwen2.5-0.5b --set model.randomInitialization=true
    --set model.tokenizerPath="$tokenizer" --set data.train.path="$gsm8k" --set rollout.maxNewTokens="$tokens"
    --set evaluation.after=false --set checkpoint.every=1 --set checkpoint.keepLast=1 "$@"
)
rm -rf "$place"
mkdir -p "$place"

echo "== plan"
dotnet "$program" config $recipe --explain "${set[@]}"
plan=$(dotnet "$program" config $recipe --explain --json "${set[@]}" |
    awk '/"place": "memory"/ { found = 1 } found && /"bytes":/ { gsub(/[^0-9]/, ""); print; exit }')

echo "== two updates"
dotnet "$program" $recipe "${set[@]}" --set run.name=whole
awk -v plan="$plan" 'match($0, /"peak_bytes":[0-9]+/) { peak = substr($0, RSTART + 13, RLENGTH - 13) }
    match($0, /"step_seconds":[0-9.]+/) { seconds = seconds " " substr($0, RSTART + 15, RLENGTH - 15) }
    END { printf "plan %.2f GiB, peak %.2f GiB, ratio %.3f; seconds of each update:%s\n", plan / 2^30, peak / 2^30, peak / plan, seconds
          exit !(peak / plan > 0.9 && peak / plan < 1.1) }' "$place/whole/metrics.jsonl"
rm -rf "$place/whole/checkpoints"

echo "== killed in the second update, and continued"
dotnet "$program" $recipe "${set[@]}" --set run.name=killed >"$place/killed.txt" 2>&1 &
pid=$!
trap 'kill -KILL "$pid" 2>/dev/null || true' EXIT
until [ -e "$place/killed/saved.json" ] && [ -e "$place/killed/checkpoints/step-000001/state.json" ]; do
    kill -0 "$pid" 2>/dev/null || { tail -n 5 "$place/killed.txt"; exit 1; }
    sleep 1
done
sleep "${KILL_AFTER:-20}"
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
trap - EXIT
if [ "$(wc -l <"$place/killed/metrics.jsonl")" != 1 ]; then
    echo "The second update was over before the kill; give a smaller KILL_AFTER."
    exit 1
fi

dotnet "$program" $recipe "${set[@]}" --set run.name=killed --set run.resume=true

echo "== both runs, to the last bit"
dotnet "$program" bisect "$place/whole" "$place/killed"
cmp "$place/whole/model/model.safetensors" "$place/killed/model/model.safetensors"
for step in 000000 000001; do
    test -s "$place/whole/completions/step-$step.parquet"
done
echo "equal: weights, metrics and completions"
