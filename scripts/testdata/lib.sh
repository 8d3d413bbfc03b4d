# Shared by the scripts that make golden images. They are sourced with $work (scratch) and $out (testdata) set.
set -euo pipefail

# One time for everything that a program would take from the clock.
export SOURCE_DATE_EPOCH=1689707496 # 2023-07-18T19:11:36Z
export TZ=UTC LC_ALL=C.UTF-8

# fill PATH BYTES TEXT: a file of so many bytes, the text over and over.
fill() {
  mkdir -p "$(dirname "$1")"
  { yes "$3" || true; } | head -c "$2" >"$1" # yes ends by a broken pipe
}

# say PATH TEXT: a file with one line.
say() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1"
}

# settle TREE: times and modes that do not depend on who runs this.
settle() {
  find "$1" -type d -exec chmod 0755 {} +
  find "$1" -type f -exec chmod 0644 {} +
  find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

# manifest TREE NAME: what readers have to find in the image, for the index; all but the file that image tools patch.
manifest() {
  (cd "$1" && find . -type f ! -name isolinux.bin -printf '%P\0' | sort --zero-terminated | xargs --null --no-run-if-empty sha256sum) >"$work/$2.files"
}

# publish FILE NAME: compressed without a name or a time.
publish() {
  gzip --no-name --best --stdout "$1" >"$out/$2.gz"
}
