package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/config"
)

func sandboxCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "sandbox", Short: "Start everything on this machine, with simulated partners",
		Long: "Starts everything on this machine: the real program with a simulated outside world. Prints addresses, credentials\n" +
			"and a first call, and keeps all data in one folder, so that a second start goes on where the first one ended.",
		Example: "rampa sandbox --listen 127.0.0.1:0 --ephemeral", Args: command.NoArguments,
	}
	command.AddOptions(cmd, config.Sandbox)
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := p.Load(cmd, config.Sandbox)
		if err != nil {
			return err
		}
		log := newLogger(p.Stderr, cfg.Log)
		for _, name := range config.UnknownVariables(p.Environ, p.CommandFlags()) {
			log.Warn("a variable that configures nothing", "name", name)
		}
		return drained(cmd.Context(), p.Backend.Sandbox(cmd.Context(), Start{Config: cfg, Log: log, Ready: func(r Running) error {
			file := cfg.CredentialsFile()
			if err := writeCredentials(file, r); err != nil {
				return err
			}
			if *asJSON {
				return p.PrintJSON(newCredentials(r))
			}
			return printWelcome(p, r, file)
		}}))
	}
	return cmd
}

func serveCommand(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Start in production",
		Long: "Starts in production. Refuses to start without its keys, with database settings that could lose an acknowledged\n" +
			"change, and with RAMPA_ variables that it does not know: each reason is one line.",
		Example: "RAMPA_MASTER_KEY_FILE=/etc/rampa/master.key rampa serve --public-url https://pay.example.com", Args: command.NoArguments,
	}
	command.AddOptions(cmd, config.Production)
	asJSON := command.AddJSON(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := p.Load(cmd, config.Production)
		if err != nil {
			return err
		}
		if err := cfg.CheckServe(); err != nil {
			return command.Refusal{Reasons: err}
		}
		log := newLogger(p.Stderr, cfg.Log)
		return drained(cmd.Context(), p.Backend.Serve(cmd.Context(), Start{Config: cfg, Log: log, Ready: func(r Running) error {
			if *asJSON {
				return p.PrintJSON(map[string]string{"base_url": r.BaseURL, "public_url": r.PublicURL})
			}
			_, err := fmt.Fprintf(p.Stdout, "Rampa is ready: %s\n", r.BaseURL)
			return err
		}}))
	}
	return cmd
}

// drained is the end of a server: having been told to stop is no failure.
func drained(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// credentials is the file that a sandbox writes. Its keys are a promise to scripts.
type credentials struct {
	BaseURL           string  `json:"base_url"`
	PublicURL         string  `json:"public_url"`
	APIKey            string  `json:"api_key"`
	APISecret         string  `json:"api_secret"`
	ConsoleURL        string  `json:"console_url"`
	ConsoleUser       string  `json:"console_user"`
	ConsolePassword   string  `json:"console_password"`
	ConsoleTOTPSecret string  `json:"console_totp_secret"`
	RPCURL            *string `json:"rpc_url"` // null without a chain
}

func newCredentials(r Running) credentials {
	c := credentials{BaseURL: r.BaseURL, PublicURL: r.PublicURL, APIKey: r.APIKey, APISecret: r.APISecret, ConsoleURL: r.ConsoleURL,
		ConsoleUser: r.ConsoleUser, ConsolePassword: r.ConsolePassword, ConsoleTOTPSecret: r.ConsoleTOTPSecret}
	if r.RPCURL != "" {
		c.RPCURL = &r.RPCURL
	}
	return c
}

// writeCredentials writes the file at once and for its owner only: whoever waits for it never reads half of one.
func writeCredentials(file string, r Running) (err error) {
	if file == "" {
		return nil
	}
	content, err := json.MarshalIndent(newCredentials(r), "", "  ")
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".credentials-*") // mode 0600
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	_, err = temporary.Write(append(content, '\n'))
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err != nil {
		os.Remove(temporary.Name())
		return fmt.Errorf("credentials: %w", err)
	}
	return nil
}

// printWelcome tells a newcomer where everything is and what to call first.
func printWelcome(p *command.Program, r Running, file string) error {
	fmt.Fprint(p.Stdout, "Rampa's sandbox is ready. Ctrl-C stops it.\n\n")
	rows := [][]string{
		{"  API", r.BaseURL}, {"    api_key", r.APIKey}, {"    api_secret", r.APISecret},
		{"  Console", r.ConsoleURL}, {"    user", r.ConsoleUser}, {"    password", r.ConsolePassword},
		{"    authenticator", r.ConsoleTOTPSecret + "  (TOTP secret)"},
		{"  Reference", strings.TrimSuffix(r.PublicURL, "/") + "/docs"},
	}
	if r.RPCURL != "" {
		rows = append(rows, []string{"  JSON-RPC", r.RPCURL})
	}
	if file != "" {
		rows = append(rows, []string{"  All of this", file})
	}
	if err := p.PrintRows(rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.Stdout, "\nThe first call gives a token for the header `auth`:\n\n"+
		"  curl -s %s/authenticate -H 'Content-Type: application/json' \\\n    -d '{\"api_key\":\"%s\",\"api_secret\":\"%s\"}'\n",
		r.BaseURL, r.APIKey, r.APISecret)
	return err
}

// newLogger makes a logger that writes to stderr as the configuration says.
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
