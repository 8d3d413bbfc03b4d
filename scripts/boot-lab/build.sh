#!/usr/bin/env bash
# Builds the boot lab, a CoreOS-like live ISO, its PXE files and the disk image that it would install, from Debian packages,
# and prints the folder they are in: lab.iso, minimal.iso, vmlinuz, initrd.img, rootfs.img, metal.raw and
# versions.txt. What was built from the same inputs is used again.
#
#   scripts/boot-lab/build.sh [--check]     --check only says what is missing on this machine, one need a line
#
# The steps are in build/, each from inputs to one output. Everything happens below .cache/boot-lab; mounts live in a
# mount namespace of their own, so an interrupted build leaves nothing but files.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cache="${BOOT_LAB_CACHE:-$here/../../.cache/boot-lab}"
# shellcheck source=packages.sh
. "$here/packages.sh"
export LC_ALL=C.UTF-8 TZ=UTC SOURCE_DATE_EPOCH=1700000000
umask 022

missing_needs() {
  local pair
  [ "$(uname -m)" = x86_64 ] || echo 'an x86_64 machine'
  [ "$(id -u)" = 0 ] || echo root
  for pair in "${host_needs[@]}"; do
    case "$pair" in
      /*) [ -e "${pair%%=*}" ] || echo "${pair#*=}" ;;
      *) command -v "${pair%%=*}" >/dev/null || echo "${pair#*=}" ;;
    esac
  done
  if command -v apt-cache >/dev/null; then
    [ -n "$(kernel_package)" ] || echo "Debian's package lists (apt-get update)"
  else
    echo 'Debian (apt-get)'
  fi
}

kernel_package() {
  apt-cache depends "$kernel_metapackage" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9]\S*\)$/\1/p' | head -n 1
}

# Name and version of all that ends up in an image, or that shapes one.
tree_versions() { apt-cache policy "$(kernel_package)" "${tree_packages[@]}" | awk '/^[^ ]/ { name = $1 } /Candidate:/ { print name, $2 }'; }
host_versions() { dpkg-query --show "${host_needs[@]##*=}" | sort --unique; }

hash_of() { sha256sum | cut -c 1-16; }

# Sets $built to the folder of a kind and a key, and runs the step that fills it where there is none. A step has mounts and
# processes of its own: they end with it, and it ends with this script.
build() { # KIND KEY STEP
  local kind="$1" key="$2" step="$3"
  local log="$cache/logs/build-$kind.log"
  built="$cache/$kind-$key"
  [ ! -e "$built" ] || return 0
  echo "boot lab: building the $kind, which takes up to a few minutes" >&2
  rm -rf "$cache/$kind-"*
  mkdir -p "$built.partial"
  setpriv --pdeathsig KILL -- unshare --mount --pid --mount-proc --fork --kill-child -- \
    "$step" "$built.partial" >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    echo "boot lab: building the $kind failed; all of its output is in $log" >&2
    exit 1
  }
  mv "$built.partial" "$built"
}

missing="$(missing_needs)"
if [ "${1:-}" = --check ]; then
  [ -z "$missing" ] || echo "$missing"
  exit 0
fi
if [ -n "$missing" ]; then
  echo "boot lab: needs ${missing//$'\n'/, }" >&2
  exit 3
fi

mkdir -p "$cache/logs"
cache="$(cd "$cache" && pwd)"
exec 9>"$cache/lock"
flock 9 # one build at a time; a second one finds the first one's result

BOOT_LAB_KERNEL="$(kernel_package)"
BOOT_LAB_DEBS="$cache/debs"
export BOOT_LAB_KERNEL BOOT_LAB_DEBS
tree_key="$({ cat "$here/packages.sh" "$here/build/tree.sh"; tree_versions; } | hash_of)"
build tree "$tree_key" "$here/build/tree.sh"
export BOOT_LAB_TREE="$built"
image_inputs() {
  echo "$tree_key"
  cd "$here"
  find build image overlay -type f -printf '%p %m\n' | sort
  find build image overlay -type f -print0 | sort -z | xargs -0 cat
  host_versions
}
image_key="$(image_inputs | hash_of)"
build image "$image_key" "$here/build/image.sh"
{ tree_versions; host_versions; } >"$built/versions.txt"
echo "$built"
