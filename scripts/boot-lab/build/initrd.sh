#!/usr/bin/env bash
# initrd.sh ROOT OUT: kernel and initramfs. The installed system's is dracut's (initramfs.img). As in the real images, the live
# one (initrd.img) has a second part, with the stamp of a live image and its features.
set -euo pipefail
root="$1" out="$2"
here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=lib.sh
. "$here/lib.sh"
version="$(ls "$root/lib/modules")"
cp "$root/boot/vmlinuz-$version" "$out/vmlinuz"

# Ignition's dracut module asks for networking, and that would bring 60 MB of drivers.
cat >"$root/usr/lib/dracut/modules.d/90kernel-network-modules/module-setup.sh" <<'END'
check() { return 255; }
installkernel() { instmods e1000 virtio_net af_packet; }
END

modules='bash systemd systemd-initrd dracut-systemd udev-rules base fs-lib shutdown network-manager ignition lab-live'
drivers='loop squashfs overlay isofs nls_iso8859_1 nls_utf8 sr_mod cdrom ata_piix ahci sd_mod usb-storage uas ehci-pci
  xhci-pci virtio_pci virtio_blk virtio_scsi ext4'
# shellcheck disable=SC2016
unshare --mount --fork bash -euo pipefail -c '
  for folder in proc sys dev; do mount --rbind "/$folder" "$1/$folder"; done
  exec chroot "$1" dracut --force --no-hostonly --no-early-microcode --reproducible --no-compress \
    --modules "$2" --drivers "$3" /tmp/initrd.cpio "$4"
' initrd "$root" "$modules" "$(echo $drivers)" "$version"

stamp="$out/stamp"
mkdir -p "$stamp/etc/coreos"
echo "$LAB_VERSION" >"$stamp/etc/coreos-live-initramfs"
features_json >"$stamp/etc/coreos/features.json"
zstd --quiet -6 --threads=2 --stdout "$root/tmp/initrd.cpio" | padded >"$out/initramfs.img"
{
  cat "$out/initramfs.img"
  (cd "$stamp" && newc etc etc/coreos etc/coreos-live-initramfs etc/coreos/features.json) | gzip -9 --no-name | padded
} >"$out/initrd.img"
rm -rf "$root/tmp/initrd.cpio" "$stamp"
