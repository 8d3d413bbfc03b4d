#!/usr/bin/env bash
# rootfs.sh ROOT OUT: the root file system, as the cpio archive that both the ISO and a PXE boot use. The squashfs is its
# first member, so that its bytes begin at 124, where the live system mounts it.
set -euo pipefail
root="$1" out="$2"
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

work="$out/rootfs"
mkdir -p "$work/etc"
# Only the initramfs needs modules, and nobody reads here.
rm -rf "$root"/boot/* "$root"/usr/lib/modules/* "$root"/usr/lib/dracut "$root"/usr/share/{doc,locale,man} "$root"/var/cache/* "$root"/tmp/*
mksquashfs "$root" "$work/root.squashfs" -comp lz4 -no-progress -noappend -no-xattrs -processors 2
echo "$LAB_VERSION" >"$work/etc/coreos-live-rootfs"
(cd "$work" && newc root.squashfs etc etc/coreos-live-rootfs) | padded >"$out/rootfs.img"
rm -rf "$work"
[ "$(dd if="$out/rootfs.img" bs=1 skip=124 count=4 status=none)" = hsqs ]
