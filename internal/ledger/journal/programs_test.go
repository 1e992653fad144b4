package journal_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/ledger"
	"rampa/internal/ledger/journal"
	"rampa/internal/money"
)

// program runs an accounting program, which must be there.
func program(t *testing.T, name string, args ...string) (output string, err error) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%v: scripts/bootstrap.sh installs it", err)
	}
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%.2000s", name, err, failure.String())
	}
	return string(out), err
}

func rows(t *testing.T, text string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %.500s", err, text)
	}
	return all
}

// books are random transfers over accounts of every purpose, with everything that a key, a kind, a memo, a detail and an
// asset may be.
type books struct {
	*rand.Rand
	accounts map[money.Asset][]ledger.Account
	balances map[ledger.Account]int64
}

func newBooks(t *testing.T) *books {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	b := &books{rand.New(rand.NewPCG(seed, 1)), map[money.Asset][]ledger.Account{}, map[ledger.Account]int64{}}
	details := []string{"", "polygon", "Polygon", "POLYGON", "pOLYGON", "p.o", "p_o", "p-o", "p", "P", "100067", "0xAb", "a-b.c_d-", "ES9121000418450200051332",
		"d0c1a9e4-7a55-4d4a-9c1e-1f2e3d4c5b6a", strings.Repeat("z", 64)}
	for _, a := range []money.Asset{eur, clp, usdc, inch, {Code: "X", Scale: 12}, {Code: "TRUE", Scale: 1}, {Code: "NULL", Scale: 8}, {Code: "123", Scale: 3}, {Code: "ABCDEFGHIJKL", Scale: 6}} {
		for _, p := range ledger.Purposes {
			for _, d := range details {
				b.accounts[a] = append(b.accounts[a], account(p, d, a))
			}
		}
	}
	return b
}

func pick[T any](b *books, from ...T) T { return from[b.IntN(len(from))] }

// transfer gives a random transfer and counts it.
func (b *books) transfer(id int64) ledger.Transfer {
	t := ledger.Transfer{ID: id, At: noon.Add(time.Duration(b.Int64N(int64(400 * 24 * time.Hour)))),
		Key:  fmt.Sprintf("%s%d", b.text("(){};:,%#*!\"'\\/|@=ab"), id),
		Kind: pick(b, "payment.received", "_", "...", "2026", "txn", "include"),
		Memo: b.text(" ;:|,()[]{}<>\"'\\#*!=@%^~`date:2021-99-99ñ日本🎉"),
	}
	if b.IntN(3) == 0 {
		t.Reverses = t.Key
	}
	for _, a := range slices.Collect(func(yield func(money.Asset) bool) {
		for asset := range b.accounts {
			if b.IntN(4) == 0 && !yield(asset) {
				return
			}
		}
	}) {
		b.balanced(&t, a)
	}
	if len(t.Entries) == 0 {
		b.balanced(&t, eur)
	}
	return t
}

// balanced adds entries that sum to zero.
func (b *books) balanced(t *ledger.Transfer, a money.Asset) {
	var sum int64
	most := pick(b, int64(1), 999, 1_000_000_000, 1_000_000_000_000_000)
	for range 1 + b.IntN(4) {
		units := b.Int64N(2*most+1) - most
		if units == 0 {
			units = 1
		}
		sum += units
		b.add(t, pick(b, b.accounts[a]...), units)
	}
	if sum != 0 {
		b.add(t, pick(b, b.accounts[a]...), -sum)
	}
}

func (b *books) add(t *ledger.Transfer, a ledger.Account, units int64) {
	t.Entries = append(t.Entries, entry(a, units))
	b.balances[a] += units
}

func (b *books) text(letters string) string {
	from := []rune(letters)
	out := make([]rune, b.IntN(30))
	for i := range out {
		out[i] = pick(b, from...)
	}
	return string(out)
}

// file writes random transfers to a file.
func (b *books) file(t *testing.T, f journal.Format) (path string, all []ledger.Transfer) {
	t.Helper()
	for id := range int64(400) {
		all = append(all, b.transfer(id+1))
	}
	path = filepath.Join(t.TempDir(), "rampa."+string(f))
	if err := os.WriteFile(path, []byte(write(t, f, all)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, all
}

// figures are the balances that are not nothing, by account and asset in the words of a program.
func (b *books) figures(name func(ledger.Account) string) map[string]string {
	want := map[string]string{}
	for a, units := range b.balances {
		if units != 0 {
			want[name(a)] = money.New(units, a.Asset).Decimal()
		}
	}
	return want
}

// decimal takes a program's number as ours are written.
func decimal(t *testing.T, text string) string {
	t.Helper()
	text = strings.TrimSuffix(strings.TrimPrefix(text, "Decimal('"), "')")
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	if text = r.FloatString(money.MaxScale); new(big.Rat).Sub(r, mustRat(text)).Sign() != 0 {
		t.Fatalf("%s is finer than any amount", r)
	}
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

func mustRat(text string) *big.Rat {
	r, _ := new(big.Rat).SetString(text)
	return r
}

func TestHledgerReadsTheJournalAndFindsTheSameBalances(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	path, all := b.file(t, journal.Hledger)
	if out, err := program(t, "hledger", "-f", path, "check", "--strict"); err != nil || out != "" {
		t.Fatalf("%v %s", err, out)
	}
	out, err := program(t, "hledger", "-f", path, "balance", "--flat", "--no-total", "-O", "csv")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range rows(t, out)[1:] {
		number, symbol, _ := strings.Cut(row[1], " ")
		_, code, _ := strings.Cut(row[0], ":")
		if !strings.HasSuffix(code, ":"+strings.Trim(symbol, `"`)) {
			t.Errorf("%s is in %s", code, symbol)
		}
		got[code] = decimal(t, number)
	}
	if diff := cmp.Diff(b.figures(ledger.Account.Code), got); diff != "" {
		t.Errorf("balances (-ours +hledger's):\n%s", diff)
	}
	out, err = program(t, "hledger", "-f", path, "print", "-O", "csv")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, row := range rows(t, out)[1:] { // txnidx,date,date2,status,code,description,…
		texts[row[4]] = row[1] + " " + row[5]
	}
	for _, one := range all {
		want := one.At.Format(time.DateOnly) + " " + one.Kind
		if one.Memo != "" {
			want = strings.TrimSpace(want + " | " + strings.ReplaceAll(one.Memo, ";", "；"))
		}
		if got := texts[strings.NewReplacer("%", "%25", "(", "%28", ")", "%29").Replace(one.Key)]; got != want {
			t.Errorf("%s reads %q, it is %q", one.Key, got, want)
		}
	}
}

func TestHledgerKnowsWhatIsOwnedOwedAndEarned(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rampa.journal")
	if err := os.WriteFile(path, []byte(write(t, journal.Hledger, examples()[:1])), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := program(t, "hledger", "-f", path, "balancesheet", "-O", "csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"assets:clearing:card:EUR","150.50 EUR"`, `"liabilities:customer:100067:EUR","150.50 EUR"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestBeancountReadsTheJournalAndFindsTheSameBalances(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	path, all := b.file(t, journal.Beancount)
	if out, err := program(t, "bean-check", path); err != nil || out != "" {
		t.Fatalf("%v %s", err, out)
	}
	out, err := program(t, "bean-query", "--format", "csv", path, "SELECT account, currency, str(sum(number)) GROUP BY account, currency")
	if err != nil {
		t.Fatal(err)
	}
	names := journalNames(t, b)
	got, read := map[string]string{}, rows(t, out)
	for _, row := range read[1:] {
		if number := decimal(t, strings.TrimSpace(row[2])); number != "0" {
			got[names[strings.TrimSpace(row[0])]] = number
		}
	}
	if diff := cmp.Diff(b.figures(ledger.Account.Code), got); diff != "" {
		t.Errorf("balances (-ours +beancount's):\n%s", diff)
	}
	out, err = program(t, "bean-query", "--format", "csv", path, "SELECT DISTINCT any_meta('id'), any_meta('key'), payee, narration")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string][]string{}
	for _, row := range rows(t, out)[1:] {
		texts[strings.TrimSpace(row[0])] = row[1:]
	}
	for _, one := range all {
		got := texts[fmt.Sprint(one.ID)]
		for i := range got {
			got[i] = strings.TrimSpace(got[i])
		}
		if want := []string{one.Key, one.Kind, strings.TrimSpace(one.Memo)}; !slices.Equal(got, want) {
			t.Errorf("transfer %d reads %q, it is %q", one.ID, got, want)
		}
	}
}

// journalNames gives the code of each account by the name that it has in beancount's journal.
func journalNames(t *testing.T, b *books) map[string]string {
	t.Helper()
	names := map[string]string{}
	for a := range b.balances {
		text := write(t, journal.Beancount, []ledger.Transfer{{ID: 1, Key: "k", Kind: "k", At: noon, Entries: []ledger.Entry{entry(a, 1)}}})
		_, rest, _ := strings.Cut(text, " open ")
		name, _, _ := strings.Cut(rest, " ")
		if names[name] != "" {
			t.Errorf("%s and %s are both %s", names[name], a.Code(), name)
		}
		names[name] = a.Code()
	}
	return names
}
