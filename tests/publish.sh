#!/usr/bin/env bash
# Publishes the program, self-contained, for every system that the README names, and trains one update with the one that runs here.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
for rid in linux-x64 linux-arm64 win-x64 osx-arm64; do
    dotnet publish Cppo.Pipeline.csproj -c Release -r "$rid" --self-contained -p:CppoTorch=none -o "artifacts/publish/$rid" --nologo -v quiet
    [ -s "artifacts/publish/$rid/Cppo.Pipeline.dll" ] || { echo "publish for $rid: Cppo.Pipeline.dll is missing" >&2; exit 1; }
    echo "published for $rid"
done

if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; then
    elsewhere=$(mktemp -d)
    trap 'rm -rf "$elsewhere"' EXIT
    cd "$elsewhere"
    "$root/artifacts/publish/linux-x64/Cppo.Pipeline" --help >/dev/null
    "$root/artifacts/publish/linux-x64/Cppo.Pipeline" "$root/pipeline.json" --set run.updates=1 --set run.directory="$elsewhere/runs" \
        --set evaluation.before=false >log || { cat log >&2; exit 1; }
    [ -s runs/default/model/model.safetensors ] || { echo "the published program left no model" >&2; exit 1; }
    echo "the one for linux-x64 trains"
fi
