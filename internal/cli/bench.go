package cli

import "github.com/spf13/cobra"

func (p *program) benchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "bench", Short: "Measure this machine",
		Long:    "Measures what this program does on this machine. Each bench starts a server of its own and leaves nothing behind.",
		Example: "rampa bench --help",
	}
	return cmd
}
