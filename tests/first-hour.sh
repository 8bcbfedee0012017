#!/usr/bin/env bash
# Follows docs/first-hour.md: runs every bash block of it, in order, in a fresh clone of what is committed; the blocks of a section share a
# shell. Each line must end well and leave what the page promises; the last lines are the time that each section took.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet . "$work/clone"
awk -v out="$work" '
    /^## / { part++; title = substr($0, 4); sub(/ \(.*\)$/, "", title); print title > (out "/" part ".title") }
    /^```bash$/ { block = 1; next }
    /^```$/ && block { block = 0; next }
    block { print > (out "/" part ".sh") }' docs/first-hour.md
cd "$work/clone"
report=""
for ((part = 1; part <= $(grep -c '^## ' docs/first-hour.md); part++)); do
    [ -f "$work/$part.sh" ] || continue # a section without a block
    name=$(< "$work/$part.title")
    began=$(date +%s)
    echo "== $name"
    # Every line of the block counts, as set -e has it; stdin is none, so that nothing waits for a person.
    bash -euo pipefail "$work/$part.sh" </dev/null 2>&1 | tee "$work/$part.out"
    report+=$(printf '%5d s  %s' $(($(date +%s) - began)) "$name")$'\n'
done

# What the page says that one finds.
fail() { echo "docs/first-hour.md promises $1"; exit 1; }
has() { grep -rq -- "$1" "$work"/*.out || fail "$2"; }
has '<answer>' 'an answer in chat'
has 'after 40 updates: accuracy 9[0-9]\.' 'an accuracy above 90 % after training'
has 'continue with' 'that a stopped run says how to go on'
grep -q '"rewards":{[^}]*"brevity":' runs/brief/metrics.jsonl || fail 'a run with a reward of your own'
[ -f runs/stopped/report.html ] || fail 'a report'
[ "$(wc -l < runs/stopped/metrics.jsonl)" = 300 ] || fail 'that a stopped run goes on to its end'
has 'run_id' 'an answer in SQL'
has 'CPPO 87.5 %' 'a table of the paper'
echo
printf '%s' "$report"
