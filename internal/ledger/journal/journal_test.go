package journal_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/ledger"
	"rampa/internal/ledger/journal"
	"rampa/internal/money"
)

var (
	eur  = money.Asset{Code: "EUR", Scale: 2}
	clp  = money.Asset{Code: "CLP", Scale: 0}
	usdc = money.Asset{Code: "USDC", Scale: 6}
	inch = money.Asset{Code: "1INCH", Scale: 9}

	noon = time.Date(2026, 11, 22, 12, 0, 0, 123456000, time.UTC)
)

func account(p ledger.Purpose, detail string, a money.Asset) ledger.Account {
	return ledger.Account{Purpose: p, Detail: detail, Asset: a}
}

func entry(a ledger.Account, units int64) ledger.Entry {
	return ledger.Entry{Account: a, Amount: money.New(units, a.Asset)}
}

// examples are a payment, its exchange in three assets, and a reversal.
func examples() []ledger.Transfer {
	return []ledger.Transfer{
		{ID: 7, Key: "payment/9NM6/received", Kind: "payment.received", Memo: "PIX", At: noon, Entries: []ledger.Entry{
			entry(account(ledger.Clearing, "card", eur), 150_50), entry(account(ledger.Customer, "100067", eur), -150_50)}},
		{ID: 9, Key: "(odd),100%", Kind: "manual", Memo: `say "hi"; =1+1 \`, At: noon.Add(24 * time.Hour), Entries: []ledger.Entry{
			entry(account(ledger.FX, "", clp), 120), entry(account(ledger.Equity, "", clp), -120),
			entry(account(ledger.Treasury, "polygon", inch), 1), entry(account(ledger.FX, "", inch), -1)}},
		{ID: 10, Key: "undo", Kind: "manual.reversed", Reverses: "a,b", At: noon.Add(48 * time.Hour), Entries: []ledger.Entry{
			entry(account(ledger.Clearing, "PSE", eur), -1), entry(account(ledger.Customer, "100067", eur), 1)}},
	}
}

func write(t testing.TB, f journal.Format, all []ledger.Transfer) string {
	t.Helper()
	var b bytes.Buffer
	w, err := journal.New(&b, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		if err := w.Write(one); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheFormatsAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	want := map[journal.Format]string{
		journal.CSV: crlf(`transfer,at,key,kind,memo,reverses,line,account,purpose,detail,asset,amount
7,2026-11-22T12:00:00.123456Z,payment/9NM6/received,payment.received,PIX,,0,clearing:card:EUR,clearing,card,EUR,150.50
7,2026-11-22T12:00:00.123456Z,payment/9NM6/received,payment.received,PIX,,1,customer:100067:EUR,customer,100067,EUR,-150.50
9,2026-11-23T12:00:00.123456Z,"(odd),100%",manual,"say ""hi"";' =1+1 \",,0,fx:CLP,fx,,CLP,120
9,2026-11-23T12:00:00.123456Z,"(odd),100%",manual,"say ""hi"";' =1+1 \",,1,equity:CLP,equity,,CLP,-120
9,2026-11-23T12:00:00.123456Z,"(odd),100%",manual,"say ""hi"";' =1+1 \",,2,treasury:polygon:1INCH,treasury,polygon,1INCH,0.000000001
9,2026-11-23T12:00:00.123456Z,"(odd),100%",manual,"say ""hi"";' =1+1 \",,3,fx:1INCH,fx,,1INCH,-0.000000001
10,2026-11-24T12:00:00.123456Z,undo,manual.reversed,,"a,b",0,clearing:PSE:EUR,clearing,PSE,EUR,-0.01
10,2026-11-24T12:00:00.123456Z,undo,manual.reversed,,"a,b",1,customer:100067:EUR,customer,100067,EUR,0.01
`),
		journal.Hledger: `; Transfers of a Rampa ledger. Debits are positive, credits negative; days are UTC.

decimal-mark .

commodity 1.00 EUR
account assets:clearing:card:EUR
account liabilities:customer:100067:EUR
2026-11-22 * (payment/9NM6/received) payment.received | PIX
    ; id:7, at:2026-11-22T12:00:00.123456Z
    assets:clearing:card:EUR  150.50 EUR
    liabilities:customer:100067:EUR  -150.50 EUR

commodity 1. CLP
account equity:fx:CLP
account equity:equity:CLP
commodity 1.000000000 "1INCH"
account assets:treasury:polygon:1INCH
account equity:fx:1INCH
2026-11-23 * (%28odd%29,100%25) manual | say "hi"； =1+1 \
    ; id:9, at:2026-11-23T12:00:00.123456Z
    equity:fx:CLP  120 CLP
    equity:equity:CLP  -120 CLP
    assets:treasury:polygon:1INCH  0.000000001 "1INCH"
    equity:fx:1INCH  -0.000000001 "1INCH"

account assets:clearing:PSE:EUR
2026-11-24 * (undo) manual.reversed
    ; id:10, at:2026-11-24T12:00:00.123456Z, reverses:a%2Cb
    assets:clearing:PSE:EUR  -0.01 EUR
    liabilities:customer:100067:EUR  0.01 EUR
`,
		journal.Beancount: `; Transfers of a Rampa ledger. Debits are positive, credits negative; days are UTC.

option "title" "Rampa"

1970-01-01 commodity EUR
1970-01-01 open Assets:Clearing:Card:EUR EUR
1970-01-01 open Liabilities:Customer:100067:EUR EUR
2026-11-22 * "payment.received" "PIX"
  key: "payment/9NM6/received"
  id: 7
  at: "2026-11-22T12:00:00.123456Z"
  Assets:Clearing:Card:EUR  150.50 EUR
  Liabilities:Customer:100067:EUR  -150.50 EUR

1970-01-01 commodity CLP
1970-01-01 open Equity:Fx:CLP CLP
1970-01-01 open Equity:Equity:CLP CLP
1970-01-01 commodity X.1INCH
1970-01-01 open Assets:Treasury:Polygon:1INCH X.1INCH
1970-01-01 open Equity:Fx:1INCH X.1INCH
2026-11-23 * "manual" "say \"hi\"; =1+1 \\"
  key: "(odd),100%"
  id: 9
  at: "2026-11-23T12:00:00.123456Z"
  Equity:Fx:CLP  120 CLP
  Equity:Equity:CLP  -120 CLP
  Assets:Treasury:Polygon:1INCH  0.000000001 X.1INCH
  Equity:Fx:1INCH  -0.000000001 X.1INCH

1970-01-01 open Assets:Clearing:PSE:EUR EUR
2026-11-24 * "manual.reversed" ""
  key: "undo"
  id: 10
  at: "2026-11-24T12:00:00.123456Z"
  reverses: "a,b"
  Assets:Clearing:PSE:EUR  -0.01 EUR
  Liabilities:Customer:100067:EUR  0.01 EUR
`,
	}
	for _, f := range journal.Formats() {
		if diff := cmp.Diff(want[f], write(t, f, examples())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestAnUnknownFormatIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := journal.New(io.Discard, "ledger"); !errors.Is(err, journal.ErrFormat) {
		t.Errorf("got %v", err)
	}
}

// full is a disk with room for so many bytes.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestADiskThatIsFullIsToldOf(t *testing.T) {
	t.Parallel()
	for _, f := range journal.Formats() {
		w, err := journal.New(&full{room: 100_000}, f)
		if err != nil {
			t.Fatal(err)
		}
		for range 2_000 {
			for _, one := range examples() {
				err = errors.Join(err, w.Write(one))
			}
		}
		if err = errors.Join(err, w.Close()); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", f, err)
		}
		w, err = journal.New(&full{}, f)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Errorf("%s without transfers: %v", f, err)
		}
	}
}

// cells gives what a spreadsheet makes of the memo and key of one transfer, parted by commas or by semicolons.
func cells(t *rapid.T, comma rune, memo, key string) (all []string) {
	one := examples()[0]
	one.Memo, one.Key = memo, key
	var b bytes.Buffer
	w, err := journal.New(&b, journal.CSV)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(one), w.Close()); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(&b)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row...)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.SampledFrom([]rune(`=+-@;," 'aΣ|1＝＋－＠`)), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		memo, key := text.Draw(t, "memo"), "k"+text.Draw(t, "key")
		for _, comma := range ",;" {
			for _, cell := range cells(t, comma, memo, key) {
				begin := strings.TrimLeft(cell, ` "`)
				if begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) && begin != "-150.50" {
					t.Errorf("parted by %q: %q is one", comma, cell)
				}
			}
		}
	})
}

func TestATextWithoutFormulasIsWrittenAsItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		memo := rapid.StringMatching(`[a-zA-Z0-9 ,";'ñ|]{0,20}`).Draw(t, "memo")
		if got := cells(t, ',', memo, "k"); got[12+4] != memo {
			t.Errorf("%q became %q", memo, got[12+4])
		}
	})
}
