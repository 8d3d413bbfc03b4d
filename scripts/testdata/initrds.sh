# Golden initrds, by GNU cpio, gzip, xz and zstd.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# archive TREE FORMAT: a cpio archive of the tree; owners, inodes and devices don't show.
archive() {
  (cd "$1" && find . -mindepth 1 -printf '%P\0' | sort --zero-terminated |
    cpio --quiet --null --create --reproducible --owner=+0:+0 --format="$2")
}

pad_to() {
  truncate --size="%$1" "$2"
}

tree=$work/initrd-tree
say "$tree/etc/coreos-live-initramfs" 38.20230718.0
say "$tree/etc/hostname" 'from the base'
fill "$tree/usr/lib/modules/module.ko" 20000 'no module'
: >"$tree/empty"
settle "$tree"
ln -s usr/lib "$tree/lib"
touch --no-dereference --date="@$SOURCE_DATE_EPOCH" "$tree/lib" "$tree"
archive "$tree" newc >"$work/base.cpio"
archive "$tree" crc >"$work/base-crc.cpio"

overlay=$work/initrd-overlay
say "$overlay/etc/hostname" 'from the overlay'
say "$overlay/config.ign" '{"ignition":{"version":"3.4.0"}}'
settle "$overlay"
archive "$overlay" newc >"$work/overlay.cpio"

microcode=$work/initrd-microcode
fill "$microcode/kernel/x86/microcode/GenuineIntel.bin" 3000 'no microcode'
settle "$microcode"
archive "$microcode" newc >"$work/microcode.cpio"

# with NAME TREE...: the manifest of an initrd, later trees over earlier ones.
with() {
  local name=$1 merged=$work/merged
  shift
  rm -rf "$merged"
  mkdir "$merged"
  for part in "$@"; do cp --archive "$part/." "$merged/"; done
  manifest "$merged" "$name"
}

with initrd-plain.img "$tree"
publish "$work/base.cpio" initrd-plain.img

with initrd-crc.img "$tree"
publish "$work/base-crc.cpio" initrd-crc.img

with initrd-gzip.img "$tree"
gzip --no-name --best --stdout "$work/base.cpio" >"$out/initrd-gzip.img"

with initrd-xz.img "$tree"
xz --check=crc32 -9 --stdout "$work/base.cpio" >"$out/initrd-xz.img"

with initrd-xz-crc64.img "$tree"
xz --check=crc64 -6 --block-size=8192 --stdout "$work/base.cpio" >"$out/initrd-xz-crc64.img"

with initrd-zstd.img "$tree"
zstd --quiet -19 --stdout "$work/base.cpio" >"$out/initrd-zstd.img"

# As dracut builds it and an installer extends it: microcode first and plain, the system, zeros, an overlay.
with initrd-concatenated.img "$microcode" "$tree" "$overlay"
pad_to 512 "$work/microcode.cpio"
cp "$work/microcode.cpio" "$out/initrd-concatenated.img"
zstd --quiet -19 --stdout "$work/base.cpio" >>"$out/initrd-concatenated.img"
pad_to 4096 "$out/initrd-concatenated.img"
xz --check=crc32 --stdout "$work/overlay.cpio" >>"$out/initrd-concatenated.img"
head -c 4096 /dev/zero >>"$out/initrd-concatenated.img"

# Damage: a download that stopped.
head -c 200 "$out/initrd-xz.img" >"$out/initrd-truncated.img"
