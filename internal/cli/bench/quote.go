package bench

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
)

func quote(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "quote", Short: "Ask for quotes over HTTP",
		Long: "Asks for quotes over HTTP in a closed loop against a server of its own, and counts what it writes meanwhile.\n" +
			"Times are the client's: socket and all.",
		Example: "rampa bench quote --connections 8 --json", Args: command.NoArguments,
	}
	env := environment(p, cmd)
	connections := cmd.Flags().Int("connections", 8, "`N` connections, each with one request at a time")
	duration := cmd.Flags().Duration("duration", 5*time.Second, "how `LONG` to ask")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *connections < 1 || *duration <= 0 {
			return command.Usagef("--connections and --duration must be positive")
		}
		e, err := env()
		if err != nil {
			return err
		}
		r, err := e.RunQuote(cmd.Context(), *connections, *duration)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(r)
		}
		_, err = fmt.Fprintf(p.Stdout, "%8.0f quotes a second (%d connections, %d requests)\n%8.2f ms p50\n%8.2f ms p99\n%8.4f writes per request\n%8.0f allocations per request\n",
			r.RequestsPerSecond, r.Connections, r.Requests, r.P50, r.P99, r.WritesPerRequest, r.AllocsPerRequest)
		return err
	}
	return cmd
}
