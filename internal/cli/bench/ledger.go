package bench

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/bench"
	"rampa/internal/cli/command"
)

func ledger(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "ledger", Short: "Post transfers between random accounts and over hot ones, beside pgbench",
		Long: "Posts transfers of three entries from many connections at once: with every account drawn at random, and with the same\n" +
			"clearing and fee accounts in all of them, by turns in one run. On PostgreSQL pgbench writes the same rows by the same\n" +
			"statements in the same run, which is what the machine can do at best.",
		Example: "rampa bench ledger --db postgres://rampa@localhost/bench --json", Args: command.NoArguments,
	}
	env := database(p, cmd)
	connections := cmd.Flags().Int("connections", 32, "`N` connections, each with one transfer at a time")
	duration := cmd.Flags().Duration("duration", 12*time.Second, "how `LONG` to post transfers of each kind")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *connections < 1 || *duration <= 0 {
			return command.Usagef("--connections and --duration must be positive")
		}
		e, err := env()
		if err != nil {
			return err
		}
		size := bench.DefaultLedgerSize(*duration)
		size.Connections = *connections
		r, err := e.RunLedger(cmd.Context(), size)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(r)
		}
		return printLedger(p, r)
	}
	return cmd
}

func printLedger(p *command.Program, r bench.Ledger) error {
	_, err := fmt.Fprintf(p.Stdout, "%8.0f transfers a second between random accounts (%d connections, p50 %.1f ms, p99 %.1f ms)\n"+
		"%8.0f a second over the same two (p50 %.1f ms, p99 %.1f ms)\n%8.0f %% of the random ones\n",
		r.RandomPerSecond, r.Connections, r.RandomP50, r.RandomP99, r.HotPerSecond, r.HotP50, r.HotP99, 100*r.HotRatio)
	if err == nil && r.PgbenchPerSecond != nil {
		_, err = fmt.Fprintf(p.Stdout, "%8.0f a second is what pgbench writes of the same rows\n%8.0f %% of it\n", *r.PgbenchPerSecond, 100**r.RatioToPgbench)
	}
	return err
}
