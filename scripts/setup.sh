#!/usr/bin/env bash
# Brings a machine to where every test can run: Debian's programs that tests use, and the packages of package-lock.json.
# Quick when all is there already. On other systems than Debian and Ubuntu, `npm ci` alone is enough to build and use
# isokit, and tests that need a missing program say so.
set -euo pipefail
cd "$(dirname "$0")/.."

# program=package, or file=package, for what a test runs
wanted=(
  chromium=chromium
  cpio=cpio
  fish=fish
  gpg=gpg
  gpg-agent=gpg-agent
  gpgconf=gpgconf
  gpgv=gpgv
  grub-script-check=grub-common
  gzip=gzip
  ignition-validate=ignition
  isoinfo=genisoimage
  nginx=nginx-light
  openssl=openssl
  /usr/sbin/losetup=mount
  /usr/sbin/mkfs.ext4=e2fsprogs
  /usr/sbin/mkfs.vfat=dosfstools
  /usr/sbin/mkfs.xfs=xfsprogs
  /usr/sbin/sfdisk=fdisk
  /usr/sbin/sgdisk=gdisk
  /usr/sbin/wipefs=util-linux
  strace=strace
  xorriso=xorriso
  xz=xz-utils
  zsh=zsh
  zstd=zstd
)

# shellcheck source=boot-lab/packages.sh
. scripts/boot-lab/packages.sh
[ "$(uname -m)" != x86_64 ] || wanted+=("${host_needs[@]}")

is_there() {
  case "$1" in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}
missing=()
for pair in "${wanted[@]}"; do
  is_there "${pair%%=*}" || missing+=("${pair#*=}")
done
# The boot lab asks the package lists which kernel is current.
has_lists() { apt-cache show "$kernel_metapackage" >/dev/null 2>&1; }

if [ ${#missing[@]} -gt 0 ] || { command -v apt-get >/dev/null && ! has_lists; }; then
  install=(apt-get install --yes --no-install-recommends "${missing[@]}")
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2
    [ ${#missing[@]} = 0 ] || "${install[@]}" --quiet=2 </dev/null
  else
    [ ${#missing[@]} = 0 ] || echo "Some tests need programs that are not here. On Debian: sudo ${install[*]}" >&2
  fi
fi

# npm leaves a copy of the lock file behind when it is done, so a newer one means that all is there.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund
fi
