#!/usr/bin/env bash
# tree.sh OUT: a Debian system with Ignition and dracut, and a kernel unpacked into it.
set -euo pipefail
out="$1"
# shellcheck source=../packages.sh
. "$(dirname "$0")/../packages.sh"

mkdir -p "$BOOT_LAB_DEBS"
include="$(IFS=,; echo "${tree_packages[*]}")"
# From where this machine has its own packages.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
  awk -v suite="$suite" '$1 == suite && !mirror { mirror = $2 } END { print mirror }')
[ -n "$mirror" ] || { echo "boot lab: apt knows no mirror of $suite" >&2; exit 1; }
debootstrap --variant=minbase --cache-dir="$BOOT_LAB_DEBS" --include="$include" "$suite" "$out/root" "$mirror"

# Unpacked, not installed: its scripts would build an initramfs of their own. It goes aside first, since unpacking in place
# would turn the link /lib into a folder. apt-get leaves the package to a user that may not write here, hence the folder
# in /tmp.
aside="$(mktemp --directory)"
trap 'rm -rf "$aside"' EXIT
chmod 777 "$aside"
(cd "$aside" && apt-get download "$BOOT_LAB_KERNEL")
dpkg-deb --extract "$aside"/linux-image-*.deb "$aside/kernel"
mv "$aside"/kernel/boot/* "$out/root/boot"
mv "$aside/kernel/lib/modules" "$out/root/usr/lib/modules"
chroot "$out/root" depmod "$(ls "$out/root/usr/lib/modules")"
rm -rf "$out"/root/var/cache/apt/* "$out"/root/var/lib/apt/lists/*
