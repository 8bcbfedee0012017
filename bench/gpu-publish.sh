#!/usr/bin/env bash
# Packs what bench/gpu.sh needs on a machine with a GPU and neither network nor .NET: the program and the golden tests with the .NET runtime,
# without libtorch, which that machine has.
#   bench/gpu-publish.sh [OUTPUT.tar.xz]        default artifacts/gpu.tar.xz
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
output=$(realpath -m "${1:-$root/artifacts/gpu.tar.xz}")
folder=$root/artifacts/gpu
rm -rf "$folder"
mkdir -p "$folder" "$(dirname "$output")"
for project in Cppo.Pipeline.csproj tests/Model.Tests/Model.Tests.csproj; do
    dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -p:CppoTorch=cpu -p:CreateHardLinksForPublishFilesIfPossible=false \
        -o "$folder/program" --nologo -v quiet
done

# libtorch's own libraries stay here: all of the package's but TorchSharp's.
version=$(sed -n 's:.*<LibTorchVersion>\(.*\)</LibTorchVersion>.*:\1:p' "$root/Directory.Packages.props")
package=${NUGET_PACKAGES:-$HOME/.nuget/packages}/libtorch-cpu-linux-x64/$version/runtimes/linux-x64/native
for library in "$package"/*; do
    rm -f "$folder/program/$(basename "$library")"
done
[ -e "$folder/program/libLibTorchSharp.so" ] || { echo "the publish has no libLibTorchSharp.so" >&2; exit 1; }
cp -r "$root/tests/golden" "$folder/golden"
cp -r "$root/data" "$root/pipeline.json" "$root/pipeline.schema.json" "$folder"
mkdir "$folder/bench"
cp "$root"/bench/gpu.sh "$root"/bench/*.json "$folder/bench"
tar -C "$folder" -cJf "$output" .
rm -rf "$folder"
echo "$output: $(du -h "$output" | cut -f1)"
