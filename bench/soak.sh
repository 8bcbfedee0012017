#!/usr/bin/env bash
# Trains the smallest model for long (bench/soak.json) and prints what its process holds every EVERY updates (1000): memory, threads and
# open files. Fails where the last sample holds more than the one a fifth of the way: a tenth more memory, or three threads or files.
# Arguments go to the program: bash bench/soak.sh --set run.updates=1500
set -euo pipefail
cd "$(dirname "$0")/.."
every=${EVERY:-1000}
place=artifacts/soak
rm -rf "$place"
mkdir -p "$place"
dotnet bin/Debug/net10.0/Cppo.Pipeline.dll bench/soak.json --set "run.directory=$place" "$@" >"$place/log.txt" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT

# MiB, threads and open files; a dash where the system does not tell. Nothing once the process has ended.
held() {
    if [ -r "/proc/$pid/status" ]; then
        local files
        files=$(ls "/proc/$pid/fd" 2>/dev/null | wc -l)
        awk -v files="$files" '/^VmRSS:/ { memory = $2 } /^Threads:/ { threads = $2 }
            END { if (memory > 0 && files > 0) printf "%.1f %d %d", memory / 1024, threads, files }' "/proc/$pid/status" 2>/dev/null
    else
        ps -o rss= -p "$pid" | awk '{ printf "%.1f - -", $1 / 1024 }'
    fi
}

keep() {
    printf '%6d updates %8s MiB %4s threads %4s open files\n' $1 $2 $3 $4
    echo "$1 $2 $3 $4" >>"$place/samples.txt"
}

next=$every kept=0 latest=""
while kill -0 "$pid" 2>/dev/null; do
    step=$(tail -qn 1 "$place"/*/metrics.jsonl 2>/dev/null | sed -n 's/.*"step":\([0-9]*\).*/\1/p') || true
    now=$(held) || true
    if [ -n "$step" ] && [ -n "$now" ]; then
        latest="$((step + 1)) $now"
        if [ $((step + 1)) -ge "$next" ]; then
            keep $latest
            kept=$((step + 1))
            next=$(((kept / every + 1) * every))
        fi
    fi
    sleep 0.2
done
wait "$pid" || { tail -n 5 "$place/log.txt"; echo "The run failed; its output is in $place/log.txt."; exit 1; }
# The last sample of a run that ended between two.
set -- $latest
[ $# -eq 4 ] && [ $(($1 - kept)) -ge $((every / 2)) ] && keep $latest
awk '{ updates[NR] = $1; memory[NR] = $2; threads[NR] = $3; files[NR] = $4 }
     END {
         if (NR < 5) { print "There are " NR " samples; let it run longer, or sample more often with EVERY=N."; exit 1 }
         base = int((NR + 4) / 5)
         grown = ""
         if (memory[NR] > 1.1 * memory[base]) grown = grown sprintf(" memory from %s to %s MiB", memory[base], memory[NR])
         if (threads[NR] > threads[base] + 2) grown = grown sprintf(" threads from %d to %d", threads[base], threads[NR])
         if (files[NR] > files[base] + 2) grown = grown sprintf(" open files from %d to %d", files[base], files[NR])
         if (grown != "") { print "Between " updates[base] " and " updates[NR] " updates grew:" grown "."; exit 1 }
         print "level from " updates[base] " to " updates[NR] " updates"
     }' "$place/samples.txt"
