#!/usr/bin/env bash
# What a GPU has to show, on a machine without network and .NET; bench/gpu-publish.sh packs what it needs.
#   tar -xJf gpu.tar.xz && bash bench/gpu.sh LIBTORCH
# LIBTORCH is the directory of a libtorch's libraries, such as torch/lib of a Python installation. Runs the golden tests, the embedded job
# with one device, with two replicas on it and, where there are two GPUs, by two processes that sum gradients with NCCL; and rollouts and
# updates of Qwen2.5's shapes in float32 and bfloat16. Prints a table and a line of JSON; what the programs print is in gpu-logs/. MFU is the
# share of what a large matrix product reaches there in the same type. DEVICE names another device than cuda:0, SHAPES other files than those
# of 0.5 and 1.5 billion parameters, LIMIT other seconds for each part than 150, WORK other flags of `bench`, PORT another one for the two
# processes to meet at than 29500.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ -d "${1:-}" ] || { echo "usage: bench/gpu.sh LIBTORCH: the directory that holds libtorch_cpu.so" >&2; exit 2; }
CPPO_LIBTORCH=$(cd "$1" && pwd)
export CPPO_LIBTORCH CPPO_GOLDEN=$root/golden
program=$root/program
device=${DEVICE:-cuda:0}
logs=$PWD/gpu-logs
rm -rf "$logs"
mkdir -p "$logs"
rows=()
status=0
[[ $device == cuda* ]] && { nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader || true; }

# The most memory that the device held, in MiB, sampled five times a second; 0 without nvidia-smi.
sample() { while sleep 0.2; do nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits 2>/dev/null | head -n 1; done; }

# name, command...: runs it within its limit, keeps its output, and leaves result, seconds and peak.
part() {
    local name=$1 sampler start
    shift
    sample >"$logs/$name.memory" & sampler=$!
    start=$(date +%s.%N)
    timeout "${LIMIT:-150}" "$@" >"$logs/$name.log" 2>&1
    result=$?
    seconds=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    kill "$sampler" 2>/dev/null
    wait "$sampler" 2>/dev/null
    peak=$(sort -n "$logs/$name.memory" | tail -n 1)
    peak=${peak:-0}
    [ "$result" = 0 ] || { status=1; echo "$name: exit $result; $(tail -n 1 "$logs/$name.log")" >&2; }
}

value() { sed -n "s/.*\"$2\": *\"\{0,1\}\([^,}\"]*\).*/\1/p" "$1" | tail -n 1; }
line() { printf '%-34s %8s %10s %12s %8s %10s\n' "$@"; }
record() { rows+=("{\"part\":\"$1\",\"exit\":$result,\"seconds\":$seconds,\"peak_device_mib\":$peak${2:+,$2}}"); }

line part exit seconds tokens/s MFU "peak MiB"
golden() { # name, text of the tests' names
    part "$1" "$program/Model.Tests" "$2"
    line "$1: $(tail -n 1 "$logs/$1.log")" "$result" "$seconds" - - "$peak"
    record "$1" "\"outcome\":\"$(tail -n 1 "$logs/$1.log")\""
}
text=$device
[ "$device" = cpu ] && text=torch
golden golden "$text"
golden golden-bf16 "Bf16_compute_is_of_the_same_magnitude($device"

job() { # name, devices, overrides...
    local name=$1 devices=$2
    shift 2
    (cd "$root" && part "$name" "$program/Cppo.Pipeline" pipeline.json --set "run.directory=$logs/runs" --set "run.name=$name" \
        --set model.engine=torch --set "update.devices=$devices" --set "rollout.devices=[\"$device\"]" "$@"
        echo "result=$result seconds=$seconds peak=$peak status=$status" >"$logs/$name.state")
    # The part ran in a subshell.
    # shellcheck disable=SC1090,SC1091
    eval "$(cat "$logs/$name.state")"
    line "$name" "$result" "$seconds" - - "$peak"
    record "$name" "\"outcome\":\"$(grep '^after' "$logs/$name.log" | tail -n 1 | tr -d '"')\""
}
job embedded "[\"$device\"]"
job embedded-two-replicas "[\"$device\",\"$device\"]" --set update.questionsPerDevice=1

# Two processes with a GPU each, which find one another without MPI and sum gradients by NCCL; twice. Weights must be the same on both ranks,
# which a run compares itself after each update, and in both runs.
nccl_run() { # run's name
    local rank pids=() failed=0 pid
    for rank in 0 1; do
        RANK=$rank WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT="${PORT:-29500}" \
            "$program/Cppo.Pipeline" pipeline.json --set "run.directory=$logs/runs" --set "run.name=$1" --set model.engine=torch \
            --set 'update.devices=["cuda:0","cuda:1"]' --set 'rollout.devices=["cuda:0","cuda:1"]' --set update.collective=nccl \
            --set update.questionsPerDevice=1 >"$logs/$1.rank$rank.log" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    cat "$logs/$1".rank?.log
    return $failed
}

gpus=$(nvidia-smi --list-gpus 2>/dev/null | grep -c '^GPU')
if [ "$gpus" -ge 2 ]; then
    export -f nccl_run
    export program logs
    cd "$root" || exit 2
    failed=0
    for name in nccl-1 nccl-2; do
        part "$name" bash -c "nccl_run $name"
        [ "$result" = 0 ] || failed=1
        line "$name" "$result" "$seconds" - - "$peak"
        record "$name" "\"outcome\":\"$(grep -h '^weights' "$logs/$name.log" | tail -n 1)\""
    done
    first=$(grep -h '^weights' "$logs/nccl-1.log") second=$(grep -h '^weights' "$logs/nccl-2.log")
    result=1 seconds=0
    if [ $failed = 0 ] && [ -n "$first" ] && [ "$first" = "$second" ]; then result=0; else status=1; fi
    line "nccl: equal weights twice" "$result" - - - -
    record nccl-equal
    cd "$OLDPWD" || exit 2
else
    reason="not run: $([ "$gpus" = 1 ] && echo one GPU || echo no GPU)"
    line nccl "$reason" - - - -
    rows+=("{\"part\":\"nccl\",\"outcome\":\"$reason\"}")
fi

for shape in ${SHAPES:-"$root/bench/qwen2.5-0.5b.json" "$root/bench/qwen2.5-1.5b.json"}; do
    for type in float32 bfloat16; do
        name=$(basename "$shape" .json)-$type
        # shellcheck disable=SC2086 # WORK is a list of flags
        part "$name" "$program/Cppo.Pipeline" bench --config "$shape" --engine torch --device "$device" --compute-type "$type" \
            ${WORK:---questions 4 --group 16 --prompt 128 --completion 256 --iterations 1 --repeat 1}
        last=$(tail -n 1 "$logs/$name.log")
        for phase in rollout grpo_update cppo_update; do
            echo "$last" >"$logs/$name.json"
            line "$name $phase" "$result" "$(value "$logs/$name.json" "${phase}_seconds")" "$(value "$logs/$name.json" "${phase}_tokens_per_second")" \
                "$(value "$logs/$name.json" "${phase}_share_of_matrix_product" | awk '{ printf "%.3f", $1 }')" "$peak"
        done
        if [ "$result" = 0 ]; then record "$name" "\"bench\":$last"; else record "$name"; fi
    done
done
(IFS=,; echo "{\"device\":\"$device\",\"parts\":[${rows[*]}]}")
exit $status
