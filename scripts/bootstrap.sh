#!/usr/bin/env bash
# Installs what the tests need and the machine lacks, with Debian's packages: PostgreSQL, Chromium, a C compiler for the
# race detector, the accounting programs that read our journals, and Node.js. On a machine that has them it changes nothing
# and asks no registry.
source "$(dirname "$0")/lib.sh"

node_least="20.19.0" # axe-core's and the oracles' packages; Debian 12 has 18

new_enough() { # new_enough VERSION LEAST
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium fonts-liberation)
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v git >/dev/null || missing+=(git)
command -v hledger >/dev/null || missing+=(hledger)
command -v bean-check >/dev/null || missing+=(beancount)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)

if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "bootstrap.sh: not root, and no sudo: install by hand: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

have=$(node --version | sed 's/^v//')
if ! new_enough "$have" "$node_least"; then
  echo "Node.js $have is older than $node_least: installing a newer one from npm into .tools"
  mkdir -p .tools
  npm install --prefix .tools --no-audit --no-fund --no-save --silent node@22
  have=$(node --version | sed 's/^v//')
  new_enough "$have" "$node_least" || { echo "bootstrap.sh: Node.js is still $have" >&2; exit 1; }
fi
