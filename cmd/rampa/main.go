// Command rampa is the whole platform in one program; see `rampa --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"rampa/internal/cli"
)

// Set by the linker: see the Makefile.
var version, commit, date string

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	executable, _ := os.Executable() // without one, the commands that need it say so
	os.Exit(cli.Run(context.Background(), cli.Process{
		Args:    os.Args[1:],
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Environ: os.Environ(),
		Signals: signals,
		Exit:    os.Exit,
		Version: cli.Version{Number: version, Commit: commit, Date: date},
		Backend: cli.NewBackend(),

		Executable: executable,
	}))
}
