# The Debian packages of the boot lab. Their versions are part of the cache's key.
# shellcheck shell=bash disable=SC2034

# program or file=package, for what building and booting uses on this machine
host_needs=(
  cpio=cpio
  debootstrap=debootstrap
  debugfs=e2fsprogs
  genisoimage=genisoimage
  grub-mkimage=grub-common
  grub-mknetdir=grub-common
  gzip=gzip
  isohybrid=syslinux-utils
  mcopy=mtools
  mkfs.ext4=e2fsprogs
  mkfs.vfat=dosfstools
  mksquashfs=squashfs-tools
  qemu-system-x86_64=qemu-system-x86
  sgdisk=gdisk
  setpriv=util-linux
  unshare=util-linux
  xz=xz-utils
  zstd=zstd
  /usr/lib/ISOLINUX/isolinux.bin=isolinux
  /usr/lib/grub/i386-pc/modinfo.sh=grub-pc-bin
  /usr/lib/ipxe/qemu/pxe-virtio.rom=ipxe-qemu
  /usr/lib/grub/x86_64-efi/modinfo.sh=grub-efi-amd64-bin
  /usr/lib/syslinux/modules/bios/ldlinux.c32=syslinux-common
  /usr/share/OVMF/OVMF_CODE_4M.fd=ovmf
  /usr/share/seabios/bios-256k.bin=seabios
)

suite=bookworm
# Asked for its dependency: the package of the current kernel.
kernel_metapackage=linux-image-amd64

# The system in the image. libpam-systemd is there because debootstrap can't find what provides logind for polkit.
tree_packages=(
  systemd systemd-sysv udev dbus kmod util-linux passwd ca-certificates libpam-systemd
  dracut-core dracut-network ignition gdisk e2fsprogs dosfstools iproute2 curl network-manager cpio zstd xz-utils
)
