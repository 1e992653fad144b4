package command

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rampa/internal/config"
)

// toolOptions are the options that a command has which opens the storage and ends.
var toolOptions = []string{"data", "db", "master-key", "log-level", "log-format"}

// AddOptions gives cmd the flags of a mode's options, all or the named ones, and --config.
func AddOptions(cmd *cobra.Command, mode config.Mode, only ...string) {
	flags := cmd.Flags()
	flags.SortFlags = false
	for _, o := range config.Options() {
		if !o.In(mode) || len(only) > 0 && !slices.Contains(only, o.Name) {
			continue
		}
		if o.Kind == config.Switch {
			flags.Bool(o.Name, false, o.Help)
		} else {
			flags.String(o.Name, o.DefaultIn(mode), o.Help)
		}
	}
	flags.String("config", "", "YAML `FILE` with the same names as the flags")
}

// AddJSON gives cmd --json.
func AddJSON(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("json", false, "print JSON, for programs")
}

// Load makes the configuration of a mode from cmd's flags and the places behind them.
func (p *Program) Load(cmd *cobra.Command, mode config.Mode) (*config.Config, error) {
	given := map[string]string{}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if _, is := config.Find(f.Name); is {
			given[f.Name] = f.Value.String()
		}
	})
	file, _ := cmd.Flags().GetString("config") // "" where the command has none
	return config.Load(mode, config.Sources{
		Flags: given, Environ: p.Environ, File: file, Strict: mode == config.Production, Known: p.CommandFlags(),
	})
}

// CommandFlags are the long flags of all commands that are not options.
func (p *Program) CommandFlags() []string {
	var names []string
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if _, is := config.Find(f.Name); !is && f.Name != "help" {
				names = append(names, f.Name)
			}
		})
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(p.root)
	return names
}

// fillFromEnvironment sets the flags of cmd that are no options and were not given from RAMPA_<FLAG>.
func (p *Program) fillFromEnvironment(cmd *cobra.Command, _ []string) error {
	var problems []error
	hasOptions := cmd.Flags().Lookup("config") != nil // elsewhere a flag of that name, a bench's --db, is the command's own
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		_, isOption := config.Find(f.Name)
		isOption = isOption && hasOptions
		text := p.getenv(config.EnvName(f.Name))
		if f.Changed || isOption || f.Name == "help" || text == "" {
			return
		}
		if err := cmd.Flags().Set(f.Name, text); err != nil {
			problems = append(problems, &config.Error{Place: config.EnvName(f.Name), Problem: "has the wrong form for --" + f.Name})
		}
	})
	return errors.Join(problems...)
}

// getenv gives a variable of the process; the last one wins, as in exec.
func (p *Program) getenv(name string) string {
	for _, entry := range slices.Backward(p.Environ) {
		if text, ok := strings.CutPrefix(entry, name+"="); ok {
			return text
		}
	}
	return ""
}

// flagError turns pflag's errors into ours, with the nearest name for an unknown flag.
func flagError(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if letters := unknown.GetSpecifiedShortnames(); letters != "" {
			return Usagef("unknown flag -%s", unknown.GetSpecifiedName())
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		return Usagef("unknown flag %s%s", name, config.DidYouMean(name, names))
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return Usagef("flag --%s needs a value", bare.GetSpecifiedName())
	}
	return Usagef("%s", err)
}

// unknownCommand tells of a word that names no command: cobra would take it for an argument, or for its flags' fault.
func (p *Program) unknownCommand() error {
	p.root.SetArgs(p.Args)
	p.root.InitDefaultHelpCmd()
	cmd, rest, _ := p.root.Find(p.Args) // its error is the one made here
	if !cmd.HasSubCommands() || len(rest) == 0 || strings.HasPrefix(rest[0], "-") {
		return nil
	}
	var names []string
	for _, child := range cmd.Commands() {
		names = append(names, child.Name())
	}
	return Usagef("unknown command %q%s (see: %s --help)", rest[0], config.DidYouMean(rest[0], names), cmd.CommandPath())
}
