package access

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/operator"
)

// Operator is the command that keeps the accounts of the console.
func Operator(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "operator", Short: "Keep the accounts of the console",
		Long: "Keeps the accounts of the console. An account is named by its e-mail address.", Example: "rampa operator list",
	}
	cmd.AddCommand(operatorCreate(p), operatorList(p), operatorReset(p), operatorDisable(p))
	return cmd
}

func operatorCreate(p *command.Program) *cobra.Command {
	var roles []string
	for _, role := range operator.Roles() {
		roles = append(roles, string(role))
	}
	cmd := &cobra.Command{
		Use: "create", Short: "Make an account",
		Long: "Makes an account and prints a one-time password. It opens the first login only, where the person chooses a password\n" +
			"and sets up an authenticator.",
		Example: `rampa operator create --email ana@example.com --name "Ana Ruiz" --role compliance`,
	}
	email := cmd.Flags().String("email", "", "the person's e-mail `ADDRESS`")
	name := cmd.Flags().String("name", "", "the person's `NAME`")
	role := cmd.Flags().String("role", string(operator.Compliance), "`ROLE` in the console: "+strings.Join(roles, ", "))
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		entrant := operator.Entrant{Email: *email, Name: *name, Role: operator.Role(*role)}
		switch {
		case entrant.Email == "":
			return command.Usagef("--email is missing: how does the person log in?")
		case entrant.Name == "":
			return command.Usagef("--name is missing: who is it?")
		case !entrant.Role.Valid():
			return command.Usagef("--role must be one of %s", strings.Join(roles, ", "))
		}
		password, err := admin.Operators.Create(cmd.Context(), entrant, command.Actor())
		if err != nil {
			return err
		}
		return printOneTime(p, entrant.Email, password, *asJSON)
	})
}

func operatorReset(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "reset EMAIL", Short: "Let a person in again who lost password or authenticator",
		Long:    "Ends the account's sessions, forgets its password and authenticator, and prints a new one-time password.",
		Example: "rampa operator reset ana@example.com", Args: command.Arguments(1, "the account's e-mail address"),
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		password, err := admin.Operators.Reset(cmd.Context(), args[0], command.Actor())
		if err != nil {
			return err
		}
		return printOneTime(p, args[0], password, *asJSON)
	})
}

func operatorDisable(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "disable EMAIL", Short: "Close an account", Long: "Closes an account and ends its sessions. What it did stays in the audit.",
		Example: "rampa operator disable ana@example.com", Args: command.Arguments(1, "the account's e-mail address"),
	}
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		return admin.Operators.Disable(cmd.Context(), args[0], command.Actor())
	})
}

// operatorView is an account for programs.
type operatorView struct {
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Disabled  bool      `json:"disabled"`
	CreatedAt time.Time `json:"created_at"`
}

func operatorList(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the accounts", Long: "Lists the accounts of the console.", Example: "rampa operator list --json",
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		all, err := admin.Operators.List(cmd.Context())
		if err != nil {
			return err
		}
		views, rows := []operatorView{}, [][]string{{"E-MAIL", "NAME", "ROLE", "STATE", "CREATED"}}
		for _, o := range all {
			v := operatorView{o.Email, o.Name, string(o.Role), !o.DisabledAt.IsZero(), o.CreatedAt.UTC()}
			state := "open"
			if v.Disabled {
				state = "closed"
			}
			views = append(views, v)
			rows = append(rows, []string{v.Email, v.Name, v.Role, state, v.CreatedAt.Format(time.DateOnly)})
		}
		if *asJSON {
			return p.PrintJSON(views)
		}
		return p.PrintRows(rows)
	})
}

// printOneTime shows a one-time password, the only time that it is seen.
func printOneTime(p *command.Program, email, password string, asJSON bool) error {
	if asJSON {
		return p.PrintJSON(map[string]string{"email": email, "one_time_password": password})
	}
	err := p.PrintRows([][]string{{"email", email}, {"one-time password", password}})
	if err == nil {
		_, err = fmt.Fprintln(p.Stdout, "\nHand it over on a safe way: it opens the first login, once.")
	}
	return err
}
