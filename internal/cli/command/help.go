package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rampa/internal/config"
)

// printHelp writes the help of a command: usage, what it does, an example, its commands, its flags by group.
func printHelp(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "Usage: %s\n\n%s\n", usageLine(cmd), cmd.Long)
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExample:\n  %s\n", cmd.Example)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	if cmd.HasAvailableSubCommands() {
		fmt.Fprint(table, "\nCommands:\n")
		for _, child := range cmd.Commands() {
			if child.IsAvailableCommand() {
				fmt.Fprintf(table, "  %s\t%s\n", child.Name(), child.Short)
			}
		}
	}
	printFlags(table, cmd)
	if cmd.Flags().Lookup("config") != nil {
		fmt.Fprint(table, "\nEach flag may also stand in the environment (--log-level as RAMPA_LOG_LEVEL) or in the --config file.\n"+
			"A flag wins over the environment, the environment over the file. Secrets may stand in a file of their own, named\n"+
			"by RAMPA_<FLAG>_FILE.\n")
	}
}

func usageLine(cmd *cobra.Command) string {
	line := strings.TrimSuffix(cmd.CommandPath(), " "+cmd.Name())
	if !cmd.HasParent() {
		line = ""
	}
	line = strings.TrimSpace(line + " " + cmd.Use)
	if cmd.HasAvailableSubCommands() {
		return line + " <command> [flags]"
	}
	return line + " [flags]"
}

// printFlags writes the command's own flags first, then the options by their groups.
func printFlags(w io.Writer, cmd *cobra.Command) {
	group := ""
	heading := func(name string) {
		if name != group {
			group = name
			fmt.Fprintf(w, "\n%s:\n", name)
		}
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, is := config.Find(f.Name); !is && f.Name != "help" {
			heading("Flags")
			value, text := pflag.UnquoteUsage(f)
			printFlag(w, f, value, text)
		}
	})
	for _, o := range config.Options() {
		if f := cmd.Flags().Lookup(o.Name); f != nil {
			heading(o.Group)
			printFlag(w, f, o.Value, f.Usage)
		}
	}
}

func printFlag(w io.Writer, f *pflag.Flag, value, text string) {
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		text += " (default " + f.DefValue + ")"
	}
	fmt.Fprintf(w, "  --%s\t%s\n", strings.TrimSpace(f.Name+" "+value), text)
}
