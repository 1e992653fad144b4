# `make` alone says what there is. Every target works from a bare Debian machine with Go.
.DEFAULT_GOAL := help
.PHONY: help run test check bench build soak renew-disposable contracts

# No source control hosts behind the module proxy, and cgo for the race detector only.
export GOPROXY := $(shell go env GOPROXY | sed 's/,direct$$//')
export CGO_ENABLED := 0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null)
DATE    := $(shell git log -1 --format=%cI 2>/dev/null)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

run: ## start the sandbox
	go run -ldflags "$(LDFLAGS)" ./cmd/rampa sandbox

build: ## the static binary, as bin/rampa
	go build -trimpath -buildvcs=false -ldflags "$(LDFLAGS)" -o bin/rampa ./cmd/rampa

test: ## everything that CI checks; installs what is missing
	scripts/test.sh

check: ## the quick part, under a minute when warm
	scripts/check.sh

bench: build ## registrations a second on this machine, beside the bare limit
	bin/rampa bench register --connections 64 --duration 20s

soak: ## the long tests: 1,000 kills and whatever else takes an hour
	RAMPA_SOAK_KILLS=1000 go test -count=1 -timeout 3h -run Kill -v ./...

renew-disposable: ## renew the embedded list of disposable e-mail domains from npm
	cd internal/identity/disposable && sh renew.sh

contracts: ## compile the sandbox's test coin with npm's solc
	sh internal/sandbox/token/compile.sh
