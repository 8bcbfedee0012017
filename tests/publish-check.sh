#!/usr/bin/env bash
# Publishes the program for each system with its runtime, into artifacts/publish/<system>, and lets the one for this machine train an
# update from another directory. The others are built, not run.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
case "$(uname -s) $(uname -m)" in
"Linux x86_64") here=linux-x64 ;;
"Linux aarch64") here=linux-arm64 ;;
"Darwin arm64") here=osx-arm64 ;;
*) here= ;;
esac

for system in win-x64 osx-arm64 linux-arm64 linux-x64; do
    output=artifacts/publish/$system
    rm -rf "$output"
    echo "publish $system"
    dotnet publish Cppo.Pipeline.csproj -c Release -r "$system" --self-contained -o "$output" --nologo -v quiet
    for file in LICENSE THIRD-PARTY-NOTICES.md licenses/Microsoft.ML.Tokenizers/LICENSE licenses/DuckDB.NET.Bindings.Full/LICENSE-DuckDB.txt "licenses/Microsoft.NETCore.App.Runtime.$system/LICENSE.TXT"; do
        [ -s "$output/$file" ] || { echo "$output has no $file."; exit 1; }
    done
    # DuckDB's library of this system, and of no other.
    [ "$(find "$output" -name '*duckdb.*' ! -name '*.dll' -o -name 'duckdb.dll' | wc -l)" = 1 ] && [ ! -e "$output/runtimes" ] ||
        { echo "$output does not have DuckDB's library for $system alone."; exit 1; }
done

[ -n "$here" ] || { echo "None of them runs on this machine."; exit 0; }
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
cd "$elsewhere"
program=$root/artifacts/publish/$here/Cppo.Pipeline
# The runtime is the publish's own: an SDK on this machine must not help.
export DOTNET_ROOT=/nonexistent
"$program" --help | grep '^Usage:' >/dev/null
"$program" "$root/pipeline.json" --set run.updates=1 --set model.path="$root/data/base-model" \
    --set data.train.path="$root/data/train.csv" --set data.test.path="$root/data/test.csv"
[ -s runs/default/metrics.jsonl ] && [ -s runs/default/model/model.safetensors ] && [ -s runs/default/report.html ]
"$program" view runs/default --port 0 > view.log &
view=$!
for _ in $(seq 100); do
    grep -q '^http://127.0.0.1:' view.log && break
    sleep 0.1
done
address=$(cut -d' ' -f1 view.log)
curl -sf "${address}api/runs/default/groups/0.0" | grep -q '"completions":\['
kill "$view"
wait "$view"
echo "publish $here trains"
