#!/usr/bin/env bash
# metal-image.sh OUT SECTOR_SIZE BOOT_FILESYSTEM: a small disk image with the partitions, labels and files of /boot that the real
# ones have, made by other programs than isokit and without root. What boots is missing: see scripts/boot-lab/build/metal.sh.
#
# Same input, same bytes; except for XFS, whose mkfs draws random inode generations.
set -euo pipefail
out="$1" sector_size="$2" boot_filesystem="$3"
export E2FSPROGS_FAKE_TIME=1 TZ=UTC LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
umask 022
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

boot="$work/boot" root="$work/root"
mkdir -p "$boot"/{coreos,grub2,loader.1/entries,ostree/lab-1} "$root"/ostree/repo
ln -s loader.1 "$boot/loader" # as ostree has it
entry() { # NUMBER VERSION
  cat >"$boot/loader/entries/ostree-$1-lab-coreos.conf" <<END
title Lab CoreOS $2 (ostree:$1)
version $1
options \$ignition_firstboot mitigations=auto,nosmt ignition.platform.id=metal console=tty0 console=ttyS0,115200n8 root=LABEL=root rw
linux /ostree/lab-1/vmlinuz-$2
initrd /ostree/lab-1/initramfs-$2.img
END
}
entry 1 41.1
entry 2 42.1
: >"$boot/ignition.firstboot"
echo kernel >"$boot/ostree/lab-1/vmlinuz-42.1"
printf 'initramfs\n' >"$boot/ostree/lab-1/initramfs-42.1.img" # no multiple of 4 bytes
cat >"$boot/grub2/grub.cfg" <<'END'
set pager=1
# CONSOLE-SETTINGS-START
serial --unit=0 --speed=115200 --word=8 --parity=no
terminal_input serial console
terminal_output serial console
# CONSOLE-SETTINGS-END
set ignition_firstboot=""
if [ -f "/ignition.firstboot" ]; then
  set ignition_network_kcmdline=''
  source "/ignition.firstboot"
  set ignition_firstboot="ignition.firstboot ${ignition_network_kcmdline}"
fi
blscfg
END
cat >"$boot/coreos/platforms.json" <<'END'
{
  "metal": {
    "grub_commands": ["serial --unit=0 --speed=115200 --word=8 --parity=no", "terminal_input serial console", "terminal_output serial console"],
    "kernel_arguments": ["console=tty0", "console=ttyS0,115200n8"]
  },
  "qemu": { "kernel_arguments": ["console=ttyS0"] }
}
END
echo '[core]' >"$root/ostree/repo/config"
find "$boot" "$root" -exec touch --no-dereference --date=@1 {} +

guid() { printf '1ab1ab00-0000-4000-a000-%012x' "$1"; }

ext4() { # LABEL NUMBER MIB
  # Blocks of a filesystem are not smaller than sectors, or no kernel mounts it.
  mkfs.ext4 -q -b "$((sector_size > 1024 ? sector_size : 1024))" -L "$1" -d "$work/$1" -m 0 -E "root_owner=0:0,hash_seed=$(guid "1$2")" -U "$(guid "2$2")" "$work/$1.fs" "$3M" >/dev/null
  # What was copied has the times of when it was.
  { cd "$work/$1" && find . -mindepth 1; } | sed 's|^\.||' | while read -r path; do
    printf 'sif %s %s 1\n' "$path" atime "$path" ctime "$path" crtime
    printf 'sif %s uid 0\nsif %s gid 0\n' "$path" "$path"
  done >"$work/$1.cmd"
  debugfs -w -f "$work/$1.cmd" "$work/$1.fs" >/dev/null 2>"$work/debugfs.log" || { cat "$work/debugfs.log" >&2; exit 1; }
}

xfs() { # LABEL NUMBER MIB
  protofile "$work/$1" >"$work/$1.proto"
  truncate --size="$3M" "$work/$1.fs"
  # XFS of less than 300 MiB is for tests alone.
  mkfs.xfs -q -f --unsupported -m "uuid=$(guid "2$2")" -L "$1" -s "size=$sector_size" -p "$work/$1.proto" "$work/$1.fs" 2>/dev/null
}

protofile() { # FOLDER, in the language of mkfs.xfs
  printf '/no-boot-code\n0 0\nd--755 0 0\n'
  proto_entries "$1"
  printf '$\n'
}
proto_entries() {
  local path name
  for path in "$1"/*; do
    name="${path##*/}"
    if [ -L "$path" ]; then
      echo "$name l--777 0 0 $(readlink "$path")"
    elif [ -d "$path" ]; then
      echo "$name d--755 0 0"
      proto_entries "$path"
      echo '$'
    else
      echo "$name ---644 0 0 $path"
    fi
  done
}

boot_mib=20 root_mib=13
"$boot_filesystem" boot 3 "$boot_mib"
ext4 root 4 "$root_mib"
truncate --size=4M "$work/esp.fs"
mkfs.vfat --invariant -S "$sector_size" -s 1 -n EFI-SYSTEM -i 1ab1ab01 "$work/esp.fs" >/dev/null

disk="$work/disk"
truncate --size=40M "$disk"
sectors() { echo $(($1 * 1048576 / sector_size)); }
{
  printf '%s\n' g x i 00000000-0000-4000-a000-000000000001 r
  number=0
  # START MIB TYPE NAME
  while read -r start mib _; do
    number=$((number + 1))
    printf '%s\n' n "$number" "$(sectors "$start")" "+$(($(sectors "$mib") - 1))"
  done <<END
1 1
2 4
6 $boot_mib
$((6 + boot_mib)) $root_mib
END
  printf '%s\n' t 1 21686148-6449-6E6F-744E-656564454649 t 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B x
  printf '%s\n' n 1 BIOS-BOOT n 2 EFI-SYSTEM n 3 boot n 4 root
  for number in 1 2 3 4; do printf '%s\n' u "$number" "$(guid "$number")"; done
  printf '%s\n' r w
} | fdisk --sector-size "$sector_size" --color=never --wipe never --wipe-partitions never "$disk" >"$work/fdisk.log" 2>&1 ||
  { cat "$work/fdisk.log" >&2; exit 1; }

put() { dd if="$1" of="$disk" bs=1M seek="$2" conv=notrunc,sparse status=none; }
put "$work/esp.fs" 2
put "$work/boot.fs" 6
put "$work/root.fs" $((6 + boot_mib))
# A jump and some text, where GRUB's boot.img would be, and its core image.
printf '\xeb\x63\x90' | dd of="$disk" conv=notrunc status=none
printf 'GRUB \0Geom\0Hard Disk\0Read\0 Error\r\n' | dd of="$disk" bs=1 seek=384 conv=notrunc status=none
printf 'core image' | dd of="$disk" bs=1M seek=1 conv=notrunc status=none
cp --sparse=always "$disk" "$out"
