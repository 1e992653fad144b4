# Sourced by the other scripts: the environment of every check, and `step`, which names and times one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PATH="$PWD/.tools/node_modules/node/bin:$PATH:/usr/local/go/bin" # .tools: see bootstrap.sh
GOPROXY=$(go env GOPROXY)
export GOPROXY="${GOPROXY%,direct}" # the module proxy, and no source control host behind it
export CGO_ENABLED=0                # only the race detector needs cgo

step() { # step NAME COMMAND…
  local name=$1 started=$SECONDS
  shift
  echo "== $name"
  "$@" || { echo "== $name FAILED after $((SECONDS - started)) s" >&2; exit 1; }
  echo "== $name: $((SECONDS - started)) s"
}

format() {
  local wrong
  wrong=$(git ls-files -co --exclude-standard '*.go' | while read -r f; do [ ! -e "$f" ] || echo "$f"; done | xargs gofmt -l)
  [ -z "$wrong" ] || { echo "gofmt -w these:"; echo "$wrong"; return 1; }
}
