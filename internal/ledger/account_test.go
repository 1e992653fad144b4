package ledger_test

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

func assetOf(code string) (money.Asset, bool) {
	for _, a := range []money.Asset{eur, usdc} {
		if a.Code == code {
			return a, true
		}
	}
	return money.Asset{}, false
}

func TestAnAccountIsReadFromItsCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]error{
		"treasury:polygon:USDC": nil, "customer:100067:EUR": nil, "fee:EUR": nil, "fee:card:EUR": nil, "bank:ES91-main.1_x:EUR": nil, "suspense:EUR": nil,
		"":                           ledger.ErrAccount,
		"EUR":                        ledger.ErrAccount,
		"fee":                        ledger.ErrAccount,
		"fee::EUR":                   ledger.ErrAccount,
		":EUR":                       ledger.ErrAccount,
		"fee:":                       ledger.ErrAsset,
		"fee:eur":                    ledger.ErrAsset,
		"Fee:EUR":                    ledger.ErrAccount,
		"customer:EUR":               ledger.ErrAccount,
		"treasury:USDC":              ledger.ErrAccount,
		"treasury:polygon:main:USDC": ledger.ErrAccount,
		"customer:1 2:EUR":           ledger.ErrAccount,
		"customer:é:EUR":             ledger.ErrAccount,
		"customer:1\n:EUR":           ledger.ErrAccount,
		"customer:-1:EUR":            ledger.ErrAccount,
		"customer:1:XAU":             ledger.ErrAsset,
		"profit:1:XAU":               ledger.ErrAccount,
		"bank:" + strings.Repeat("x", 65) + ":EUR": ledger.ErrAccount,
	} {
		a, err := ledger.ParseAccount(code, assetOf)
		if !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%q: %v, want %v", code, err, want)
		}
		if err == nil && a.Code() != code {
			t.Errorf("%q became %q", code, a.Code())
		}
	}
}

func FuzzParseAccount(f *testing.F) {
	for _, code := range []string{"treasury:polygon:USDC", "fee:EUR", "customer::EUR", "a:b:c:d", "held:1:EUR\x00"} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if a, err := ledger.ParseAccount(code, assetOf); err == nil && (a.Code() != code || !a.Purpose.Known()) {
			t.Errorf("%q became %q", code, a.Code())
		}
	})
}

func TestEveryPurposeIsInTheChart(t *testing.T) {
	t.Parallel()
	seen := map[ledger.Purpose]bool{}
	for _, p := range ledger.Purposes {
		if !p.Known() || seen[p] {
			t.Error(p)
		}
		seen[p] = true
		if twin := p.Twin(); twin != "" && (!twin.Guarded() || twin.Liability() != p.Liability()) {
			t.Errorf("the twin of %s stands on another side or is not guarded", p)
		}
	}
	if len(seen) != 15 || ledger.Purpose("profit").Known() {
		t.Errorf("%d purposes", len(seen))
	}
}

func TestATransferThatIsNoneIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	two := []ledger.Entry{entry("fee:EUR", 1), entry("suspense:EUR", -1)}
	many := make([]ledger.Entry, 0, 102)
	for range 51 {
		many = append(many, two...)
	}
	of := func(edit func(t *ledger.Transfer)) ledger.Transfer {
		t := ledger.Transfer{Key: "k", Kind: "test", Entries: two}
		edit(&t)
		return t
	}
	unknown := ledger.Account{Purpose: ledger.Fee, Asset: money.Asset{Code: "XAU", Scale: 2}}
	coarser := ledger.Account{Purpose: ledger.Fee, Asset: money.Asset{Code: "USDC", Scale: 2}}
	customer := ledger.Account{Purpose: ledger.Customer, Detail: "9", Asset: coarser.Asset}
	cases := map[string]struct {
		t    ledger.Transfer
		want error
	}{
		"no key":          {of(func(t *ledger.Transfer) { t.Key = "" }), ledger.ErrTransfer},
		"a long key":      {of(func(t *ledger.Transfer) { t.Key = strings.Repeat("k", 201) }), ledger.ErrTransfer},
		"a key of spaces": {of(func(t *ledger.Transfer) { t.Key = "a b" }), ledger.ErrTransfer},
		"a NUL in a key":  {of(func(t *ledger.Transfer) { t.Key = "a\x00" }), ledger.ErrTransfer},
		"no kind":         {of(func(t *ledger.Transfer) { t.Kind = "" }), ledger.ErrTransfer},
		"a loud kind":     {of(func(t *ledger.Transfer) { t.Kind = "Payment" }), ledger.ErrTransfer},
		"a long memo":     {of(func(t *ledger.Transfer) { t.Memo = strings.Repeat("é", 201) }), ledger.ErrTransfer},
		"a memo of lines": {of(func(t *ledger.Transfer) { t.Memo = "a\nb" }), ledger.ErrTransfer},
		"a broken memo":   {of(func(t *ledger.Transfer) { t.Memo = "a\xffb" }), ledger.ErrTransfer},
		"no entries":      {of(func(t *ledger.Transfer) { t.Entries = nil }), ledger.ErrUnbalanced},
		"one entry":       {of(func(t *ledger.Transfer) { t.Entries = two[:1] }), ledger.ErrUnbalanced},
		"many entries":    {of(func(t *ledger.Transfer) { t.Entries = many }), ledger.ErrUnbalanced},
		"one cent more":   {of(func(t *ledger.Transfer) { t.Entries = []ledger.Entry{entry("fee:EUR", 2), entry("suspense:EUR", -1)} }), ledger.ErrUnbalanced},
		"entries of nothing": {of(func(t *ledger.Transfer) { t.Entries = []ledger.Entry{entry("fee:EUR", 0), entry("suspense:EUR", 0)} }),
			ledger.ErrUnbalanced},
		"assets that only sum to zero together": {of(func(t *ledger.Transfer) { t.Entries = []ledger.Entry{entry("fx:EUR", 1), entry("fx:USDC", -1)} }),
			ledger.ErrUnbalanced},
		"a sum that wraps around": {of(func(t *ledger.Transfer) {
			t.Entries = []ledger.Entry{entry("fee:EUR", math.MaxInt64), entry("suspense:EUR", math.MaxInt64), entry("dust:EUR", 2)}
		}), ledger.ErrUnbalanced},
		"an amount of another asset": {of(func(t *ledger.Transfer) {
			t.Entries = []ledger.Entry{{Account: account("fee:EUR"), Amount: money.New(1, usdc)}, {Account: account("suspense:EUR"), Amount: money.New(-1, usdc)}}
		}), ledger.ErrUnbalanced},
		"an account of no purpose": {of(func(t *ledger.Transfer) {
			t.Entries = append([]ledger.Entry{{Account: ledger.Account{Purpose: "profit", Asset: eur}, Amount: money.New(1, eur)}}, two[1])
		}), ledger.ErrAccount},
		"an account of holds": {of(func(t *ledger.Transfer) { t.Entries = []ledger.Entry{entry("fee:EUR", 1), entry("held:1:EUR", -1)} }), ledger.ErrTwin},
		"an asset that is not registered": {of(func(t *ledger.Transfer) {
			t.Entries = []ledger.Entry{{Account: unknown, Amount: money.New(1, unknown.Asset)}, {Account: unknown, Amount: money.New(-1, unknown.Asset)}}
		}), ledger.ErrAsset},
		"an asset of another scale": {of(func(t *ledger.Transfer) {
			t.Entries = []ledger.Entry{{Account: coarser, Amount: money.New(1, coarser.Asset)}, {Account: customer, Amount: money.New(-1, coarser.Asset)}}
		}), ledger.ErrScale},
		"more than there is": {of(func(t *ledger.Transfer) { t.Entries = []ledger.Entry{entry("customer:1:EUR", 1), entry("fee:EUR", -1)} }), ledger.ErrFunds},
	}
	engines(t, func(w *world) {
		for name, c := range cases {
			if _, err := w.Post(w.Context(), c.t); !errors.Is(err, c.want) {
				w.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		for name, says := range map[string]string{"one cent more": "The entries in EUR sum to 0.01, not to zero.", "a sum that wraps around": "EUR sum to 18446744073709551616 units"} {
			if _, err := w.Post(w.Context(), cases[name].t); !strings.Contains(err.Error(), says) {
				w.Errorf("%s: %v", name, err)
			}
		}
		for _, table := range []string{"ledger_transfers", "ledger_entries", "ledger_pending", "audit_entries"} {
			if n := w.count(table); n != 0 {
				w.Errorf("%d rows in %s", n, table)
			}
		}
	})
}

func (w *world) count(table string) (n int) {
	w.Helper()
	if err := w.DB.QueryRow(w.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

func TestADigestNeverChanges(t *testing.T) {
	t.Parallel()
	tr := ledger.Transfer{ID: 7, Key: "payment/1/received", Kind: "payment.received", Memo: "añadido", At: noon,
		Entries: []ledger.Entry{entry("clearing:card:EUR", 150_00), entry("customer:7:EUR", -150_00)}}
	const want = "c5ede9c7bdc2d7d193c7b1289f57a267f508214c3a78fa068289605c7da0b987" // as another program computes it from the layout
	if got := hexOf(ledger.Digest(tr)); got != want {
		t.Errorf("%s", got)
	}
	edits := map[string]func(t *ledger.Transfer){
		"key":     func(t *ledger.Transfer) { t.Key += "x" },
		"kind":    func(t *ledger.Transfer) { t.Kind += "x" },
		"memo":    func(t *ledger.Transfer) { t.Memo = "" },
		"shift":   func(t *ledger.Transfer) { t.Kind, t.Memo = t.Kind+"a", t.Memo[1:] },
		"of":      func(t *ledger.Transfer) { t.Reverses = "x" },
		"instant": func(t *ledger.Transfer) { t.At = t.At.Add(1000) },
		"amount":  func(t *ledger.Transfer) { t.Entries[0].Amount = money.New(150_01, eur) },
		"account": func(t *ledger.Transfer) { t.Entries[0].Account.Detail = "psd2" },
		"order":   func(t *ledger.Transfer) { t.Entries[0], t.Entries[1] = t.Entries[1], t.Entries[0] },
		"scale":   func(t *ledger.Transfer) { t.Entries[0].Account.Asset.Scale = 3 },
		"missing": func(t *ledger.Transfer) { t.Entries = t.Entries[:1] },
	}
	for name, edit := range edits {
		other := tr
		other.Entries = append([]ledger.Entry{}, tr.Entries...)
		edit(&other)
		if hexOf(ledger.Digest(other)) == want {
			t.Errorf("the digest does not cover %s", name)
		}
	}
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
