package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rampa/internal/config"
)

// rootCommand builds all commands.
func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:  "rampa",
		Long: "Rampa is a self-hosted crypto on-ramp and off-ramp platform.",
		// The first thing a newcomer should run.
		Example:           "rampa sandbox",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: p.fillFromEnvironment,
		Version:           p.Version.String(),
	}
	root.InitDefaultVersionFlag()
	root.SetVersionTemplate("rampa {{.Version}}\n")
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { printHelp(p.Stdout, cmd) })
	root.AddCommand(p.sandboxCommand(), p.serveCommand(), p.migrateCommand(), p.integrationCommand(), p.operatorCommand(),
		p.auditCommand(), p.configCommand(), p.openapiCommand(), p.benchCommand(), p.versionCommand())
	root.SetHelpCommand(p.helpCommand())
	return root
}

// helpCommand is `rampa help integration create`, for who expects it.
func (p *program) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [command]", Short: "Show the help of a command", Long: "Shows the help of a command.",
		Example: "rampa help integration create", Hidden: true,
		RunE: func(_ *cobra.Command, args []string) error {
			inner := &program{Process: p.Process, root: p.root}
			inner.Args = args
			if err := inner.unknownCommand(); err != nil {
				return err
			}
			cmd, _, err := p.root.Find(args)
			if err != nil {
				return usagef("%s", err)
			}
			printHelp(p.Stdout, cmd)
			return nil
		},
	}
}

// noArguments refuses words after a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, so what is %q? (see: %s --help)", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}

// arguments wants at least so many words after a command.
func arguments(least int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least {
			return usagef("%s needs %s (see: %s --help)", cmd.CommandPath(), what, cmd.CommandPath())
		}
		return nil
	}
}

// tool makes a command that opens the storage and ends.
func (p *program) tool(cmd *cobra.Command, run func(*cobra.Command, *config.Config, []string) error) *cobra.Command {
	addOptions(cmd, config.Tool, toolOptions...)
	if cmd.Args == nil {
		cmd.Args = noArguments
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := p.load(cmd, config.Tool)
		if err != nil {
			return err
		}
		return run(cmd, cfg, args)
	}
	return cmd
}

// admin makes a tool that works with the administering services.
func (p *program) admin(cmd *cobra.Command, run func(*cobra.Command, *Admin, []string) error) *cobra.Command {
	return p.tool(cmd, func(cmd *cobra.Command, cfg *config.Config, args []string) (err error) {
		admin, err := p.Backend.Admin(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		defer func() {
			if errClose := admin.Close(); err == nil {
				err = errClose
			}
		}()
		return run(cmd, admin, args)
	})
}

// printJSON writes v for programs.
func (p *program) printJSON(v any) error {
	encoder := json.NewEncoder(p.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// printRows writes cells in columns.
func (p *program) printRows(rows [][]string) error {
	table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, cells := range rows {
		for i, cell := range cells {
			if i > 0 {
				fmt.Fprint(table, "\t")
			}
			fmt.Fprint(table, cell)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}
