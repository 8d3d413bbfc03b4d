#!/usr/bin/env bash
# iso.sh ROOT OUT: the live ISO, by the commands and with the layout of the real builds since 2023; and the minimal ISO, as
# those builds make it to pack it into the full one.
set -euo pipefail
out="$2"
here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=lib.sh
. "$here/lib.sh"
image="$here/../image"
iso="$out/iso"
mkdir -p "$iso"/{coreos,EFI/fedora,images/pxeboot,isolinux}
cp "$out"/{vmlinuz,initrd.img,rootfs.img} "$iso/images/pxeboot"
truncate --size=262144 "$iso/images/ignition.img"
truncate --size=16384 "$iso/coreos/miniso.dat"

# The area for kernel arguments begins with the arguments and takes the newline and all padding but the last character;
# what follows keeps the rest a comment, even when the area is full.
kargs="$LIVE_KARGS coreos.liveiso=$VOLUME_ID ignition.firstboot ignition.platform.id=metal"
padding="$(printf '#%.0s' {1..1024})"
area_byte_length=$((${#kargs} + 1024))
for config in isolinux/isolinux.cfg EFI/fedora/grub.cfg; do
  text="$(<"$image/$(basename "$config").in")"
  text="${text//@KARGS@/$kargs$'\n'$padding}"
  printf '%s\n' "${text//@VOLUME_ID@/$VOLUME_ID}" >"$iso/$config"
done
offset_of_kargs() { grep --byte-offset --only-matching --fixed-strings "$kargs" "$iso/$1" | cut -d: -f1; }
cat >"$iso/coreos/kargs.json" <<END
{
  "default": "$kargs",
  "files": [
    {
      "end": "\\n",
      "offset": $(offset_of_kargs EFI/fedora/grub.cfg),
      "pad": "#",
      "path": "EFI/fedora/grub.cfg"
    },
    {
      "end": "\\n",
      "offset": $(offset_of_kargs isolinux/isolinux.cfg),
      "pad": "#",
      "path": "isolinux/isolinux.cfg"
    }
  ],
  "size": $area_byte_length
}
END
printf '{\n  "file": "images/ignition.img"\n}\n' >"$iso/coreos/igninfo.json"
features_json >"$iso/coreos/features.json"

cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/{ldlinux,libcom32,libutil,vesamenu}.c32 "$iso/isolinux"

# A small FAT image with GRUB for UEFI. Its GRUB looks for its configuration where it was told when it was made, and
# Fedora's looks beside itself: hence two copies of the config that is read first.
grub-mkimage --format=x86_64-efi --prefix=/EFI/fedora --output="$out/bootx64.efi" \
  configfile echo fat iso9660 linux normal part_gpt part_msdos search search_label serial terminal test all_video
sed "s/@VOLUME_ID@/$VOLUME_ID/" "$image/efi-first.cfg.in" >"$out/first.cfg"
fat="$iso/images/efiboot.img"
truncate --size=4M "$fat"
mkfs.vfat --invariant -i 1ab1ab00 "$fat"
mmd -i "$fat" ::EFI ::EFI/BOOT ::EFI/fedora
mcopy -i "$fat" "$out/bootx64.efi" ::EFI/BOOT/BOOTX64.EFI
mcopy -i "$fat" "$out/first.cfg" ::EFI/BOOT/grub.cfg
mcopy -i "$fat" "$out/first.cfg" ::EFI/fedora/grub.cfg
rm "$out/bootx64.efi" "$out/first.cfg"

make_iso() { # OUT
  find "$iso" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +
  genisoimage -quiet -V "$VOLUME_ID" -volset "$VOLUME_ID" -rational-rock -J -joliet-long \
    -eltorito-boot isolinux/isolinux.bin -eltorito-catalog isolinux/boot.cat \
    -no-emul-boot -boot-load-size 4 -boot-info-table \
    -eltorito-alt-boot -efi-boot images/efiboot.img -no-emul-boot \
    -o "$1" "$iso"
  isohybrid --uefi --id 0x1ab1ab00 "$1"
}
make_iso "$out/lab.iso"
rm "$iso/images/pxeboot/rootfs.img" "$iso/coreos/miniso.dat"
make_iso "$out/minimal.iso"
