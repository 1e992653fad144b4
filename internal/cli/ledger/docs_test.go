package ledger_test

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/ledger"
	"rampa/internal/ledger/journal"
	"rampa/internal/money"
)

var (
	postings = regexp.MustCompile(`(?ms)^<!-- postings: (\w+) -->\n(.*?)\n\n`)
	row      = regexp.MustCompile("^\\| (.*) ?\\| `([^`]+)` \\| ([0-9.]*) ?\\| ([0-9.]*) ?\\|$")
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheDocumentedPostingsAddUp reads the worked examples: every transfer sums to zero in each asset, and the balances are
// those that the page tells.
func TestTheDocumentedPostingsAddUp(t *testing.T) {
	t.Parallel()
	want := map[string]map[string]string{
		"purchase": {"bank:main:EUR": "150.5", "treasury:polygon:USDC": "-167.201283", "treasury:polygon:POL": "-0.004", "network:POL": "0.004",
			"fee:EUR": "-3.79", "partner:acme:EUR": "-0.76", "fx:EUR": "-145.95", "fx:USDC": "167.201283"},
		"sale": {"treasury:polygon:USDC": "100", "bank:main:EUR": "-83.34", "fee:EUR": "-1.37", "fx:EUR": "84.71", "fx:USDC": "-100"},
	}
	for _, example := range postings.FindAllStringSubmatch(page(t), -1) {
		balances, sums := map[string]money.Amount{}, map[money.Asset]money.Amount{}
		add := func(code string, to money.Amount, amount money.Amount) money.Amount {
			sum, err := money.Sum(amount.Asset(), money.New(to.Units(), amount.Asset()), amount)
			if err != nil {
				t.Fatalf("%s: %v", code, err)
			}
			return sum
		}
		closed := func(transfer string) {
			for _, sum := range sums {
				if !sum.IsZero() {
					t.Errorf("%s: before %q: the entries sum to %s", example[1], transfer, sum)
				}
			}
			clear(sums)
		}
		for _, line := range strings.Split(example[2], "\n")[2:] {
			cells := row.FindStringSubmatch(line)
			if cells == nil || (cells[3] == "") == (cells[4] == "") {
				t.Fatalf("%s: what is %s?", example[1], line)
			}
			if strings.TrimSpace(cells[1]) != "" {
				closed(cells[1])
			}
			a, err := ledger.ParseAccount(cells[2], assetOf)
			if err != nil {
				t.Fatalf("%s: %v", cells[2], err)
			}
			amount, err := money.Parse(cells[3]+cells[4], a.Asset)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if cells[4] != "" {
				amount = amount.Neg()
			}
			sums[a.Asset], balances[a.Code()] = add(a.Code(), sums[a.Asset], amount), add(a.Code(), balances[a.Code()], amount)
		}
		closed("the end")
		got := map[string]string{}
		for code, amount := range balances {
			if !amount.IsZero() {
				got[code] = amount.Decimal()
			}
		}
		if diff := cmp.Diff(want[example[1]], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", example[1], diff)
		}
		delete(want, example[1])
	}
	if len(want) > 0 {
		t.Errorf("the page lacks %v", want)
	}
}

// TestTheDocumentedChartOfAccountsIsTheLedgers compares the table of purposes with the ledger and with what accountants get.
func TestTheDocumentedChartOfAccountsIsTheLedgers(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.*) \\| .* \\| (\\w+) \\|$").FindAllStringSubmatch(page(t), -1)
	var told []ledger.Purpose
	for _, cells := range rows {
		told = append(told, ledger.Purpose(cells[1]))
		_, err := ledger.ParseAccount(cells[1]+":EUR", assetOf)
		if optional := strings.Contains(cells[2], "none"); optional && err != nil {
			t.Errorf("%s:EUR: %v", cells[1], err)
		}
		a, err := ledger.ParseAccount(cells[1]+":x:EUR", assetOf)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		w, err := journal.New(&text, journal.Hledger)
		if err == nil {
			err = errors.Join(w.Write(ledger.Transfer{Entries: []ledger.Entry{{Account: a, Amount: money.New(1, a.Asset)}}}), w.Close())
		}
		if want := "\naccount " + cells[3] + ":" + a.Code() + "\n"; err != nil || !strings.Contains(text.String(), want) {
			t.Errorf("no %q in what accountants get: %v\n%s", want, err, text.String())
		}
	}
	for _, p := range ledger.Purposes {
		if !slices.Contains(told, p) {
			t.Errorf("the page lacks %s", p)
		}
	}
}
