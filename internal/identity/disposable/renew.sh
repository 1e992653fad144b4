#!/bin/sh
# Renews the embedded list of disposable mail domains from the npm package disposable-email-domains.
# Usage: renew.sh [VERSION]   (default: the latest). The result depends on the version alone.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" "disposable-email-domains@${1:-latest}" >/dev/null
tar -xzf "$work"/disposable-email-domains-*.tgz -C "$work"
node list.mjs "$work/package" >"$work/domains.txt"
count=$(wc -l <"$work/domains.txt")
if [ "$count" -lt 50000 ]; then
  echo "renew.sh: only $count domains: something is wrong, the list stays as it was" >&2
  exit 1
fi
gzip -9 -n -c "$work/domains.txt" >"$work/domains.txt.gz"
mv "$work/domains.txt.gz" domains.txt.gz
node -p 'require(process.argv[1]).version' "$work/package/package.json" >VERSION
echo "disposable domains: $count (disposable-email-domains $(cat VERSION))"
