#!/usr/bin/env bash
# Runs a PyTorch baseline and `bench` on the same workload, one after the other, and prints both with their ratio.
#   bench/compare.sh BASELINE.py [--config bench/small.json] [--questions 16 ... any further flag that both know]
# Each is run with one thread and with all cores, and the better of the two counts, number by number. ROUNDS=3 goes round that often
# and takes the medians of the rounds: a shared machine changes its speed from minute to minute.
# PYTHON names another interpreter than /usr/bin/python3, ENGINE another engine than auto. Without torch only our numbers are shown.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
baseline=
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then
    [ -z "$1" ] || [ -f "$1" ] || { echo "$1: no such file; the first argument is the baseline's script." >&2; exit 2; }
    baseline=$1
    shift
fi
arguments=("$@")
case " $* " in *" --config "*) ;; *) arguments+=(--config "$root/bench/small.json") ;; esac
python=${PYTHON:-/usr/bin/python3}
cores=$(nproc)
settings=(1)
[ "$cores" -eq 1 ] || settings+=("$cores")

# Threads that spin while they wait take time from the others of a small machine.
export OMP_WAIT_POLICY=passive
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

if [ -n "$baseline" ] && ! "$python" -c "import torch" 2>/dev/null; then
    echo "$python has no torch (Debian: python3-torch): the baseline is left out." >&2
    baseline=
fi

for round in $(seq "${ROUNDS:-1}"); do
    for threads in "${settings[@]}"; do
        if [ -n "$baseline" ]; then
            echo "baseline, $threads threads, round $round" >&2
            OMP_NUM_THREADS=$threads "$python" "$baseline" "${arguments[@]}" --threads "$threads" | tail -n 1 >>"$results/baseline.$threads"
        fi
        echo "ours, $threads threads, round $round" >&2
        dotnet run --no-build --project "$root/Cppo.Pipeline.csproj" -- bench "${arguments[@]}" --threads "$threads" --engine "${ENGINE:-auto}" |
            tail -n 1 >>"$results/ours.$threads"
    done

    # One completion kept instead of two, for the comparison of whole steps.
    case " $* " in *" --keep "*) ;; *)
        echo "ours, $cores threads, one completion kept, round $round" >&2
        dotnet run --no-build --project "$root/Cppo.Pipeline.csproj" -- bench update "${arguments[@]}" --keep 1 --threads "$cores" --engine "${ENGINE:-auto}" |
            tail -n 1 >>"$results/keep1.$cores"
        ;;
    esac
done

# The value of a key in each line of a file of JSON objects; the keys asked for occur once in each.
values() { sed -n "s/.*\"$2\": *\"\{0,1\}\([^,}\"]*\).*/\1/p" "$1"; }
median() { values "$1" "$2" | sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
medians() { for file in "$1".*; do median "$file" "$2"; done | sort -g; }
highest() { medians "$1" "$2" | tail -n 1; }
lowest() { medians "$1" "$2" | head -n 1; }
anyof() { values "$1.$cores" "$2" | head -n 1; }
quotient() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
sum() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a + b }'; }
row() { printf '%-34s %12s %12s %8s\n' "$@"; }

echo "$(anyof "$results/ours" parameters) parameters, engine $(anyof "$results/ours" engine), better of ${settings[*]} threads"
row "" baseline ours ratio
for key in rollout_tokens_per_second grpo_update_tokens_per_second cppo_update_tokens_per_second step_speedup_cppo_over_grpo; do
    ours=$(highest "$results/ours" "$key")
    if [ -n "$baseline" ]; then
        theirs=$(highest "$results/baseline" "$key")
        row "$key" "$theirs" "$ours" "$(quotient "$ours" "$theirs")"
    else
        row "$key" - "$ours" -
    fi
done

if [ -n "$baseline" ]; then
    echo "seconds of a whole step: the baseline's GRPO step against our CPPO step over the same questions"
    grpo=$(sum "$(lowest "$results/baseline" rollout_seconds)" "$(lowest "$results/baseline" grpo_update_seconds)")
    rollout=$(lowest "$results/ours" rollout_seconds)
    cppo=$(sum "$rollout" "$(lowest "$results/ours" cppo_update_seconds)")
    row "keep $(anyof "$results/ours" keep)" "$grpo" "$cppo" "$(quotient "$grpo" "$cppo")"
    if [ -f "$results/keep1.$cores" ]; then
        cppo=$(sum "$rollout" "$(lowest "$results/keep1" cppo_update_seconds)")
        row "keep 1" "$grpo" "$cppo" "$(quotient "$grpo" "$cppo")"
    fi
fi

echo "share of the rate of a large matrix product on as many threads ($(highest "$results/ours" matrix_product_gflops) GFLOP/s on all)"
for phase in rollout grpo_update cppo_update; do
    row "$phase" "" "$(highest "$results/ours" "${phase}_share_of_matrix_product" | awk '{ printf "%.1f %%", 100 * $1 }')" ""
done
