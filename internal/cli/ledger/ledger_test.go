package ledger_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
)

type entry struct{ Account, Asset, Amount string }

type transfer struct {
	ID              int64
	Key, Kind, Memo string
	Reverses        *string
	At              time.Time
	Entries         []entry
}

type balance struct{ Account, Purpose, Detail, Asset, Balance, Natural string }

type line struct {
	Transfer        int64
	Key, Kind, Memo string
	Reverses        *string
	At              time.Time
	Line            int
	Asset           string
	Amount, Balance string
}

const opening = "ledger post --key opening --memo 'Opening balance' --operator 'Ana Ruiz' treasury:polygon:USDC=1000 equity:USDC=-1000"

func TestAnOperatorPostsAnOpeningBalance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := answer[transfer](w, opening+" --json")
	want := transfer{ID: got.ID, Key: "opening", Kind: "manual", Memo: "Opening balance", At: noon, Entries: []entry{
		{"treasury:polygon:USDC", "USDC", "1000.000000"}, {"equity:USDC", "USDC", "-1000.000000"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	text := w.ok(opening)
	if text != fmt.Sprintf("Transfer %d, manual, 2026-11-22T12:00:00Z\n  key opening\n  memo Opening balance\n"+
		"  ACCOUNT                      DEBIT       CREDIT\n"+
		"  treasury:polygon:USDC  1000.000000             \n"+
		"  equity:USDC                         1000.000000\n", got.ID) {
		t.Errorf("text\n%s", text)
	}
	if text != w.ok("ledger show opening") {
		t.Error("show shows something else")
	}
	if diff := cmp.Diff(want, answer[transfer](w, "ledger show opening --json")); diff != "" {
		t.Errorf("show (-want +got):\n%s", diff)
	}
	if n := len(answer[[]line](w, "ledger history treasury:polygon:USDC --json")); n != 1 {
		t.Errorf("posted %d times", n)
	}
}

func TestAPostingIsInTheAuditUnderTheOperatorsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ok(opening)
	w.ok("ledger reverse opening --memo 'Wrong chain' --operator 'Eva Gil'")
	var got []audit.Actor
	rows, err := w.db.Query(w.Context(), `SELECT actor_kind, actor_id, actor_address FROM audit_entries WHERE action = 'ledger.posted' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var a audit.Actor
		if err := rows.Scan(&a.Kind, &a.ID, &a.Address); err != nil {
			t.Fatal(err)
		}
		got = append(got, a)
	}
	want := []audit.Actor{{Kind: "operator", ID: "Ana Ruiz", Address: "cli"}, {Kind: "operator", ID: "Eva Gil", Address: "cli"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatCannotBePostedChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	said := "ledger post --key k --memo m --operator o "
	for _, c := range []struct {
		line  string
		code  int
		words string
	}{
		{said + "treasury:polygon:USDX=1 equity:USDX=-1", 2, `no asset "USDX": did you mean USDC?`},
		{said + "treasury:polygon:usdc=1 equity:USDC=-1", 2, `no asset "usdc": did you mean USDC?`},
		{said + "tresury:polygon:USDC=1 equity:USDC=-1", 2, `"tresury" is no purpose of an account: did you mean treasury?`},
		{said + "treasury:USDC=1 equity:USDC=-1", 2, `"treasury:USDC" is no account`},
		{said + "treasury:poly/gon:USDC=1 equity:USDC=-1", 2, `is no account`},
		{said + "treasury:a:b:USDC=1 equity:USDC=-1", 2, `is no account`},
		{said + "equity=1 equity:USDC=-1", 2, `"equity" is no account`},
		{said + "=1 equity:USDC=-1", 2, `"" is no purpose`},
		{said + "treasury:polygon:USDC=1 equity:USDC=-1.000001", 1, "The entries in USDC sum to -0.000001, not to zero."},
		{said + "treasury:polygon:USDC=1 equity:EUR=-1", 1, "The entries in USDC sum to 1, not to zero."},
		{said + "treasury:polygon:USDC=1 equity:USDC=-0.9999999", 2, "USDC has 6 decimals in the ledger"},
		{said + "treasury:polygon:USDC=0 equity:USDC=0", 2, "an entry of nothing"},
		{said + "treasury:polygon:USDC=1,5 equity:USDC=-1,5", 2, "treasury:polygon:USDC=1,5: This is not a decimal number"},
		{said + "treasury:polygon:USDC=+1 equity:USDC=-1", 2, "This is not a decimal number"},
		{said + "treasury:polygon:USDC=1e400 equity:USDC=-1", 2, "too large"},
		{said + "treasury:polygon:USDC=9223372036854 treasury:polygon:USDC=9223372036854 equity:USDC=-1", 1, "not to zero"},
		{said + "treasury:polygon:USDC equity:USDC=-1", 2, `"treasury:polygon:USDC" is no entry`},
		{said + "treasury:polygon:USDC=1", 2, "needs two entries or more"},
		{said + "held:7:EUR=-1 customer:7:EUR=1", 1, "Money that is held moves by settling or releasing its hold only."},
		{said + "customer:7:EUR=1 equity:EUR=-1", 1, "The account does not hold this much."},
		{"ledger post --memo m --operator o equity:EUR=1 fee:EUR=-1", 2, "--key is missing"},
		{"ledger post --key k --operator o equity:EUR=1 fee:EUR=-1", 2, "--memo is missing"},
		{"ledger post --key k --memo ' ' --operator o equity:EUR=1 fee:EUR=-1", 2, "--memo is missing"},
		{"ledger post --key k --memo m equity:EUR=1 fee:EUR=-1", 2, "--operator is missing"},
		{"ledger post --key k --memo m --operator " + strings.Repeat("ñ", 101) + " equity:EUR=1 fee:EUR=-1", 2, "longer than 100"},
		{"ledger post --key 'a key' --memo m --operator o equity:EUR=1 fee:EUR=-1", 1, "A transfer needs a key and a kind without spaces"},
		{"ledger reverse opening --memo m --operator o", 1, "There is no such transfer."},
		{"ledger show nothing", 1, "There is no such transfer."},
		{"ledger show", 2, "needs the transfer's key"},
		{"ledger show a b", 2, `what is "b"?`},
	} {
		w.refused(c.line, c.code, c.words)
	}
	if left := w.ok("ledger export --format json"); left != "" {
		t.Errorf("posted\n%s", left)
	}
	if left := answer[[]balance](w, "ledger accounts --json"); len(left) != 0 {
		t.Errorf("accounts %v", left)
	}
}

func TestAKeyStandsForOnePosting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ok(opening)
	w.refused(strings.ReplaceAll(opening, "1000", "999"), 1, "Another transfer has this key.")
	w.at(noon.AddDate(2, 0, 0))
	if again := answer[transfer](w, opening+" --json"); again.At != noon {
		t.Errorf("posted again at %s", again.At)
	}
}

func TestATransferIsTakenBackOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ok(opening)
	back := "ledger reverse opening --memo 'Wrong chain' --operator Ana --json"
	got := answer[transfer](w, back)
	of := "opening"
	want := transfer{ID: got.ID, Key: "opening/reversed", Kind: "manual.reversed", Memo: "Wrong chain", Reverses: &of, At: noon, Entries: []entry{
		{"treasury:polygon:USDC", "USDC", "-1000.000000"}, {"equity:USDC", "USDC", "1000.000000"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if again := answer[transfer](w, back); again.ID != got.ID {
		t.Error("posted twice")
	}
	w.refused(back+" --key other", 1, "This transfer has been reversed already.")
	if text := w.ok("ledger show opening/reversed"); !strings.Contains(text, "\n  reverses opening\n") {
		t.Errorf("text\n%s", text)
	}
	for _, b := range answer[[]balance](w, "ledger accounts --json") {
		if b.Balance != "0.000000" {
			t.Errorf("%s holds %s", b.Account, b.Balance)
		}
	}
}

// business books something on every kind of account that is asked for here.
func business(w *world) {
	w.post("open", "bank:main:EUR=5000", "equity:EUR=-5000")
	w.post("in", "clearing:card:EUR=100", "customer:9:EUR=-100")
	w.post("buy", "customer:9:EUR=100", "fee:EUR=-2.50", "fx:EUR=-97.50")
	w.post("coins", "fx:USDC=105.3", "treasury:polygon:USDC=-105.3")
	w.post("in2", "clearing:card:EUR=7", "customer:10:EUR=-7")
}

func TestAccountsAreAChartOfAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	business(w)
	want := `ACCOUNT                  DEBIT      CREDIT
treasury:polygon:USDC             105.300000
bank:main:EUR          5000.00              
clearing:card:EUR       107.00              
customer:10:EUR                         7.00
customer:9:EUR                          0.00
equity:EUR                           5000.00
fee:EUR                                 2.50
fx:EUR                                 97.50
fx:USDC                105.300000           
`
	if diff := cmp.Diff(table(want), table(w.ok("ledger accounts"))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for flags, codes := range map[string]string{
		"--purpose customer":              "customer:10:EUR customer:9:EUR",
		"--asset usdc":                    "treasury:polygon:USDC fx:USDC",
		"--purpose customer --detail 10":  "customer:10:EUR",
		"--purpose fx --asset EUR":        "fx:EUR",
		"--purpose bank --asset USDC":     "",
		"--detail card":                   "clearing:card:EUR",
		"--purpose treasury --asset USDT": "",
	} {
		var got []string
		for _, b := range answer[[]balance](w, "ledger accounts --json "+flags) {
			got = append(got, b.Account)
		}
		if strings.Join(got, " ") != codes {
			t.Errorf("%s: %v, want %s", flags, got, codes)
		}
	}
	got := answer[[]balance](w, "ledger accounts --purpose fee --json")
	if diff := cmp.Diff([]balance{{"fee:EUR", "fee", "", "EUR", "-2.50", "2.50"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if text := w.ok("ledger accounts --purpose dust"); text != "There is no such account yet: an account comes with its first transfer.\n" {
		t.Errorf("text %q", text)
	}
	w.refused("ledger accounts --purpose custmer", 2, "did you mean customer?")
	w.refused("ledger accounts --asset EURO", 2, `no asset "EURO": did you mean EUR?`)
}

// table takes the blanks between columns away, and the order of columns stays.
func table(text string) (rows []string) {
	for line := range strings.Lines(text) {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	return rows
}

func TestHistoryTellsTheBalanceAfterEachEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		w.at(noon.Add(time.Duration(i) * time.Hour))
		w.post(fmt.Sprint("p", i), fmt.Sprintf("clearing:card:EUR=%d", i+1), fmt.Sprintf("customer:9:EUR=-%d", i+1))
		if i == 2 {
			w.post("both", "clearing:card:EUR=10", "clearing:card:EUR=-4", "customer:9:EUR=-6")
		}
	}
	got := answer[[]line](w, "ledger history clearing:card:EUR --json")
	var told []string
	for _, l := range got {
		told = append(told, fmt.Sprintf("%s/%d %s %s", l.Key, l.Line, l.Amount, l.Balance))
	}
	want := []string{"p4/0 5.00 21.00", "p3/0 4.00 16.00", "both/1 -4.00 12.00", "both/0 10.00 16.00", "p2/0 3.00 6.00", "p1/0 2.00 3.00", "p0/0 1.00 1.00"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if first := got[len(got)-1]; first.At != noon || first.Memo != "memo of p0" || first.Kind != "test" || first.Asset != "EUR" || first.Reverses != nil || first.Transfer == 0 {
		t.Errorf("the first is %+v", first)
	}
	if diff := cmp.Diff(got[:2], answer[[]line](w, "ledger history clearing:card:EUR --json --limit 2")); diff != "" {
		t.Errorf("the newest two (-want +got):\n%s", diff)
	}
	text := table(w.ok("ledger history customer:9:EUR --limit 1"))
	if diff := cmp.Diff([]string{"AT TRANSFER KIND DEBIT CREDIT BALANCE KEY MEMO", fmt.Sprintf("2026-11-22T16:00:00Z %d test 5.00 -21.00 p4 memo of p4", got[0].Transfer)}, text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if text := w.ok("ledger history fee:EUR"); text != "Nothing has happened to fee:EUR.\n" {
		t.Errorf("text %q", text)
	}
	if empty := w.ok("ledger history fee:EUR --json"); empty != "[]\n" {
		t.Errorf("JSON %q", empty)
	}
	w.refused("ledger history fee:EUR --limit 0", 2, "--limit must be at least 1")
	w.refused("ledger history fee", 2, `"fee" is no account`)
	w.refused("ledger history nothing:EUR", 2, `"nothing" is no purpose`)
}

// TestHistoryFindsTheAccountWithoutADetail would take the balance of another account if a missing detail meant any.
func TestHistoryFindsTheAccountWithoutADetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post("a", "fee:card:EUR=-5", "equity:EUR=5")
	w.post("b", "fee:EUR=-1", "equity:EUR=1")
	if got := answer[[]line](w, "ledger history fee:EUR --json"); len(got) != 1 || got[0].Balance != "-1.00" {
		t.Errorf("got %+v", got)
	}
}

func TestLongListsAreReadPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 1_234
	w.customers(many)
	if n := len(answer[[]balance](w, "ledger accounts --purpose customer --json")); n != many {
		t.Errorf("%d accounts", n)
	}
	got := answer[[]line](w, "ledger history clearing:card:EUR --limit 1100 --json")
	if last := got[len(got)-1]; len(got) != 1100 || got[0].Balance != "12.34" || last.Balance != "1.35" {
		t.Errorf("%d lines from %s to %s", len(got), got[0].Balance, last.Balance)
	}
	if n := strings.Count(w.ok("ledger export"), "\n"); n != 1+2*many {
		t.Errorf("%d rows", n)
	}
}

func TestALedgerWithoutAssetsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	const words = "the server registers those of the availability matrix when it starts"
	w.refused(opening, 1, words)
	w.refused("ledger history fee:EUR", 1, words)
	w.refused("ledger accounts --asset EUR", 1, words)
	if text := w.ok("ledger accounts"); !strings.Contains(text, "no such account yet") {
		t.Errorf("text %q", text)
	}
}
