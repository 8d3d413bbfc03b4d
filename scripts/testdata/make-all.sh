#!/usr/bin/env bash
# Makes everything in testdata/ anew, and its index: scripts/testdata/make-all.sh
# Needs cpio, genisoimage, gzip, isohybrid, xorriso, xz and zstd; testdata/README.md names the versions that
# give the same bytes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../../testdata" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

umask 022
rm -f "$out"/*.gz "$out"/*.img
. "$here/isos.sh"
. "$here/initrds.sh"
cd "$here/../.." && npx node scripts/testdata/write-index.ts "$work"
