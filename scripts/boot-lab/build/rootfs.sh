#!/usr/bin/env bash
# rootfs.sh ROOT OUT: the root file system, as the cpio archive that both the ISO and a PXE boot use. The squashfs is its
# first member, so that its bytes begin at 124, where the live system mounts it.
set -euo pipefail
root="$1" out="$2"
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

work="$out/rootfs"
mkdir -p "$work/etc"
mksquashfs "$root" "$work/root.squashfs" -comp lz4 -no-progress -noappend -no-xattrs -processors 2 \
  -wildcards -e 'boot/*' 'lib/modules/*' 'usr/lib/modules/*' 'var/cache/*' 'usr/share/doc/*' 'usr/share/locale/*' 'usr/share/man/*' 'tmp/*'
echo "$LAB_VERSION" >"$work/etc/coreos-live-rootfs"
(cd "$work" && newc root.squashfs etc etc/coreos-live-rootfs) | padded >"$out/rootfs.img"
rm -rf "$work"
[ "$(dd if="$out/rootfs.img" bs=1 skip=124 count=4 status=none)" = hsqs ]
