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
    for file in LICENSE THIRD-PARTY-NOTICES.md licenses/Microsoft.ML.Tokenizers/LICENSE "licenses/Microsoft.NETCore.App.Runtime.$system/LICENSE.TXT"; do
        [ -s "$output/$file" ] || { echo "$output has no $file."; exit 1; }
    done
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
[ -s runs/default/metrics.jsonl ] && [ -s runs/default/model/model.safetensors ]
echo "publish $here trains"
