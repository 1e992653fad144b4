// Package bank is the commands about our bank accounts.
package bank

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rampa/internal/bank"
	"rampa/internal/cli/command"
	"rampa/internal/money"
)

// Command is the group.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "bank", Short: "Keep the bank accounts that payers pay into", Long: "Keeps the bank accounts that payers pay into.", Example: "rampa bank accounts list"}
	accounts := &cobra.Command{Use: "accounts", Short: "Add and list the bank accounts", Long: "Adds and lists the bank accounts. One with an integration is for its payers alone; one without is for those of all\n" +
		"integrations that have none of their own in the currency.", Example: "rampa bank accounts list"}
	accounts.AddCommand(add(p), list(p))
	cmd.AddCommand(accounts)
	return cmd
}

// view is an account for programs.
type view struct {
	IBAN        string `json:"iban"`
	BIC         string `json:"bic"`
	Holder      string `json:"holder"`
	Currency    string `json:"currency"`
	Integration string `json:"integration,omitempty"` // none: shared
}

func add(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "add IBAN", Short: "Add an account", Long: "Adds an account. Payments by transfer are asked for on it from then on. It cannot be taken away again.",
		Example: `rampa bank accounts add ES3167200001350000000001 --bic PFSSESM1XXX --holder "Fintech Payments, S.L"`, Args: command.Arguments(1, "the account's IBAN")}
	bic := cmd.Flags().String("bic", "", "the bank's `BIC`")
	holder := cmd.Flags().String("holder", "", "`NAME` that payers write as the receiver")
	currency := cmd.Flags().String("currency", "EUR", "`CURRENCY` of the account")
	integration := cmd.Flags().String("integration", "", "`NAME` of the only integration that it is for")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		switch {
		case *bic == "":
			return command.Usagef("--bic is missing: which bank is it?")
		case *holder == "":
			return command.Usagef("--holder is missing: whom do payers write as the receiver?")
		}
		of, err := asset(cmd.Context(), admin, strings.ToUpper(*currency))
		if err != nil {
			return err
		}
		a := bank.Account{IBAN: args[0], BIC: strings.ToUpper(*bic), Holder: *holder, Currency: of}
		names, err := integrations(cmd.Context(), admin)
		if err != nil {
			return err
		}
		if a.IntegrationID = named(names, *integration); a.IntegrationID == 0 && *integration != "" {
			return command.Usagef("there is no integration %q: see rampa integration list", *integration)
		}
		if a, err = admin.Bank.Open(cmd.Context(), a, command.Actor()); err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(viewOf(a, names))
		}
		_, err = fmt.Fprintf(p.Stdout, "The account %s is there: payments by transfer use it from now on.\n", a.IBAN)
		return err
	})
}

// euro is known before the ledger has any asset.
var euro = money.Asset{Code: "EUR", Scale: 2}

// asset gives a currency as the ledger has it.
func asset(ctx context.Context, admin *command.Admin, code string) (money.Asset, error) {
	all, err := admin.Ledger.Assets(ctx)
	if err != nil {
		return money.Asset{}, err
	}
	for _, a := range append(all, euro) {
		if a.Code == code {
			return a, nil
		}
	}
	return money.Asset{}, command.Usagef("--currency %s is not one of the ledger's: it must be in the availability matrix of a server that has run", code)
}

// named gives the id of an integration; 0: there is none of that name.
func named(names map[int64]string, name string) int64 {
	for id, n := range names {
		if n == name {
			return id
		}
	}
	return 0
}

// integrations gives their names by their ids.
func integrations(ctx context.Context, admin *command.Admin) (map[int64]string, error) {
	all, err := admin.Integrations.List(ctx)
	names := map[int64]string{}
	for _, i := range all {
		names[i.ID] = i.Name
	}
	return names, err
}

func viewOf(a bank.Account, names map[int64]string) view {
	v := view{a.IBAN, a.BIC, a.Holder, a.Currency.Code, ""}
	if a.IntegrationID != 0 {
		v.Integration = cmp.Or(names[a.IntegrationID], strconv.FormatInt(a.IntegrationID, 10))
	}
	return v
}

func list(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the accounts", Long: "Lists the accounts and whom each is for.", Example: "rampa bank accounts list --json", Args: command.NoArguments}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		names, err := integrations(cmd.Context(), admin)
		if err != nil {
			return err
		}
		accounts, err := admin.Bank.Accounts(cmd.Context())
		if err != nil {
			return err
		}
		all := make([]view, 0, len(accounts))
		for _, a := range accounts {
			all = append(all, viewOf(a, names))
		}
		if *asJSON {
			return p.PrintJSON(all)
		}
		table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "IBAN\tBIC\tHOLDER\tCURRENCY\tFOR")
		for _, v := range all {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", v.IBAN, v.BIC, v.Holder, v.Currency, cmp.Or(v.Integration, "all"))
		}
		return table.Flush()
	})
}
