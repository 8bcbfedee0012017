#!/usr/bin/env bash
# What CI needs beside the .NET SDK: Chromium for tests/View.Tests, Node and npm to make the page's bundle again, Open MPI and MPICH for tests
# of ranks, ip for those on two hosts. Debian's packages, where this is root; otherwise a line says what is missing.
set -euo pipefail
missing=()
[ -n "${CPPO_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v mpirun.openmpi >/dev/null || missing+=(openmpi-bin)
command -v mpirun.mpich >/dev/null || missing+=(mpich)
command -v ip >/dev/null || missing+=(iproute2)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. As root on Debian or Ubuntu, make setup-ci installs them; elsewhere install Chromium, Node 18 or later, Open MPI, MPICH and iproute2."
    exit 1
fi
echo "Installing ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
