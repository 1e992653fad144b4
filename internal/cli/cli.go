// Package cli is the command line: it turns arguments into calls of a Backend, and answers into text or JSON. Results go
// to stdout, logs and errors to stderr, an error is one line. It must not know how anything is done: package app does.
package cli

import (
	"context"

	"rampa/internal/cli/access"
	"rampa/internal/cli/bank"
	"rampa/internal/cli/bench"
	"rampa/internal/cli/command"
	"rampa/internal/cli/customer"
	"rampa/internal/cli/keys"
	"rampa/internal/cli/ledger"
	"rampa/internal/cli/prove"
	"rampa/internal/cli/screening"
)

// What a command is run with, for who starts one.
type (
	Process = command.Process
	Version = command.Version
	Backend = command.Backend
	Admin   = command.Admin
	Start   = command.Start
	Running = command.Running
)

// Run runs the command that the arguments name and gives the exit code: 0, 1 for a failure, 2 for a wrong command line.
func Run(ctx context.Context, process Process) int {
	p := command.New(process)
	return p.Run(ctx, sandboxCommand(p), serveCommand(p), migrateCommand(p), access.Integration(p), access.Operator(p),
		customer.Command(p), screening.Command(p), ledger.Command(p), prove.Command(p), prove.Payouts(p), keys.Command(p), bank.Command(p), auditCommand(p), configCommand(p), openapiCommand(p), bench.Command(p), versionCommand(p))
}
