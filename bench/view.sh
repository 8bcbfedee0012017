#!/usr/bin/env bash
# What `view` takes of the processor beside a run that trains: its process's own seconds in each second, as the system counts them.
#   bench/view.sh [--set KEY=VALUE]...
# Three parts of EACH (20) seconds: nobody asks; a page is open in Chromium (CHROMIUM); a list of groups, filtered and sorted, is asked for
# every second. FILE (pipeline.json) is the pipeline, UPDATES (400) its updates, which are given up at the end; APP is another program.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
app=${APP:-"dotnet bin/Debug/net10.0/Cppo.Pipeline.dll"}
seconds=${EACH:-20}
runs=$(mktemp -d)
pids=()
end() {
    for pid in "${pids[@]+"${pids[@]}"}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$runs"
}
trap end EXIT

$app "${FILE:-pipeline.json}" --set "run.directory=$runs" --set run.name=live --set "run.updates=${UPDATES:-400}" --set evaluation.before=false \
    --set checkpoint.every=0 "$@" >"$runs/train.log" 2>&1 &
trainer=$!
pids+=("$trainer")
lines() { cat "$runs/live/metrics.jsonl" 2>/dev/null | wc -l; }
until [ "$(lines)" -ge 3 ]; do
    kill -0 "$trainer" 2>/dev/null || { cat "$runs/train.log" >&2; exit 1; }
    sleep 0.2
done

$app view "$runs" --port 0 >"$runs/view.log" 2>&1 &
view=$!
pids+=("$view")
until grep -q 'http://' "$runs/view.log"; do sleep 0.1; done
address=$(grep -o 'http://[0-9.:]*/' "$runs/view.log" | head -n 1)

# Hundredths of a second, user and system, of a process.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
part() {
    local name=$1 begin mine=0 theirs=0 first=0
    shift
    first=$(lines) mine=$(ticks "$view") theirs=$(ticks "$trainer") begin=$(date +%s.%N)
    "$@"
    awk -v name="$name" -v mine="$(($(ticks "$view") - mine))" -v theirs="$(($(ticks "$trainer") - theirs))" -v updates="$(($(lines) - first))" \
        -v begin="$begin" -v end="$(date +%s.%N)" 'BEGIN {
            printf "%-20s %.4f processor seconds a second of view, %.3f of the trainer (%d updates)\n", name, mine / 100 / (end - begin), theirs / 100 / (end - begin), updates
        }'
}

ask() {
    for _ in $(seq "$seconds"); do
        curl -sf -o /dev/null "${address}api/runs/live/groups?fate=kept&rewardMin=0.5&sort=-reward" &
        sleep 1
        wait $!
    done
}

curl -sf -o /dev/null "${address}api/runs/live/groups" # the index is begun, and .NET has compiled
sleep 5
part "nobody asks" sleep "$seconds"
part "a query a second" ask
if chromium=$(command -v "${CHROMIUM:-chromium}"); then
    "$chromium" --headless=new --no-sandbox --disable-gpu --user-data-dir="$runs/browser" --remote-debugging-port=0 \
        "$address#/curves?runs=live" >"$runs/browser.log" 2>&1 &
    pids+=($!)
    sleep 5
    part "a page is open" sleep "$seconds"
else
    echo "a page is open: not measured, since Chromium is missing (make setup-ci)"
fi
