package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"rampa/api"
	"rampa/internal/cli/command"
	"rampa/internal/config"
)

func migrateCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the database up to this version",
		Long:    "Brings the database up to the schema of this version. It only goes forward, and a server may run beside it.",
		Example: "rampa migrate --db postgres://rampa@db/rampa",
	}
	asJSON := command.AddJSON(cmd)
	return p.Tool(cmd, func(cmd *cobra.Command, cfg *config.Config, _ []string) error {
		from, to, err := p.Backend.Migrate(cmd.Context(), cfg)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return p.PrintJSON(map[string]int64{"from": from, "to": to})
		case from == to:
			_, err = fmt.Fprintf(p.Stdout, "The schema is at version %d: nothing to do.\n", to)
		default:
			_, err = fmt.Fprintf(p.Stdout, "The schema went from version %d to %d.\n", from, to)
		}
		return err
	})
}

func auditCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "audit", Short: "Prove the record of who did what", Long: "Works on the record of who did what.", Example: "rampa audit verify",
	}
	cmd.AddCommand(auditVerify(p))
	return cmd
}

func auditVerify(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Short: "Recompute the hash chain over all entries",
		Long: "Recomputes the hash chain over all entries and tells where it breaks (exit 1). The checkpoint that it prints, kept\n" +
			"elsewhere and given to a later run, proves that nothing was cut off the end since.",
		Example: "rampa audit verify --json",
	}
	checkpoint := cmd.Flags().String("checkpoint", "", "`TEXT` that an earlier run printed")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		r, err := admin.Audit.Verify(cmd.Context(), *checkpoint)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(map[string]any{"entries": r.Entries, "batches": r.Batches, "unsealed": r.Unsealed, "checkpoint": r.Checkpoint})
		}
		_, err = fmt.Fprintf(p.Stdout, "The audit chain is whole: %d entries in %d batches, %d not yet sealed.\nCheckpoint: %s\n",
			r.Entries, r.Batches, r.Unsealed, r.Checkpoint)
		return err
	})
}

func configCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Print the configuration in force, without secrets",
		Long:    "Prints the configuration that the same flags, environment and file would give a server, without secrets.",
		Example: "RAMPA_RATE_LIMIT=50 rampa config --for serve", Args: command.NoArguments,
	}
	command.AddOptions(cmd, config.Tool)
	target := cmd.Flags().String("for", "serve", "whose defaults: `COMMAND` serve or sandbox")
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		mode, known := map[string]config.Mode{"serve": config.Production, "sandbox": config.Sandbox}[*target]
		if !known {
			return command.Usagef("--for must be serve or sandbox")
		}
		cfg, err := p.Load(cmd, mode)
		if err != nil {
			return err
		}
		text, err := cfg.YAML()
		if *asJSON {
			text, err = cfg.JSON()
			text = append(text, '\n')
		}
		if err == nil {
			_, err = p.Stdout.Write(text)
		}
		return err
	}
	return cmd
}

func openapiCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "openapi", Short: "Print the OpenAPI description of the API",
		Long:    "Prints the OpenAPI 3.1 description of the API, as it is served at /api/openapi.yaml.",
		Example: "rampa openapi > openapi.yaml", Args: command.NoArguments,
	}
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		if !*asJSON {
			_, err := p.Stdout.Write(api.OpenAPI)
			return err
		}
		var document any
		if err := yaml.Unmarshal(api.OpenAPI, &document); err != nil {
			return err
		}
		return p.PrintJSON(withTextKeys(document))
	}
	return cmd
}

// withTextKeys makes every key a string, as JSON wants: YAML reads an unquoted 200 as a number.
func withTextKeys(node any) any {
	switch n := node.(type) {
	case map[string]any:
		for key, child := range n {
			n[key] = withTextKeys(child)
		}
	case map[any]any:
		text := make(map[string]any, len(n))
		for key, child := range n {
			text[fmt.Sprint(key)] = withTextKeys(child)
		}
		return text
	case []any:
		for i, child := range n {
			n[i] = withTextKeys(child)
		}
	}
	return node
}

func versionCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "version", Short: "Print the version", Long: "Prints the version of this program.", Example: "rampa version --json", Args: command.NoArguments,
	}
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		v := p.Version
		if *asJSON {
			return p.PrintJSON(map[string]string{"version": v.String(), "commit": v.Commit, "date": v.Date, "go": runtime.Version(),
				"platform": runtime.GOOS + "/" + runtime.GOARCH})
		}
		_, err := fmt.Fprintf(p.Stdout, "rampa %s (%s, %s/%s)\n", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	}
	return cmd
}
