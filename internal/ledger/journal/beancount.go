package journal

import (
	"bytes"
	"fmt"
	"strings"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// beancount writes the format of beancount. Accounts are opened long before any transfer, for one currency each.
type beancount struct{ seen seen }

const opening = "1970-01-01"

func (*beancount) head(b *bytes.Buffer) {
	b.WriteString("; Transfers of a Rampa ledger. Debits are positive, credits negative; days are UTC.\n\noption \"title\" \"Rampa\"\n")
}

func (n *beancount) transfer(b *bytes.Buffer, t ledger.Transfer) {
	b.WriteByte('\n')
	for _, a := range n.seen.declared(t) {
		if code := currency(a.Asset); n.seen.first("commodity " + code) {
			fmt.Fprintf(b, "%s commodity %s\n", opening, code)
		}
		fmt.Fprintf(b, "%s open %s %s\n", opening, accountName(a), currency(a.Asset))
	}
	fmt.Fprintf(b, "%s * %s %s\n", t.At.UTC().Format(dayLayout), quoted(t.Kind), quoted(t.Memo))
	fmt.Fprintf(b, "  key: %s\n  id: %d\n  at: %s\n", quoted(t.Key), t.ID, quoted(t.At.UTC().Format(instantLayout)))
	if t.Reverses != "" {
		fmt.Fprintf(b, "  reverses: %s\n", quoted(t.Reverses))
	}
	for _, e := range t.Entries {
		fmt.Fprintf(b, "  %s  %s %s\n", accountName(e.Account), e.Amount.Fixed(), currency(e.Account.Asset))
	}
}

// quoted is a string in the format's quotes.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// currency is an asset's code. The format wants a letter first, two characters, and no word of its own; codes hold no
// dot, so that what is put before others makes none of them alike.
func currency(a money.Asset) string {
	if c := a.Code[0]; c >= '0' && c <= '9' || len(a.Code) < 2 || a.Code == "TRUE" || a.Code == "FALSE" || a.Code == "NULL" {
		return "X." + a.Code
	}
	return a.Code
}

// accountName is an account's code by the format's rules: "Assets:Treasury:Polygon:USDC".
func accountName(a ledger.Account) string {
	name := capital(string(classOf(a.Purpose))) + ":" + capital(string(a.Purpose)) + ":"
	if a.Detail != "" {
		name += component(a.Detail) + ":"
	}
	return name + a.Asset.Code
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// component is a detail with a capital letter or a digit first, and no dots or underscores, which the format does not
// know in names: letters that look alike stand for them. No two details become the same. Words as people write them, polygon
// or PSE, come out as Polygon and PSE; what could be mistaken for one of those, Polygon or pSE, gets a letter before it that
// no detail has.
func component(detail string) string {
	name := strings.NewReplacer(".", "ˑ", "_", "ˍ").Replace(detail)
	first, second := detail[0], byte(0)
	if len(detail) > 1 {
		second = detail[1]
	}
	switch isLower := func(c byte) bool { return c >= 'a' && c <= 'z' }; {
	case first >= '0' && first <= '9', !isLower(first) && !isLower(second):
		return name
	case isLower(first) && isLower(second):
		return capital(name)
	}
	return "Ø" + name
}
