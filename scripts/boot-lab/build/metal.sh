#!/usr/bin/env bash
# metal.sh ROOT OUT: the disk image that an installer writes, as OUT/metal.raw: partitions, labels and files of /boot as in the
# real ones, GRUB for BIOS and UEFI. Built without mounting anything. ROOT is used up.
#
# Debian's GRUB can't read BLS entries, so grub.cfg takes the entry as a script whose keywords are functions.
set -euo pipefail
root="$1" out="$2"
here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=lib.sh
. "$here/lib.sh"
work="$out/metal"
boot="$work/boot"
disk="$out/metal.raw"
release="ostree/lab-$LAB_VERSION"
mkdir -p "$boot"/{coreos,grub2,loader/entries} "$boot/$release" "$work/esp"

cp "$out/vmlinuz" "$boot/$release/vmlinuz"
cp "$out/initramfs.img" "$boot/$release/initramfs.img"
cat >"$boot/loader/entries/ostree-1-lab-coreos.conf" <<END
title Lab CoreOS $LAB_VERSION (ostree:0)
version 1
options \$ignition_firstboot $LIVE_KARGS fsck.mode=skip ignition.platform.id=metal root=LABEL=root rw
linux /$release/vmlinuz
initrd /$release/initramfs.img
END
: >"$boot/ignition.firstboot"
cp "$here/../image/metal-grub.cfg" "$boot/grub2/grub.cfg"
cat >"$boot/coreos/platforms.json" <<'END'
{
  "metal": {},
  "qemu": {
    "grub_commands": ["serial --unit=0 --speed=115200 --word=8 --parity=no", "terminal_input serial console", "terminal_output serial console"],
    "kernel_arguments": ["console=tty0", "console=ttyS0,115200n8"]
  }
}
END

# Only what is in the core image, and linux with what it needs, from the disk: a command.lst would load it too early.
early="$work/early.cfg"
printf 'search --label --set=root boot\nset prefix=($root)/grub2\n' >"$early"
modules='configfile echo ext2 normal part_gpt part_msdos regexp search search_label serial terminal test true'
for platform in i386-pc x86_64-efi; do
  mkdir "$boot/grub2/$platform"
  cp /usr/lib/grub/$platform/{*.mod,moddep.lst} "$boot/grub2/$platform"
done
# shellcheck disable=SC2086
grub-mkimage --format=i386-pc --prefix=/grub2 --config="$early" --output="$work/core.img" biosdisk $modules
mkdir -p "$work/esp/EFI/BOOT"
# shellcheck disable=SC2086
grub-mkimage --format=x86_64-efi --prefix=/grub2 --config="$early" --output="$work/bootx64.efi" fat $modules

mib() { echo $(($1 * 2048)); }
root_mib=$(($(du --summarize --block-size=1M "$root" | cut -f1) * 13 / 10 + 64))
bios_start="$(mib 1)" esp_start="$(mib 2)" boot_start="$(mib 18)" root_start="$(mib 146)"
truncate --size=$((147 + root_mib))M "$disk"
sgdisk --clear --disk-guid=00000000-0000-4000-a000-000000000001 \
  --new=1:"$bios_start":+1M --typecode=1:EF02 --change-name=1:BIOS-BOOT \
  --new=2:"$esp_start":+16M --typecode=2:EF00 --change-name=2:EFI-SYSTEM \
  --new=3:"$boot_start":+128M --typecode=3:8300 --change-name=3:boot \
  --new=4:"$root_start":+${root_mib}M --typecode=4:8300 --change-name=4:root \
  --partition-guid=1:1ab1ab00-0000-4000-a000-000000000001 --partition-guid=2:1ab1ab00-0000-4000-a000-000000000002 \
  --partition-guid=3:1ab1ab00-0000-4000-a000-000000000003 --partition-guid=4:1ab1ab00-0000-4000-a000-000000000004 "$disk"

put() { dd if="$1" of="$disk" bs=1M seek="$2" oflag=seek_bytes conv=notrunc,sparse status=none; }
# A file system of this GRUB's time: the features since then are off.
filesystem() { # LABEL FOLDER MIB
  mkfs.ext4 -q -L "$1" -d "$2" -O ^metadata_csum,^metadata_csum_seed,^orphan_file -m 0 -E root_owner=0:0 "$work/$1.fs" "$3M"
}
filesystem boot "$boot" 128
filesystem root "$root" "$root_mib"
truncate --size=16M "$work/esp.fs"
mkfs.vfat --invariant -n EFI-SYSTEM -i 1ab1ab01 "$work/esp.fs"
mmd -i "$work/esp.fs" ::EFI ::EFI/BOOT
mcopy -i "$work/esp.fs" "$work/bootx64.efi" ::EFI/BOOT/BOOTX64.EFI
put "$work/esp.fs" $((esp_start * 512))
put "$work/boot.fs" $((boot_start * 512))
put "$work/root.fs" $((root_start * 512))

# As grub-bios-setup would: the boot sector knows where the core image is, and that one's first sector where it goes on.
little_endian() { # VALUE, as 8 bytes
  local i value="$1"
  for ((i = 0; i < 8; i++)); do
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((value >> (8 * i) & 255)))"
  done
}
patch() { little_endian "$1" | dd of="$2" bs=1 seek="$3" conv=notrunc status=none; }
cp /usr/lib/grub/i386-pc/boot.img "$work/boot.img"
patch "$bios_start" "$work/boot.img" $((0x5c))
patch $((bios_start + 1)) "$work/core.img" $((512 - 12))
dd if="$work/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
put "$work/core.img" $((bios_start * 512))
rm -rf "$work"
