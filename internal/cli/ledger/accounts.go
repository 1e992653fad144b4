package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/ledger"
	"rampa/internal/money"
)

// pageSize is how much is read at once.
const pageSize = 1000

func accounts(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "accounts", Short: "List accounts with their balances",
		Long: "Lists accounts with their balances, in the order of a chart of accounts, all as at one instant. In JSON the balance is debits\n" +
			"less credits, and natural is the same as people say it: what we have of an asset, what we owe of a liability.",
		Example: "rampa ledger accounts --purpose customer --asset EUR",
	}
	purpose := cmd.Flags().String("purpose", "", "only those of this `PURPOSE`: treasury, bank, customer, …")
	detail := cmd.Flags().String("detail", "", "only those of this `DETAIL`: a chain, a customer's number, …")
	asset := cmd.Flags().String("asset", "", "only those in this `ASSET`")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		q := ledger.AccountQuery{Purpose: ledger.Purpose(*purpose), Detail: *detail, Asset: strings.ToUpper(*asset)}
		if *purpose != "" && !q.Purpose.Known() {
			return noPurpose(*purpose)
		}
		var all []ledger.Balance
		err := admin.Snapshot(cmd.Context(), func(ctx context.Context) (err error) {
			if q.Asset != "" {
				b, err := open(ctx, admin)
				if err != nil {
					return err
				}
				if _, known := b.asset(q.Asset); !known {
					return b.noAsset(*asset)
				}
			}
			all, err = balances(ctx, p, admin.Ledger, q)
			return err
		})
		if err != nil {
			return err
		}
		return printBalances(p, all, *asJSON)
	})
}

// balances reads all accounts of a query and puts them in the order of a chart of accounts.
func balances(ctx context.Context, p *command.Program, l command.LedgerReader, q ledger.AccountQuery) (all []ledger.Balance, err error) {
	bar := command.NewProgress(p.Stderr, "reading accounts", -1)
	defer bar.Done()
	page := ledger.Page{Limit: pageSize}
	for {
		some, next, err := l.Accounts(ctx, q, page)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		bar.Add(int64(len(some)))
		if page.Cursor = next; next == "" {
			break
		}
	}
	slices.SortFunc(all, func(a, b ledger.Balance) int {
		x, y := a.Account, b.Account
		return cmp.Or(cmp.Compare(slices.Index(ledger.Purposes, x.Purpose), slices.Index(ledger.Purposes, y.Purpose)),
			cmp.Compare(x.Detail, y.Detail), cmp.Compare(x.Asset.Code, y.Asset.Code))
	})
	return all, nil
}

// balanceView is an account for programs.
type balanceView struct {
	Account string `json:"account"`
	Purpose string `json:"purpose"`
	Detail  string `json:"detail"`
	Asset   string `json:"asset"`
	Balance string `json:"balance"` // debits less credits
	Natural string `json:"natural"`
}

func printBalances(p *command.Program, all []ledger.Balance, asJSON bool) error {
	views := make([]balanceView, 0, len(all))
	rows := [][]string{{"ACCOUNT", "DEBIT", "CREDIT"}}
	for _, b := range all {
		a := b.Account
		views = append(views, balanceView{a.Code(), string(a.Purpose), a.Detail, a.Asset.Code, b.Amount.Fixed(), b.Natural().Fixed()})
		debit, credit := sides(a, b.Amount)
		rows = append(rows, []string{a.Code(), debit, credit})
	}
	switch {
	case asJSON:
		return p.PrintJSON(views)
	case len(all) == 0:
		_, err := fmt.Fprintln(p.Stdout, "There is no such account yet: an account comes with its first transfer.")
		return err
	}
	return printTable(p, rows, 1, 2)
}

func history(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "history ACCOUNT", Short: "List what happened to an account, the newest first",
		Long:    "Lists what happened to an account, the newest first, with the balance after each transfer's entry.",
		Example: "rampa ledger history treasury:polygon:USDC --limit 20", Args: exactly(1, "an account, such as treasury:polygon:USDC"),
	}
	limit := cmd.Flags().Int("limit", 50, "at most `N` entries")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		if *limit < 1 {
			return command.Usagef("--limit must be at least 1; for all of it see: rampa ledger export --help")
		}
		var a ledger.Account
		var lines []line
		err := admin.Snapshot(cmd.Context(), func(ctx context.Context) error {
			b, err := open(ctx, admin)
			if err != nil {
				return err
			}
			if a, err = b.account(args[0]); err != nil {
				return err
			}
			lines, err = b.lines(ctx, a, *limit)
			return err
		})
		if err != nil {
			return err
		}
		return printLines(p, a, lines, *asJSON)
	})
}

// line is what an entry did, with what the account held after it.
type line struct {
	ledger.Line
	after money.Amount
}

// lines reads the newest lines of an account.
func (b *book) lines(ctx context.Context, a ledger.Account, limit int) (lines []line, err error) {
	after, err := b.balance(ctx, a)
	if err != nil {
		return nil, err
	}
	page := ledger.Page{}
	for {
		page.Limit = min(limit-len(lines), pageSize)
		some, next, err := b.History(ctx, a, page)
		if err != nil {
			return nil, err
		}
		for _, l := range some {
			lines = append(lines, line{l, after})
			if after, err = after.Sub(l.Amount); err != nil {
				return nil, err
			}
		}
		if page.Cursor = next; next == "" || len(lines) == limit {
			return lines, nil
		}
	}
}

// balance finds the account among those of its purpose, detail and asset: no detail asks for all of them.
func (b *book) balance(ctx context.Context, a ledger.Account) (money.Amount, error) {
	page := ledger.Page{Limit: pageSize}
	for {
		some, next, err := b.Accounts(ctx, ledger.AccountQuery{Purpose: a.Purpose, Detail: a.Detail, Asset: a.Asset.Code}, page)
		if err != nil {
			return money.Amount{}, err
		}
		for _, found := range some {
			if found.Account == a {
				return found.Amount, nil
			}
		}
		if page.Cursor = next; next == "" {
			return money.Zero(a.Asset), nil
		}
	}
}

// lineView is a line for programs.
type lineView struct {
	Transfer int64     `json:"transfer"`
	Key      string    `json:"key"`
	Kind     string    `json:"kind"`
	Memo     string    `json:"memo"`
	Reverses *string   `json:"reverses"` // null: nothing
	At       time.Time `json:"at"`
	Line     int       `json:"line"`
	Asset    string    `json:"asset"`
	Amount   string    `json:"amount"`  // debits are positive
	Balance  string    `json:"balance"` // after it, debits less credits
}

func printLines(p *command.Program, a ledger.Account, lines []line, asJSON bool) error {
	views := make([]lineView, 0, len(lines))
	rows := [][]string{{"AT", "TRANSFER", "KIND", "DEBIT", "CREDIT", "BALANCE", "KEY", "MEMO"}}
	for _, l := range lines {
		t := l.Transfer
		views = append(views, lineView{t.ID, t.Key, t.Kind, t.Memo, orNull(t.Reverses), t.At.UTC(), l.Number, a.Asset.Code, l.Amount.Fixed(), l.after.Fixed()})
		debit, credit := sides(a, l.Amount)
		rows = append(rows, []string{t.At.UTC().Format(time.RFC3339), fmt.Sprint(t.ID), t.Kind, debit, credit, l.after.Fixed(), t.Key, t.Memo})
	}
	switch {
	case asJSON:
		return p.PrintJSON(views)
	case len(lines) == 0:
		_, err := fmt.Fprintf(p.Stdout, "Nothing has happened to %s.\n", a.Code())
		return err
	}
	return printTable(p, rows, 1, 3, 4, 5)
}
