// Package ledger is the commands about the double-entry book: accounts, history, export, an operator's own postings. It
// must not know how anything is booked.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/config"
	"rampa/internal/ledger"
	"rampa/internal/money"
)

// Command is the command about the ledger.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "ledger", Short: "Read, export and correct the double-entry book",
		Long: "Reads, exports and corrects the double-entry book. An account is purpose:detail:ASSET (treasury:polygon:USDC), or\n" +
			"purpose:ASSET where one account per asset is enough (fee:EUR). A debit, more of what we have or less of what we owe,\n" +
			"is positive; a credit is negative.",
		Example: "rampa ledger accounts --purpose treasury",
	}
	cmd.AddCommand(accounts(p), history(p), show(p), export(p), post(p), reverse(p))
	return cmd
}

// book is the ledger with the assets that it knows.
type book struct {
	command.Ledger
	assets []money.Asset
}

// open wants at least one asset: without any there is nothing to read or to post.
func open(ctx context.Context, admin *command.Admin) (*book, error) {
	assets, err := admin.Ledger.Assets(ctx)
	if err == nil && len(assets) == 0 {
		err = errors.New("the ledger knows no assets yet: the server registers those of the availability matrix when it starts")
	}
	return &book{admin.Ledger, assets}, err
}

func (b *book) asset(code string) (money.Asset, bool) {
	i := slices.IndexFunc(b.assets, func(a money.Asset) bool { return a.Code == code })
	if i < 0 {
		return money.Asset{}, false
	}
	return b.assets[i], true
}

func (b *book) codes() []string {
	codes := make([]string, len(b.assets))
	for i, a := range b.assets {
		codes[i] = a.Code
	}
	return codes
}

// account reads an account's code.
func (b *book) account(code string) (ledger.Account, error) {
	a, err := ledger.ParseAccount(code, b.asset)
	switch {
	case errors.Is(err, ledger.ErrAsset):
		return a, b.noAsset(code[strings.LastIndexByte(code, ':')+1:])
	case errors.Is(err, ledger.ErrAccount):
		purpose, _, _ := strings.Cut(code, ":")
		if !ledger.Purpose(purpose).Known() {
			return a, noPurpose(purpose)
		}
		return a, command.Usagef("%q is no account: an account is purpose:detail:ASSET, such as treasury:polygon:USDC, or purpose:ASSET, such as fee:EUR", code)
	}
	return a, err
}

func (b *book) noAsset(code string) error {
	return command.Usagef("the ledger knows no asset %q%s; it knows %s", code, config.DidYouMean(strings.ToUpper(code), b.codes()), strings.Join(b.codes(), ", "))
}

func noPurpose(name string) error {
	var names []string
	for _, p := range ledger.Purposes {
		names = append(names, string(p))
	}
	return command.Usagef("%q is no purpose of an account%s; the purposes are %s", name, config.DidYouMean(name, names), strings.Join(names, ", "))
}

// transferView is a transfer for programs. Amounts are text, so that no reader makes floats of them.
type transferView struct {
	ID       int64       `json:"id"`
	Key      string      `json:"key"`
	Kind     string      `json:"kind"`
	Memo     string      `json:"memo"`
	Reverses *string     `json:"reverses"` // null: nothing
	At       time.Time   `json:"at"`
	Entries  []entryView `json:"entries"`
}

type entryView struct {
	Account string `json:"account"`
	Asset   string `json:"asset"`
	Amount  string `json:"amount"` // debits are positive
}

func view(t ledger.Transfer) transferView {
	v := transferView{ID: t.ID, Key: t.Key, Kind: t.Kind, Memo: t.Memo, Reverses: orNull(t.Reverses), At: t.At.UTC(), Entries: []entryView{}}
	for _, e := range t.Entries {
		v.Entries = append(v.Entries, entryView{e.Account.Code(), e.Account.Asset.Code, e.Amount.Fixed()})
	}
	return v
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// printTransfer shows one transfer whole.
func printTransfer(p *command.Program, t ledger.Transfer, asJSON bool) error {
	if asJSON {
		return p.PrintJSON(view(t))
	}
	fmt.Fprintf(p.Stdout, "Transfer %d, %s, %s\n  key %s\n", t.ID, t.Kind, t.At.UTC().Format(time.RFC3339), t.Key)
	if t.Memo != "" {
		fmt.Fprintf(p.Stdout, "  memo %s\n", t.Memo)
	}
	if t.Reverses != "" {
		fmt.Fprintf(p.Stdout, "  reverses %s\n", t.Reverses)
	}
	rows := [][]string{{"  ACCOUNT", "DEBIT", "CREDIT"}}
	for _, e := range t.Entries {
		debit, credit := sides(e.Account, e.Amount)
		rows = append(rows, []string{"  " + e.Account.Code(), debit, credit})
	}
	return printTable(p, rows, 1, 2)
}

// sides puts an amount in the column of debits or of credits; nothing stands on the account's own side.
func sides(a ledger.Account, amount money.Amount) (debit, credit string) {
	if amount.Sign() < 0 || amount.IsZero() && a.Purpose.Liability() {
		return "", amount.Neg().Fixed()
	}
	return amount.Fixed(), ""
}

// printTable writes rows with some columns, of numbers, flush right.
func printTable(p *command.Program, rows [][]string, numbers ...int) error {
	for _, column := range numbers {
		width := 0
		for _, row := range rows {
			width = max(width, len(row[column]))
		}
		for _, row := range rows {
			row[column] = strings.Repeat(" ", width-len(row[column])) + row[column]
		}
	}
	return p.PrintRows(rows)
}

func show(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show KEY", Short: "Show one transfer with its entries",
		Long:    "Shows one transfer with all of its entries.",
		Example: "rampa ledger show opening/2026-11-01", Args: exactly(1, "the transfer's key"),
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		t, err := admin.Ledger.Transfer(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return printTransfer(p, t, *asJSON)
	})
}

// exactly wants so many words after a command.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := command.Arguments(n, what)(cmd, args); err != nil {
			return err
		}
		return command.NoArguments(cmd, args[n:])
	}
}
