#!/bin/bash
# What CoreOS' own dracut modules do with the data that isokit embeds, as far as the lab needs it.

check() { return 255; }

depends() { echo systemd ignition network-manager; }

install() {
  local unit
  inst_multiple cat chmod cp cpio curl cut dd ip ls losetup mkdir mount rm sha256sum sleep stat tail tr umount journalctl poweroff
  inst_script "$moddir/is-live-image" /usr/bin/is-live-image
  inst_script "$moddir/no-setfiles" /usr/sbin/setfiles
  for unit in boot config network propagate root failed; do
    inst_script "$moddir/lab-$unit" "/usr/lib/boot-lab/lab-$unit"
  done
  for unit in boot config network root propagate; do
    inst_simple "$moddir/lab-$unit.service" "$systemdsystemunitdir/lab-$unit.service"
    mkdir -p "$initdir/$systemdsystemunitdir/initrd.target.requires"
    ln_r "$systemdsystemunitdir/lab-$unit.service" "$systemdsystemunitdir/initrd.target.requires/lab-$unit.service"
  done
  for unit in emergency dracut-emergency; do
    inst_simple "$moddir/lab-failed.conf" "$systemdsystemunitdir/$unit.service.d/lab-failed.conf"
  done
}
