package command

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rampa/internal/config"
)

// rootCommand puts the commands together.
func (p *Program) rootCommand(commands []*cobra.Command) *cobra.Command {
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
	root.AddCommand(commands...)
	root.SetHelpCommand(p.helpCommand())
	return root
}

// helpCommand is `rampa help integration create`, for who expects it.
func (p *Program) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [command]", Short: "Show the help of a command", Long: "Shows the help of a command.",
		Example: "rampa help integration create", Hidden: true,
		RunE: func(_ *cobra.Command, args []string) error {
			inner := &Program{Process: p.Process, root: p.root}
			inner.Args = args
			if err := inner.unknownCommand(); err != nil {
				return err
			}
			cmd, _, err := p.root.Find(args)
			if err != nil {
				return Usagef("%s", err)
			}
			printHelp(p.Stdout, cmd)
			return nil
		},
	}
}

// NoArguments refuses words after a command that takes none.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usagef("%s takes no argument, so what is %q? (see: %s --help)", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}

// Arguments wants at least so many words after a command.
func Arguments(least int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least {
			return Usagef("%s needs %s (see: %s --help)", cmd.CommandPath(), what, cmd.CommandPath())
		}
		return nil
	}
}

// Tool makes a command that opens the storage and ends.
func (p *Program) Tool(cmd *cobra.Command, run func(*cobra.Command, *config.Config, []string) error) *cobra.Command {
	AddOptions(cmd, config.Tool, toolOptions...)
	if cmd.Args == nil {
		cmd.Args = NoArguments
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := p.Load(cmd, config.Tool)
		if err != nil {
			return err
		}
		return run(cmd, cfg, args)
	}
	return cmd
}

// Admin makes a tool that works with the administering services.
func (p *Program) Admin(cmd *cobra.Command, run func(*cobra.Command, *Admin, []string) error) *cobra.Command {
	return p.Tool(cmd, func(cmd *cobra.Command, cfg *config.Config, args []string) (err error) {
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

// PrintJSON writes v for programs.
func (p *Program) PrintJSON(v any) error {
	encoder := json.NewEncoder(p.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// PrintRows writes cells in columns.
func (p *Program) PrintRows(rows [][]string) error {
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
