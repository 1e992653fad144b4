#!/usr/bin/env bash
# Everything that CI checks. Aims at 15 minutes on two cores with a cold cache.
source "$(dirname "$0")/lib.sh"

# -count=1: the tests in e2e start the program as a process, which Go's cache of test results does not see.
race_tests() {
  CGO_ENABLED=1 go test -race -vet=off -count=1 -timeout 20m ./...
}

static_binary() {
  make --no-print-directory build
  if ldd bin/rampa >/dev/null 2>&1; then
    echo "bin/rampa is linked dynamically" >&2
    return 1
  fi
  bin/rampa version
}

step bootstrap scripts/bootstrap.sh
step format format
step modules go mod verify
step vet go vet ./...
step staticcheck go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
step "static binary" static_binary
step "tests, race detector on" race_tests
