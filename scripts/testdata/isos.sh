# Golden ISO images, by genisoimage, isohybrid and xorriso.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The tree of a live image in the size of a toy.
live_tree() {
  local tree=$1 volume_id=$2
  local kargs="mitigations=auto,nosmt coreos.liveiso=$volume_id ignition.firstboot ignition.platform.id=metal"
  local padding head
  padding=$(printf '#%.0s' {1..1023})
  head=$(printf 'menuentry "Toy CoreOS" {\n\tlinux /images/pxeboot/vmlinuz ')
  mkdir -p "$tree"/{coreos,images/pxeboot,isolinux,EFI/toy}
  printf '%s%s\n%s# COREOS_KARG_EMBED_AREA\n\tinitrd /images/pxeboot/initrd.img /images/ignition.img\n}\n' \
    "$head" "$kargs" "$padding" >"$tree/EFI/toy/grub.cfg"
  printf '{\n  "default": "%s",\n  "files": [\n    {\n      "end": "\\n",\n      "offset": %d,\n      "pad": "#",\n      "path": "EFI/toy/grub.cfg"\n    }\n  ],\n  "size": %d\n}\n' \
    "$kargs" "${#head}" "$((${#kargs} + 1 + 1023))" >"$tree/coreos/kargs.json"
  printf '{\n  "file": "images/ignition.img"\n}\n' >"$tree/coreos/igninfo.json"
  printf '{\n  "installer-config": true,\n  "live-initrd-network": true\n}\n' >"$tree/coreos/features.json"
  head -c 16384 /dev/zero >"$tree/coreos/miniso.dat"
  head -c 262144 /dev/zero >"$tree/images/ignition.img"
  fill "$tree/images/efiboot.img" 8192 'no FAT, only bytes'
  fill "$tree/isolinux/isolinux.bin" 4096 'no boot loader'
  printf '\xfb\xc0\x78\x70' | dd of="$tree/isolinux/isolinux.bin" bs=1 seek=64 conv=notrunc status=none # for isohybrid
  fill "$tree/images/pxeboot/vmlinuz" 3000 'no kernel'
  fill "$tree/images/pxeboot/initrd.img" 2048 'no initrd'
  fill "$tree/images/pxeboot/rootfs.img" 5000 'no root file system'
}

boot_options=(-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table
  -eltorito-alt-boot -e images/efiboot.img -no-emul-boot)

# x86_64 as built from 2022 on: genisoimage, then isohybrid.
tree=$work/genisoimage-hybrid
live_tree "$tree" toy-coreos-38.20230718.0
settle "$tree"
manifest "$tree" genisoimage-hybrid.iso
genisoimage -quiet -rational-rock -J -joliet-long -V toy-coreos-38.20230718.0 -volset toy-coreos-38.20230718.0 \
  "${boot_options[@]}" -o "$work/genisoimage-hybrid.iso" "$tree"
isohybrid --uefi --id 0x20230718 "$work/genisoimage-hybrid.iso"
publish "$work/genisoimage-hybrid.iso" genisoimage-hybrid.iso

# The same tree by the tool of ppc64le and s390x.
tree=$work/xorriso-live
live_tree "$tree" toy-coreos-38.20230718.1
settle "$tree"
manifest "$tree" xorriso-live.iso
xorriso -as mkisofs -quiet -r -J -joliet-long -V toy-coreos-38.20230718.1 "${boot_options[@]}" \
  --efi-boot-part --efi-boot-image --protective-msdos-label -o "$work/xorriso-live.iso" "$tree" 2>/dev/null
publish "$work/xorriso-live.iso" xorriso-live.iso

# Names and shapes: a directory of several sectors, eight levels, empty things, names that 8.3 cannot tell apart.
tree=$work/genisoimage-names
for number in $(seq 1 80); do say "$tree/many/same-beginning-$number.json" "$number"; done
say "$tree/1/2/3/4/5/6/7/deep.txt" 'eight levels'
say "$tree/.hidden" 'starts with a dot'
say "$tree/two.dots.txt" 'has two dots'
say "$tree/Ünïcødé.txt" 'not ASCII'
say "$tree/$(printf 'n%.0s' {1..200}).txt" 'a name of 204 bytes'
: >"$tree/empty"
mkdir "$tree/nothing"
settle "$tree"
ln -s ../many/same-beginning-1.json "$tree/nothing/link"
touch --no-dereference --date="@$SOURCE_DATE_EPOCH" "$tree/nothing/link" "$tree/nothing"
manifest "$tree" genisoimage-names.iso
genisoimage -quiet -rational-rock -J -input-charset utf-8 -V NAMES -o "$work/genisoimage-names.iso" "$tree"
publish "$work/genisoimage-names.iso" genisoimage-names.iso

# Directories deeper than eight levels, which genisoimage moves to RR_MOVED.
tree=$work/genisoimage-relocated
say "$tree/1/2/3/4/5/6/7/8/9/10/deepest.txt" 'ten levels'
say "$tree/1/2/3/4/5/6/7/other/sibling.txt" 'moved as well'
settle "$tree"
manifest "$tree" genisoimage-relocated.iso
genisoimage -quiet -rational-rock -V RELOCATED -o "$work/genisoimage-relocated.iso" "$tree" 2>/dev/null
publish "$work/genisoimage-relocated.iso" genisoimage-relocated.iso

# Rock Ridge that goes on in continuation areas: names of 255 bytes, long links.
tree=$work/xorriso-continued
say "$tree/$(printf 'a%.0s' {1..255})" 'a name of 255 bytes'
say "$tree/$(printf 'é%.0s' {1..127})" 'a name of 254 bytes in two-byte characters'
settle "$tree"
ln -s "/$(printf 'directory/%.0s' {1..60})end" "$tree/link"
touch --no-dereference --date="@$SOURCE_DATE_EPOCH" "$tree/link" "$tree"
manifest "$tree" xorriso-continued.iso
xorriso -as mkisofs -quiet -r -V CONTINUED -o "$work/xorriso-continued.iso" "$tree" 2>/dev/null
publish "$work/xorriso-continued.iso" xorriso-continued.iso

# Damage: a download that stopped, and one that stopped inside of the descriptors.
head -c 300000 "$work/xorriso-live.iso" >"$work/truncated.iso"
publish "$work/truncated.iso" truncated.iso
head -c 36000 "$work/xorriso-live.iso" >"$work/truncated-descriptors.iso"
publish "$work/truncated-descriptors.iso" truncated-descriptors.iso
