package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/asset"
	"rampa/internal/cli/command"
	cli "rampa/internal/cli/ledger"
	"rampa/internal/config"
	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/book"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// world is a real ledger behind the commands. It implements command.Backend with nothing but Admin.
type world struct {
	*testing.T
	command.Backend
	*ledger.Service
	db     db.DB
	ledger command.Ledger // nil: the Service
	now    atomic.Int64   // microseconds
}

// newWorld makes a ledger that knows the assets of the built-in matrix.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := emptyWorld(t)
	if err := w.Register(t.Context(), asset.Default().Assets()); err != nil {
		t.Fatal(err)
	}
	return w
}

func emptyWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, db: storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "rampa.db")).DB}
	w.Service = ledger.New(ledger.Config{Store: book.New(w.db), Now: func() time.Time { return time.UnixMicro(w.now.Load()).UTC() }})
	w.at(noon)
	return w
}

func (w *world) at(t time.Time) { w.now.Store(t.UnixMicro()) }

func (w *world) Admin(context.Context, *config.Config) (*command.Admin, error) {
	snapshot := func(ctx context.Context, f func(ctx context.Context) error) error { return db.Snapshot(ctx, w.db, f) }
	var book command.Ledger = w.Service
	if w.ledger != nil {
		book = w.ledger
	}
	return &command.Admin{Ledger: book, Snapshot: snapshot, Close: func() error { return nil }}, nil
}

// run runs a command line. A word in single quotes may hold spaces.
func (w *world) run(line string) (code int, stdout, stderr string) {
	w.Helper()
	var args []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	var out, errs bytes.Buffer
	p := command.New(command.Process{Args: args, Stdout: &out, Stderr: &errs, Backend: w, Exit: func(int) { w.Error("ended at once") }})
	code = p.Run(w.Context(), cli.Command(p))
	return code, out.String(), errs.String()
}

// ok runs a command line that must succeed and gives its stdout.
func (w *world) ok(line string) string {
	w.Helper()
	code, stdout, stderr := w.run(line)
	if code != 0 || stderr != "" {
		w.Fatalf("rampa %s: exit %d, stderr %q", line, code, stderr)
	}
	return stdout
}

// refused runs a command line that must fail with a code and words on stderr, and print nothing.
func (w *world) refused(line string, code int, words string) {
	w.Helper()
	got, stdout, stderr := w.run(line)
	if got != code || !strings.Contains(stderr, words) || stdout != "" || strings.Count(stderr, "\n") != 1 {
		w.Errorf("rampa %s: exit %d, stdout %q, stderr %q, want exit %d and %q", line, got, stdout, stderr, code, words)
	}
}

// answer runs a command line and reads its JSON.
func answer[T any](w *world, line string) (out T) {
	w.Helper()
	text := w.ok(line)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		w.Fatalf("%v in %q", err, text)
	}
	return out
}

// post books entries like "treasury:polygon:USDC=5".
func (w *world) post(key string, entries ...string) {
	w.Helper()
	w.postIn(w.Context(), key, entries...)
}

func (w *world) postIn(ctx context.Context, key string, entries ...string) {
	w.Helper()
	t := ledger.Transfer{Key: key, Kind: "test", Memo: "memo of " + key}
	for _, e := range entries {
		code, number, _ := strings.Cut(e, "=")
		a, err := ledger.ParseAccount(code, assetOf)
		if err != nil {
			w.Fatal(err)
		}
		amount, err := money.Parse(number, a.Asset)
		if err != nil {
			w.Fatal(err)
		}
		t.Entries = append(t.Entries, ledger.Entry{Account: a, Amount: amount})
	}
	if _, err := w.Post(ctx, t); err != nil {
		w.Fatal(err)
	}
}

// customers takes a cent by card from each of n customers.
func (w *world) customers(n int) {
	w.Helper()
	err := w.db.InTx(w.Context(), func(ctx context.Context, _ db.Tx) error {
		for i := range n {
			w.postIn(ctx, fmt.Sprint("p", i), "clearing:card:EUR=0.01", fmt.Sprintf("customer:%d:EUR=-0.01", i))
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// assetOf finds an asset in the built-in matrix.
func assetOf(code string) (money.Asset, bool) {
	for _, a := range asset.Default().Assets() {
		if a.Code == code {
			return a, true
		}
	}
	return money.Asset{}, false
}
