#!/usr/bin/env bash
# Brings a machine to where every test can run: Debian's programs that tests use, and the packages of package-lock.json.
# Quick when all is there already. On other systems than Debian and Ubuntu, `npm ci` alone is enough to build and use
# isokit, and tests that need a missing program say so.
set -euo pipefail
cd "$(dirname "$0")/.."

# program=package, for each program that a test runs
wanted=(
  chromium=chromium
  cpio=cpio
  fish=fish
  gzip=gzip
  isoinfo=genisoimage
  strace=strace
  xorriso=xorriso
  xz=xz-utils
  zsh=zsh
  zstd=zstd
)

missing=()
for pair in "${wanted[@]}"; do
  command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
done

if [ ${#missing[@]} -gt 0 ]; then
  install=(apt-get install --yes --no-install-recommends "${missing[@]}")
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2
    "${install[@]}" --quiet=2 </dev/null
  else
    echo "Some tests need programs that are not here. On Debian: sudo ${install[*]}" >&2
  fi
fi

# npm leaves a copy of the lock file behind when it is done, so a newer one means that all is there.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund
fi
