package ledger_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/ledger"
)

// exported runs an export to stdout and gives the keys of what came, in its order.
func exported(w *world, flags string) (keys []string) {
	w.Helper()
	decoder := json.NewDecoder(strings.NewReader(w.ok("ledger export --format json " + flags)))
	for {
		var t transfer
		err := decoder.Decode(&t)
		if errors.Is(err, io.EOF) {
			return keys
		}
		if err != nil {
			w.Fatal(err)
		}
		keys = append(keys, t.Key)
	}
}

func TestAnExportHoldsTheDaysThatWereAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, at := range []string{"2026-10-31T23:59:59.999999Z", "2026-11-01T00:00:00Z", "2026-11-15T12:00:00Z", "2026-11-30T23:59:59.999999Z", "2026-12-01T00:00:00Z"} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		w.at(instant)
		w.post(at, "bank:main:EUR=1", "equity:EUR=-1")
	}
	all := exported(w, "")
	if len(all) != 5 {
		t.Fatalf("all are %v", all)
	}
	for flags, want := range map[string][]string{
		"--from 2026-11-01":                 all[1:],
		"--from 2026-11-02":                 all[2:],
		"--to 2026-11-30":                   all[:4],
		"--to 2026-11-29":                   all[:3],
		"--from 2026-11 --to 2026-11":       all[1:4],
		"--from 2026-12":                    all[4:],
		"--to 2026-10-31":                   all[:1],
		"--from 2026-11-15 --to 2026-11-15": all[2:3],
		"--from 2030-01-01":                 nil,
	} {
		if diff := cmp.Diff(want, exported(w, flags)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", flags, diff)
		}
	}
}

func TestAnExportThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for line, words := range map[string]string{
		"ledger export --format xml":                     "--format must be one of csv, hledger, beancount, json",
		"ledger export --from 22/11/2026":                `--from must be YYYY-MM-DD or YYYY-MM, and "22/11/2026" is not`,
		"ledger export --to 2026-02-30":                  `--to must be YYYY-MM-DD or YYYY-MM`,
		"ledger export --from 2026-12-01 --to 2026-11":   "--to 2026-11 lies before --from 2026-12-01",
		"ledger export --format csv --json":              "--json without --output writes the transfers as JSON",
		"ledger export all":                              `what is "all"?`,
		"ledger export --formt csv":                      "did you mean --format?",
		"ledger export --from 2026-11-02 --to 2026-11-1": `"2026-11-1" is not`,
	} {
		w.refused(line, 2, words)
	}
}

func TestAnExportMakesAFileForItsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	business(w)
	path := filepath.Join(t.TempDir(), "journal.csv")
	if text := w.ok("ledger export --output " + path); text != path+" holds 5 transfers with 11 entries.\n" {
		t.Errorf("text %q", text)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != w.ok("ledger export") {
		t.Errorf("the file is not what stdout gets: %v", err)
	}
	w.refused("ledger export -o "+path, 1, "file exists")
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, content) {
		t.Errorf("the file was overwritten: %v", err)
	}
	other := filepath.Join(t.TempDir(), "journal")
	got := answer[map[string]any](w, "ledger export --json --format hledger -o "+other)
	want := map[string]any{"file": other, "format": "hledger", "transfers": 5.0, "entries": 11.0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnExportAsJSONIsATransferALine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	business(w)
	text := w.ok("ledger export --json")
	if text != w.ok("ledger export --format json") || text != w.ok("ledger export --format json --json") || strings.Count(text, "\n") != 5 {
		t.Errorf("text\n%s", text)
	}
	first, _, _ := strings.Cut(text, "\n")
	var got transfer
	if err := json.Unmarshal([]byte(first), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answer[transfer](w, "ledger show open --json"), got); diff != "" {
		t.Errorf("-show +export:\n%s", diff)
	}
}

// failing is a ledger whose second page of transfers fails.
type failing struct {
	*ledger.Service
	pages int
}

var errLost = errors.New("connection lost")

func (f *failing) Journal(ctx context.Context, q ledger.JournalQuery) ([]ledger.Transfer, error) {
	if f.pages++; f.pages > 1 {
		return nil, errLost
	}
	page, err := f.Service.Journal(ctx, q)
	for len(page) > 0 && len(page) < q.Limit { // as if there were more
		page = append(page, page[0])
	}
	return page, err
}

func TestAnExportThatFailsLeavesNoFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	business(w)
	w.ledger = &failing{Service: w.Service}
	path := filepath.Join(t.TempDir(), "journal.csv")
	w.refused("ledger export -o "+path, 1, "connection lost")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
}

// TestListsAndExportsAreOfOneInstant posts transfers while accounts are listed, page by page, and transfers exported: the
// balances always sum to nothing, and each export begins with all of the one before.
func TestListsAndExportsAreOfOneInstant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customers(1_001) // accounts and transfers of more than one page
	ctx, stop := context.WithCancel(t.Context())
	var posting sync.WaitGroup
	posting.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			w.post(fmt.Sprint("live/", i), "clearing:card:EUR=1", "customer:9:EUR=-0.60", "suspense:late:EUR=-0.40")
			if i%10 == 0 {
				if err := w.Fold(w.Context()); err != nil {
					w.Error(err)
				}
			}
		}
	})
	defer func() { stop(); posting.Wait() }()
	before := ""
	for range 5 {
		sum := 0
		for _, b := range answer[[]balance](w, "ledger accounts --asset EUR --json") {
			cents, err := strconv.Atoi(strings.Replace(b.Balance, ".", "", 1))
			if err != nil {
				t.Fatal(err)
			}
			sum += cents
		}
		if sum != 0 {
			t.Errorf("accounts sum to %d cents", sum)
		}
		now := w.ok("ledger export")
		if !strings.HasPrefix(now, before) {
			t.Error("an export lacks what the one before had")
		}
		before = now
	}
}

// TestAccountantsSeeOurBalances has hledger and beancount read the book of a day.
func TestAccountantsSeeOurBalances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	business(w)
	w.ok(`ledger post --key odd;)("\,% --memo '=cmd|"/C calc"!A1; date:x | @ ñ' --operator o treasury:bsc:BNB=0.000000001 equity:BNB=-1e-9 dust:BTC=-0.00000001 rounding:BTC=0.00000001`)
	w.ok("ledger reverse in2 --memo m --operator o")
	want := map[string]string{}
	for _, b := range answer[[]balance](w, "ledger accounts --json") {
		if strings.Trim(b.Balance, "0.") != "" {
			want[b.Account] = b.Balance
		}
	}
	dir := t.TempDir()
	hledger, beancount := filepath.Join(dir, "a.journal"), filepath.Join(dir, "a.beancount")
	w.ok("ledger export --format hledger -o " + hledger)
	w.ok("ledger export --format beancount -o " + beancount)
	run(t, "bean-check", beancount)
	run(t, "hledger", "-f", hledger, "check", "--strict")
	rows, err := csv.NewReader(strings.NewReader(run(t, "hledger", "-f", hledger, "balance", "--flat", "--no-total", "-O", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range rows[1:] {
		_, code, _ := strings.Cut(row[0], ":")
		got[code], _, _ = strings.Cut(row[1], " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-ours +hledger's:\n%s", diff)
	}
}

func run(t *testing.T, name string, args ...string) (stdout string) {
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
		t.Fatalf("%s: %v\n%.2000s", name, err, failure.String())
	}
	return string(out)
}
