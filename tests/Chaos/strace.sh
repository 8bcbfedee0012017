#!/usr/bin/env bash
# What the system sees of a run against what the program announces (DurableFiles): every file made, flushed, renamed or removed and every
# directory made in the run's directory, once by strace and once by the program's own trace. Prints what only one of the two has: nothing,
# and the number of changes, where all goes through the one place. Needs Linux with strace; the lock is no state of the run.
set -euo pipefail
cd "$(dirname "$0")/../.."
chaos=$PWD/tests/Chaos/bin/Debug/net10.0/Chaos.dll
variant=${1:-qwen2-s1-r1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet "$chaos" --list --work "$work/bed" >/dev/null
run=$work/runs/run
mkdir "$work/runs" # what lies above the run is no change of it

traced() { # a label for the trace, then further arguments of the program
    local label=$1
    shift
    strace -ff -y -s 4096 --seccomp-bpf -o "$work/$label.calls" \
        -e trace=openat,rename,renameat,renameat2,link,linkat,fsync,fdatasync,mkdir,mkdirat,unlink,unlinkat,rmdir \
        dotnet "$chaos" child "{\"RunDirectory\":\"$run\",\"TracePath\":\"$work/$label.trace\"}" \
        train "$work/bed/$variant.json" --set "run.directory=$work/runs" "$@" >"$work/$label.out" 2>&1 || true
    # The run's own name is flushed in the directory above, which is none of the run's.
    sed 's/:[0-9]*$//' "$work/$label.trace" | sed 's/^FlushDirectory:/Flush:/' | grep -v ':\.\.' | sort >"$work/$label.announced"
    cat "$work/$label".calls.* | awk -v run="$run" '
        / = -1 / { next }
        function below(path) {
            if (path == run) return "."
            return index(path, run "/") == 1 ? substr(path, length(run) + 2) : ""
        }
        function tell(kind, path) { path = below(path); if (path != "" && path != "run.lock") print kind ":" path }
        /^(fsync|fdatasync)\(/ { match($0, /<[^>]*>/); tell("Flush", substr($0, RSTART + 1, RLENGTH - 2)); next }
        { split($0, part, "\""); first = part[2] }
        /^openat\(/ { if ($0 ~ /O_CREAT/) tell("Create", first); next }
        /^mkdir/ { tell("CreateDirectory", first); next }
        /^(rename|link)/ { tell("Move", first); next }
        /^(unlink|rmdir)/ { tell("Delete", first); next }' | sort >"$work/$label.seen"
    echo "$label: $(wc -l <"$work/$label.seen") changes seen, $(wc -l <"$work/$label.announced") announced"
    comm -23 "$work/$label.seen" "$work/$label.announced" | sed 's/^/  not announced: /' | tee -a "$work/differences"
    comm -13 "$work/$label.seen" "$work/$label.announced" | sed 's/^/  not seen: /' | tee -a "$work/differences"
}

traced whole
# Two directories of checkpoints back, so that a run that goes on removes and replaces what a later one left.
rm -r "$run/checkpoints/step-000003"
traced resumed --set run.resume=true
[ ! -s "$work/differences" ]
