# What the steps of the build share.
# shellcheck shell=bash disable=SC2034

LAB_VERSION=42.20231114.0
# A volume id as the real ones, with lower case, dots and dashes, cut to 32 characters.
VOLUME_ID=lab-coreos-42.20231114.0
# The console is what the lab looks at, so it stays quiet. The last two are there to be edited.
LIVE_KARGS='console=ttyS0 quiet mitigations=off tsc=reliable clocksource=tsc lab.published=1 lab.state=old'

# Zero bytes up to the next multiple of four, which the kernel asks for between archives.
padded() {
  local file
  file="$(mktemp)"
  cat >"$file"
  truncate --size=%4 "$file"
  cat "$file"
  rm "$file"
}

# A newc archive of the paths given, in that order, with nothing of this machine in it.
newc() {
  touch --no-dereference --date="@$SOURCE_DATE_EPOCH" "$@"
  printf '%s\n' "$@" | cpio --quiet --create --format=newc --reproducible --owner=0:0
}

features_json() {
  cat <<'END'
{
  "installer-config": true,
  "installer-config-directives": {
    "append-karg": true,
    "architecture": true,
    "console": true,
    "copy-network": true,
    "delete-karg": true,
    "dest-device": true,
    "fetch-retries": true,
    "ignition-file": true,
    "ignition-hash": true,
    "ignition-url": true,
    "image-file": true,
    "image-url": true,
    "insecure": true,
    "insecure-ignition": true,
    "network-dir": true,
    "offline": true,
    "platform": true,
    "preserve-on-error": true,
    "save-partindex": true,
    "save-partlabel": true,
    "secure-ipl": true,
    "stream": true,
    "stream-base-url": true
  },
  "live-initrd-network": true
}
END
}
