#!/usr/bin/env bash
# What the sinks of a run take of the processor, an update, against what the updates of a run take that has none: `bench sinks`, with a
# collector that throws away what it gets in a process of its own.
#   bench/sinks.sh [RUN] [OPTION OF bench sinks]...
# RUN (runs/default) is made from FILE (pipeline.json) where it is not there; PORT (14318) is the collector's; APP is another program.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
app=${APP:-"dotnet run --no-build --project Cppo.Pipeline.csproj --"}
port=${PORT:-14318}
run=runs/default
case ${1:--} in
    -*) ;;
    *) run=$1; shift ;;
esac
[ -e "$run/metrics.jsonl" ] || $app "${FILE:-pipeline.json}" --set "run.directory=$(dirname "$run")" --set "run.name=$(basename "$run")"
dotnet build bench/Collector/Collector.csproj --nologo -v quiet
dotnet bench/Collector/bin/Debug/net10.0/Collector.dll "$port" &
collector=$!
trap 'kill "$collector" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    kill -0 "$collector" || exit 1
    sleep 0.1
done
$app bench sinks "$run" --endpoint "http://127.0.0.1:$port" "$@"
