#!/usr/bin/env bash
# prepare-root.sh ROOT OUT: turns a Debian system into the lab's live system.
set -euo pipefail
root="$1"
here="$(cd "$(dirname "$0")" && pwd)"
system="$root/usr/lib/systemd/system"
configured="$root/etc/systemd/system"

# What Debian enabled is undone: in CoreOS nothing runs that a preset doesn't name.
find "$configured" -mindepth 1 -delete
rm -f "$root"/usr/lib/systemd/system-preset/*
cp --recursive --no-preserve=ownership "$here/../overlay/." "$root"

# A first boot, by systemd's measure: no machine id. Only then are presets applied, and Ignition enables units by preset.
rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id" "$root/etc/hostname"

# Debian's Ignition relabels for SELinux and fails without a policy, so there is an empty one (and a setfiles, in the
# initramfs, that does nothing).
mkdir -p "$root/etc/selinux/none/contexts/files"
printf 'SELINUX=disabled\nSELINUXTYPE=none\n' >"$root/etc/selinux/config"
: >"$root/etc/selinux/none/contexts/files/file_contexts"

# Emulation makes each process dear: what a boot here doesn't need stays off.
masked=(
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer
  dbus.service dbus.socket getty.target hwclock.service kmod-static-nodes.service systemd-logind.service
  dev-hugepages.mount dev-mqueue.mount proc-sys-fs-binfmt_misc.automount sys-fs-fuse-connections.mount
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount
  systemd-binfmt.service systemd-firstboot.service systemd-journal-flush.service systemd-modules-load.service
  systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-pstore.service systemd-random-seed.service
  systemd-repart.service systemd-sysctl.service systemd-sysusers.service systemd-tmpfiles-setup-dev.service
  systemd-udev-trigger.service systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket
  systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-user-sessions.service
)
for unit in "${masked[@]}"; do ln -sf /dev/null "$configured/$unit"; done

# Presets are applied to each unit file there is, so there are few. A link that leads nowhere would make systemd apply no
# preset at all.
rm -rf "$system"/{apt-,dbus-org.,dpkg-,e2scrub,fstrim,cryptdisks,x11-,rpcbind,bluetooth,printer,sound,smartcard,rc,hwclock,procps,udev.,polkit}* \
  "$system"/systemd-{backlight,hibernate,hybrid,suspend,hostnamed,localed,timedated,networkd,network-generator,time-wait,quotacheck,kexec,rfkill,sysext,pcrphase,boot-check}*
find -L "$system" "$configured" -type l -delete
find "$configured" -type d -empty -delete
mkdir -p "$configured"
for unit in "${masked[@]}"; do ln -sf /dev/null "$configured/$unit"; done
ln -sf /usr/lib/systemd/system/lab.target "$configured/default.target"
