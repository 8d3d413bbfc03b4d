#!/usr/bin/env bash
# image.sh OUT: the live ISO, its PXE files and the disk image. The tree is copied, changed, and gone again at the end.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
out="$1"
root="$out/root"
rm -rf "$root"
cp --archive "$BOOT_LAB_TREE/root" "$root"

seconds() { date +%s; }
for step in prepare-root initrd rootfs iso metal; do
  began="$(seconds)"
  "$here/$step.sh" "$root" "$out"
  echo "boot lab: $step took $(($(seconds) - began)) s"
done
rm -rf "$root" "$out/iso" "$out/initramfs.img"
