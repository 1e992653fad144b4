package ledger

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"rampa/internal/audit"
	"rampa/internal/cli/command"
	"rampa/internal/errs"
	"rampa/internal/ledger"
	"rampa/internal/money"
)

// manual is the kind of what operators post.
const manual = "manual"

// deed is what must be said about an operator's own posting.
type deed struct {
	key, memo, operator *string
	json                *bool
}

func addDeed(cmd *cobra.Command, keyHelp string) deed {
	return deed{
		key:      cmd.Flags().String("key", "", keyHelp),
		memo:     cmd.Flags().String("memo", "", "`TEXT` that tells why, up to 200 characters, no personal data"),
		operator: cmd.Flags().String("operator", "", "`NAME` of who posts it; it is kept in the audit"),
		json:     command.AddJSON(cmd),
	}
}

// check wants everything said.
func (d deed) check() error {
	switch {
	case *d.key == "":
		return command.Usagef("--key is missing: a name of this posting that no other has, such as opening/2026-11-01")
	case strings.TrimSpace(*d.memo) == "":
		return command.Usagef("--memo is missing: why?")
	case strings.TrimSpace(*d.operator) == "":
		return command.Usagef("--operator is missing: who posts it?")
	case utf8.RuneCountInString(*d.operator) > 100:
		return command.Usagef("--operator is longer than 100 characters")
	}
	return nil
}

// by is the operator for the audit. Nobody has proved to be that one: the address says that it was here.
func (d deed) by() audit.Actor {
	return audit.Actor{Kind: "operator", ID: strings.TrimSpace(*d.operator), Address: "cli"}
}

func post(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "post ACCOUNT=AMOUNT ACCOUNT=AMOUNT...", Short: "Post a transfer by hand: opening balances and corrections",
		Long: "Posts a transfer by hand: opening balances and corrections. Debits are positive, credits negative, and they sum to zero in\n" +
			"each asset. What is posted stays: a mistake is reversed. The same posting given again with its key changes nothing.",
		Example: `rampa ledger post --key opening/2026-11-01 --memo "Opening balance" --operator Ana treasury:polygon:USDC=1000 equity:USDC=-1000`,
		Args:    command.Arguments(2, "two entries or more, such as treasury:polygon:USDC=1000 equity:USDC=-1000"),
	}
	said := addDeed(cmd, "`KEY` of this posting, which no other has: the same one posts once")
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		if err := said.check(); err != nil {
			return err
		}
		b, err := open(cmd.Context(), admin)
		if err != nil {
			return err
		}
		t := ledger.Transfer{Key: *said.key, Kind: manual, Memo: strings.TrimSpace(*said.memo), By: said.by()}
		for _, arg := range args {
			e, err := b.entry(arg)
			if err != nil {
				return err
			}
			t.Entries = append(t.Entries, e)
		}
		if t, err = b.Post(cmd.Context(), t); err != nil {
			return err
		}
		return printTransfer(p, t, *said.json)
	})
}

// entry reads "treasury:polygon:USDC=1000".
func (b *book) entry(text string) (ledger.Entry, error) {
	code, number, ok := strings.Cut(text, "=")
	if !ok {
		return ledger.Entry{}, command.Usagef("%q is no entry: an entry is ACCOUNT=AMOUNT, such as treasury:polygon:USDC=1000", text)
	}
	a, err := b.account(code)
	if err != nil {
		return ledger.Entry{}, err
	}
	amount, err := money.Parse(number, a.Asset)
	switch {
	case errors.Is(err, money.ErrPrecision):
		return ledger.Entry{}, command.Usagef("%s: %s has %d decimals in the ledger", text, a.Asset.Code, a.Asset.Scale)
	case err != nil:
		return ledger.Entry{}, command.Usagef("%s: %s", text, safe(err))
	case amount.IsZero():
		return ledger.Entry{}, command.Usagef("%s: an entry of nothing", text)
	}
	return ledger.Entry{Account: a, Amount: amount}, nil
}

// safe is the message of a typed error.
func safe(err error) string {
	if typed, ok := errors.AsType[*errs.Error](err); ok {
		return typed.Message
	}
	return err.Error()
}

func reverse(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "reverse KEY", Short: "Take a transfer back by its opposite",
		Long: "Takes a transfer back: posts one with the opposite entries. That can be done once for each transfer, and for none that opened,\n" +
			"settled or released a hold. Both stay in the book.",
		Example: `rampa ledger reverse opening/2026-11-01 --memo "Wrong chain" --operator Ana`, Args: exactly(1, "the key of the transfer to take back"),
	}
	said := addDeed(cmd, "`KEY` of the reversal (default: the transfer's key and /reversed)")
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		if *said.key == "" {
			*said.key = args[0] + "/reversed"
		}
		if err := said.check(); err != nil {
			return err
		}
		t, err := admin.Ledger.Reverse(cmd.Context(), ledger.Reversal{Key: *said.key, Of: args[0], Memo: strings.TrimSpace(*said.memo), By: said.by()})
		if err != nil {
			return err
		}
		return printTransfer(p, t, *said.json)
	})
}
