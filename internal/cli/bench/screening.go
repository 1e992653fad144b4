package bench

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rampa/internal/bench"
	"rampa/internal/cli/command"
)

func screening(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "screening", Short: "Count what screening finds among made-up names, and what it should not have",
		Long: "Makes a list, true variants of its names and clean names that come near, all from a seed, compares them under the weights\n" +
			"that screening uses, and counts what was found and what should not have been.",
		Example: "rampa bench screening --seed 7 --json", Args: command.NoArguments,
	}
	size := bench.DefaultScreeningSize()
	flags := cmd.Flags()
	seed := flags.Uint64("seed", 1, "`N` to make the names from: the same one gives the same names")
	flags.IntVar(&size.Variants, "variants", size.Variants, "`N` true variants to compare")
	flags.IntVar(&size.Clean, "clean", size.Clean, "`N` clean names to compare")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if size.Variants < 1 || size.Clean < 1 {
			return command.Usagef("--variants and --clean must be positive")
		}
		env := &bench.Env{Progress: func(what string, parts int64) bench.Bar { return progress(p, what, parts) }}
		r, err := env.RunScreening(cmd.Context(), *seed, size)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(r)
		}
		return printScreening(p, r)
	}
	return cmd
}

func printScreening(p *command.Program, r bench.Screening) error {
	fmt.Fprintf(p.Stdout, "%8.2f %% of %d variants were found\n%8.2f false hits per 1,000 of %d clean names\n%8.0f names a second against %d entries\n\n",
		r.Recall, r.Variants, r.FalseHitsPer1000, r.Clean, r.NamesPerSecond, r.Entries)
	table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range r.Classes {
		fmt.Fprintf(table, "%s\t%d names\t%d hits\t%.2f %% right\n", c.Class, c.Names, c.Hits, c.Percent)
	}
	return table.Flush()
}
