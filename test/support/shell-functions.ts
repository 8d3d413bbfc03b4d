/**
 * Functions for scripts of tests: `digest FILE`, `same A B` wants equal words, and `fails FRAGMENT command…` wants a failure
 * whose message has the fragment.
 */
export const SHELL_FUNCTIONS = `
digest() { sha256sum "\${1:--}" | cut -d' ' -f1; }
fails() {
  local fragment="$1"; shift
  if "$@" >/dev/null 2>message; then echo "should have failed: $*" >&2; return 1; fi
  grep -qF -- "$fragment" message || { echo "expected '$fragment' of: $*" >&2; cat message >&2; return 1; }
  rm message
}
same() { [ "$1" = "$2" ] || { echo "differs: $1 $2 \${3:-}" >&2; return 1; }; }
`
