package journal

import (
	"bytes"
	"fmt"
	"strings"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// hledger writes the journal format of hledger, in its strict form: every account and commodity is declared.
type hledger struct{ seen seen }

func (*hledger) head(b *bytes.Buffer) {
	b.WriteString("; Transfers of a Rampa ledger. Debits are positive, credits negative; days are UTC.\n\ndecimal-mark .\n")
}

func (h *hledger) transfer(b *bytes.Buffer, t ledger.Transfer) {
	b.WriteByte('\n')
	for _, a := range h.seen.declared(t) {
		if name := commodity(a.Asset); h.seen.first("commodity " + name) {
			fmt.Fprintf(b, "commodity 1.%s %s\n", strings.Repeat("0", a.Asset.Scale), name) // the mark is wanted, decimals or not
		}
		fmt.Fprintf(b, "account %s:%s\n", classOf(a.Purpose), a.Code())
	}
	fmt.Fprintf(b, "%s * (%s) %s\n", t.At.UTC().Format(dayLayout), withoutEnd(t.Key, "()"), description(t))
	fmt.Fprintf(b, "    ; id:%d, at:%s", t.ID, t.At.UTC().Format(instantLayout))
	if t.Reverses != "" {
		fmt.Fprintf(b, ", reverses:%s", withoutEnd(t.Reverses, ","))
	}
	b.WriteByte('\n')
	for _, e := range t.Entries {
		fmt.Fprintf(b, "    %s:%s  %s %s\n", classOf(e.Account.Purpose), e.Account.Code(), e.Amount.Fixed(), commodity(e.Account.Asset))
	}
}

// description is kind and memo as payee and note. A semicolon would begin a comment and cannot be escaped: the full-width
// one looks the same.
func description(t ledger.Transfer) string {
	if t.Memo == "" {
		return t.Kind
	}
	return t.Kind + " | " + strings.ReplaceAll(t.Memo, ";", "；")
}

// withoutEnd writes the characters that would end a field as URLs do, and the percent sign with them, so that different
// keys stay different.
func withoutEnd(key, ends string) string {
	if !strings.ContainsAny(key, ends+"%") {
		return key
	}
	var b strings.Builder
	for _, c := range []byte(key) {
		if c == '%' || strings.IndexByte(ends, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// commodity is an asset's symbol: one with digits is quoted.
func commodity(a money.Asset) string {
	if strings.ContainsAny(a.Code, "0123456789") {
		return `"` + a.Code + `"`
	}
	return a.Code
}
