package cli

import (
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rampa/internal/config"
)

// toolOptions are the options that a command has which opens the storage and ends.
var toolOptions = []string{"data", "db", "master-key", "log-level", "log-format"}

// addOptions gives cmd the flags of a mode's options, all or the named ones, and --config.
func addOptions(cmd *cobra.Command, mode config.Mode, only ...string) {
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

// addJSON gives cmd --json.
func addJSON(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("json", false, "print JSON, for programs")
}

// load makes the configuration of a mode from cmd's flags and the places behind them.
func (p *program) load(cmd *cobra.Command, mode config.Mode) (*config.Config, error) {
	given := map[string]string{}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if _, is := config.Find(f.Name); is {
			given[f.Name] = f.Value.String()
		}
	})
	file, _ := cmd.Flags().GetString("config") // "" where the command has none
	return config.Load(mode, config.Sources{
		Flags: given, Environ: p.Environ, File: file, Strict: mode == config.Production, Known: p.commandFlags(),
	})
}

// commandFlags are the long flags of all commands that are not options.
func (p *program) commandFlags() []string {
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
func (p *program) fillFromEnvironment(cmd *cobra.Command, _ []string) error {
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
func (p *program) getenv(name string) string {
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
			return usagef("unknown flag -%s", unknown.GetSpecifiedName())
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		return usagef("unknown flag %s%s", name, config.DidYouMean(name, names))
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usagef("flag --%s needs a value", bare.GetSpecifiedName())
	}
	return usagef("%s", err)
}

// unknownCommand tells of a word that names no command: cobra would take it for an argument, or for its flags' fault.
func (p *program) unknownCommand() error {
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
	return usagef("unknown command %q%s (see: %s --help)", rest[0], config.DidYouMean(rest[0], names), cmd.CommandPath())
}

// logger writes to stderr as the configuration says.
func newLogger(to io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo // config checked it
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
