#!/usr/bin/env bash
# The quick part of the checks: what to run before every commit.
source "$(dirname "$0")/lib.sh"

step format format
step vet go vet ./...
step "short tests" go test -short -vet=off -timeout 5m ./...
