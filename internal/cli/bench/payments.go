package bench

import (
	"fmt"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
)

func payments(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "payments", Short: "Create, pay and send payments",
		Long: "Creates payments by transfer, pays them, and sends their coins on a chain in memory: spread over three treasuries first, then all through one.\n" +
			"Customers, their limits and prices are made up; everything else is written as a server writes it.",
		Example: "rampa bench payments --json", Args: command.NoArguments,
	}
	env := database(p, cmd)
	n := cmd.Flags().Int("payments", 2000, "`N` payments of each kind")
	connections := cmd.Flags().Int("connections", 32, "`N` at once")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *n < 1 || *connections < 1 {
			return command.Usagef("--payments and --connections must be positive")
		}
		e, err := env()
		if err != nil {
			return err
		}
		r, err := e.RunPayments(cmd.Context(), *n, *connections)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(r)
		}
		_, err = fmt.Fprintf(p.Stdout, "%8.0f payments created a second (%.2f ms p99)\n%8.0f sent a second, from the transfer to the final transaction\n%8.2f of what spread treasuries send\n",
			r.CreatedPerSecond, r.P99, r.SentPerSecond, r.HotRatio)
		return err
	}
	return cmd
}
