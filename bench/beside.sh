#!/usr/bin/env bash
# What a sink, or a program beside a run, costs its trainer: processor seconds an update, in turns with runs that have neither.
#   bench/beside.sh [--with KEY=VALUE]... [--beside COMMAND [--port N]] [--set KEY=VALUE]...
# --with     keys of the runs that are compared; --set: keys of all runs
# --beside   runs while such a run does, in bash, with RUNS and RUN in its environment: the directory of runs, and that of the run to come
# --port     the run begins when something listens on that port of 127.0.0.1
# ROUNDS (9) pairs of runs of UPDATES (48) updates; the first WARM (16) of each count for nothing, since there .NET compiles. MOST (e.g. 1.02):
# the script fails where the median is above. FILE (pipeline.json) is the pipeline; APP is another program.
# Printed: seconds of each pair and their ratio, at last the median of the ratios. Counted is the trainer's process alone (`processor_seconds`
# of metrics.jsonl), so that the command beside may take what it likes; the machine should do nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
app=${APP:-"dotnet run --no-build --project Cppo.Pipeline.csproj --"}
with=() all=() beside="" port="" helper=""
while [ $# -gt 0 ]; do
    case $1 in
        --with) with+=(--set "$2") ;;
        --set) all+=(--set "$2") ;;
        --beside) beside=$2 ;;
        --port) port=$2 ;;
        *) echo "bench/beside.sh: $1 is no option of it" >&2; exit 2 ;;
    esac
    shift 2
done

export RUNS RUN
RUNS=$(mktemp -d)
end_helper() {
    [ -z "$helper" ] || kill -- "-$helper" 2>/dev/null || true
    helper=""
}
trap 'end_helper; rm -rf "$RUNS"' EXIT

begin_helper() {
    [ -n "$beside" ] || return 0
    set -m # a group of its own, which can be ended as a whole
    bash -c "$beside" >"$RUNS/beside.log" 2>&1 &
    helper=$!
    set +m
    [ -n "$port" ] || return 0
    for _ in $(seq 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
        sleep 0.1
    done
    echo "bench/beside.sh: nothing listens on port $port:" >&2
    cat "$RUNS/beside.log" >&2
    exit 1
}

# Mean processor seconds of an update; name, further keys.
train() {
    local name=$1
    shift
    RUN=$RUNS/$name
    [ "${name#*-}" = plain ] || begin_helper
    $app "${FILE:-pipeline.json}" --set "run.directory=$RUNS" --set "run.name=$name" --set "run.updates=${UPDATES:-48}" \
        --set evaluation.before=false --set evaluation.after=false --set checkpoint.every=0 "$@" >"$RUNS/log" 2>&1 \
        || { cat "$RUNS/log" >&2; exit 1; }
    end_helper
    grep 'lost' "$RUNS/log" >&2 || true
    grep -o '"processor_seconds":[0-9.eE+-]*' "$RUN/metrics.jsonl" | cut -d: -f2 \
        | awk -v warm="${WARM:-16}" 'NR > warm { sum += $1; n++ } END { printf "%.6f\n", sum / n }' >"$RUNS/$name.seconds"
    rm -rf "${RUN:?}/checkpoints" "${RUN:?}/model"
}

for round in $(seq "${ROUNDS:-9}"); do
    # Each goes first in half of the rounds, so that what changes with time weighs on both.
    for kind in $([ $((round % 2)) = 1 ] && echo plain with || echo with plain); do
        if [ "$kind" = plain ]; then
            train "$round-plain" "${all[@]+"${all[@]}"}"
        else
            train "$round-with" "${all[@]+"${all[@]}"}" "${with[@]+"${with[@]}"}"
        fi
    done
    awk -v round="$round" 'NR == FNR { plain = $1; next } { printf "round %d: %.4f s an update without, %.4f s with, ratio %.4f\n", round, plain, $1, $1 / plain }' \
        "$RUNS/$round-plain.seconds" "$RUNS/$round-with.seconds" | tee -a "$RUNS/rounds"
done

sed 's/.*ratio //' "$RUNS/rounds" | sort -n | awk -v most="${MOST:-0}" '
    { ratio[NR] = $1 }
    END {
        median = NR % 2 ? ratio[(NR + 1) / 2] : (ratio[NR / 2] + ratio[NR / 2 + 1]) / 2
        printf "median ratio %.4f (%.4f to %.4f, %d rounds)\n", median, ratio[1], ratio[NR], NR
        exit most > 0 && median > most
    }'
