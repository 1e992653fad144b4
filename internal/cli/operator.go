package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/operator"
)

func (p *program) operatorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "operator", Short: "Keep the accounts of the console",
		Long: "Keeps the accounts of the console. An account is named by its e-mail address.", Example: "rampa operator list",
	}
	cmd.AddCommand(p.operatorCreate(), p.operatorList(), p.operatorReset(), p.operatorDisable())
	return cmd
}

func (p *program) operatorCreate() *cobra.Command {
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
	asJSON := addJSON(cmd)
	return p.admin(cmd, func(cmd *cobra.Command, admin *Admin, _ []string) error {
		entrant := operator.Entrant{Email: *email, Name: *name, Role: operator.Role(*role)}
		switch {
		case entrant.Email == "":
			return usagef("--email is missing: how does the person log in?")
		case entrant.Name == "":
			return usagef("--name is missing: who is it?")
		case !entrant.Role.Valid():
			return usagef("--role must be one of %s", strings.Join(roles, ", "))
		}
		password, err := admin.Operators.Create(cmd.Context(), entrant, actor)
		if err != nil {
			return err
		}
		return p.printOneTime(entrant.Email, password, *asJSON)
	})
}

func (p *program) operatorReset() *cobra.Command {
	cmd := &cobra.Command{
		Use: "reset EMAIL", Short: "Let a person in again who lost password or authenticator",
		Long:    "Ends the account's sessions, forgets its password and authenticator, and prints a new one-time password.",
		Example: "rampa operator reset ana@example.com", Args: arguments(1, "the account's e-mail address"),
	}
	asJSON := addJSON(cmd)
	return p.admin(cmd, func(cmd *cobra.Command, admin *Admin, args []string) error {
		password, err := admin.Operators.Reset(cmd.Context(), args[0], actor)
		if err != nil {
			return err
		}
		return p.printOneTime(args[0], password, *asJSON)
	})
}

func (p *program) operatorDisable() *cobra.Command {
	cmd := &cobra.Command{
		Use: "disable EMAIL", Short: "Close an account", Long: "Closes an account and ends its sessions. What it did stays in the audit.",
		Example: "rampa operator disable ana@example.com", Args: arguments(1, "the account's e-mail address"),
	}
	return p.admin(cmd, func(cmd *cobra.Command, admin *Admin, args []string) error {
		return admin.Operators.Disable(cmd.Context(), args[0], actor)
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

func (p *program) operatorList() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the accounts", Long: "Lists the accounts of the console.", Example: "rampa operator list --json",
	}
	asJSON := addJSON(cmd)
	return p.admin(cmd, func(cmd *cobra.Command, admin *Admin, _ []string) error {
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
			return p.printJSON(views)
		}
		return p.printRows(rows)
	})
}

// printOneTime shows a one-time password, the only time that it is seen.
func (p *program) printOneTime(email, password string, asJSON bool) error {
	if asJSON {
		return p.printJSON(map[string]string{"email": email, "one_time_password": password})
	}
	err := p.printRows([][]string{{"email", email}, {"one-time password", password}})
	if err == nil {
		_, err = fmt.Fprintln(p.Stdout, "\nHand it over on a safe way: it opens the first login, once.")
	}
	return err
}
