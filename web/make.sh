#!/usr/bin/env bash
# Makes web/dist from the sources of the page: packages by the lockfile, format, types, tests, bundle, licences, and what must hold of it.
# With --check the bundle must come out as it is in the repository.
set -euo pipefail
cd "$(dirname "$0")"
for program in node npm; do
    command -v "$program" >/dev/null || {
        echo "$program is missing: make setup-ci installs it as root, https://nodejs.org/ has it for others (18 or later)."
        exit 1
    }
done
npm ci --ignore-scripts --silent
npm run lint --silent
npm run build --silent
[ "${1:-}" = --check ] || exit 0
if [ -n "$(git status --porcelain -- dist)" ]; then
    git --no-pager diff --stat -- dist
    echo "web/dist is not what web/ makes: run make web and commit what it writes."
    exit 1
fi
echo "web/dist is what web/ makes."
