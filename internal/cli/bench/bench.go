// Package bench is the commands that measure. It must not know how anything is measured: package internal/bench does.
package bench

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/bench"
	"rampa/internal/cli/command"
	"rampa/internal/config"
)

// Command is the command that measures this machine.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "bench", Short: "Measure this machine",
		Long: "Measures what this program does on this machine. The benches that need a server start one of their own, and none leaves\n" +
			"anything behind.",
		Example: "rampa bench register --connections 64 --duration 20s",
	}
	cmd.AddCommand(register(p), growth(p), screening(p), ledger(p), quote(p), payments(p))
	return cmd
}

// environment adds the flags of every bench that starts a server of its own.
func environment(p *command.Program, cmd *cobra.Command) func() (*bench.Env, error) {
	env := database(p, cmd)
	return func() (*bench.Env, error) {
		e, err := env()
		if err == nil && p.Executable == "" {
			err = errors.New("this process cannot start a server of its own")
		}
		return e, err
	}
}

// database adds the flags of every bench that writes to a database.
func database(p *command.Program, cmd *cobra.Command) func() (*bench.Env, error) {
	dir := cmd.Flags().String("dir", ".", "`DIR` for the databases: on a real disk, or the measured waits are not real")
	source := cmd.Flags().String("db", "sqlite", "sqlite, or an empty postgres://… `DATABASE` that the bench may fill")
	return func() (*bench.Env, error) {
		if err := config.Database(*source).Check(); err != nil {
			return nil, command.Usagef("--db: %v", err)
		}
		return &bench.Env{Dir: *dir, DB: *source, Executable: p.Executable, Progress: func(what string, parts int64) bench.Bar { return progress(p, what, parts) }}, nil
	}
}

// progress shows a bar on a terminal, and one line elsewhere.
func progress(p *command.Program, what string, parts int64) bench.Bar {
	if !command.IsTerminal(p.Stderr) {
		fmt.Fprintln(p.Stderr, what)
	}
	return command.NewProgress(p.Stderr, what, parts)
}

func register(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "register", Short: "Register companies over HTTP, beside the bare limit of the same rows",
		Long: "Registers companies over HTTP in a closed loop against a server of its own, and inserts the same rows without HTTP\n" +
			"in the same run: half of that before, half after.",
		Example: "rampa bench register --connections 64 --duration 20s --json", Args: command.NoArguments,
	}
	env := environment(p, cmd)
	connections := cmd.Flags().Int("connections", 64, "`N` connections, each with one request at a time")
	duration := cmd.Flags().Duration("duration", 20*time.Second, "how `LONG` to register over HTTP")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *connections < 1 || *duration <= 0 {
			return command.Usagef("--connections and --duration must be positive")
		}
		e, err := env()
		if err != nil {
			return err
		}
		r, err := e.RunRegister(cmd.Context(), *connections, *duration)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(r)
		}
		_, err = fmt.Fprintf(p.Stdout, "%8.0f requests a second (%d connections, %d requests)\n%8.1f ms p50\n%8.1f ms p99\n%8.1f requests per fsync\n"+
			"%8.1f statements per request\n%8.0f allocations per request\n%8.0f a second is the bare limit\n%8.0f %% of it\n",
			r.RequestsPerSecond, r.Connections, r.Requests, r.P50, r.P99, r.RequestsPerFsync, r.StatementsPerRequest, r.AllocsPerRequest, r.BareLimitPerSecond, 100*r.RatioToLimit)
		return err
	}
	return cmd
}

func growth(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "growth", Short: "Compare the cost of calls with many customers and with few",
		Long:    "Measures registering and listing with few customers present, loads many more, and measures again.",
		Example: "rampa bench growth --small 10000 --large 1000000", Args: command.NoArguments,
	}
	env := environment(p, cmd)
	small := cmd.Flags().Int("small", 10_000, "`N` customers in the first measurement")
	large := cmd.Flags().Int("large", 1_000_000, "`N` customers in the second")
	duration := cmd.Flags().Duration("duration", 5*time.Second, "how `LONG` to make each call")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *small < 1 || *large <= *small {
			return command.Usagef("--large must be more than --small")
		}
		e, err := env()
		if err != nil {
			return err
		}
		g, err := e.RunGrowth(cmd.Context(), *small, *large, *duration)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(g)
		}
		for _, name := range []string{"register", "list", "list_by_status"} {
			fmt.Fprintf(p.Stdout, "%-16s %8.2f ms with %d, %8.2f ms with %d: %.2f times\n", name, g.SmallMS[name], g.Small, g.LargeMS[name], g.Large, g.Ratios[name])
		}
		return nil
	}
	return cmd
}
