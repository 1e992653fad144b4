package prove_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
	"rampa/internal/cli/command"
	cli "rampa/internal/cli/prove"
	"rampa/internal/config"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/prove"
	"rampa/internal/store/book"
	"rampa/internal/store/proof"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// world is the real services behind the commands. It implements command.Backend with nothing but Admin.
type world struct {
	*testing.T
	command.Backend
	storetest.Database
	prover *prove.Service
}

// newWorld has one transfer: an owner's first thousand.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, Database: storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "rampa.db"))}
	now := func() time.Time { return noon }
	eur := money.Asset{Code: "EUR", Scale: 2}
	book := ledger.New(ledger.Config{Store: book.New(w.DB), Now: now})
	if err := book.Register(t.Context(), []money.Asset{eur}); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Post(t.Context(), ledger.Transfer{Key: "open", Kind: "manual", Entries: []ledger.Entry{
		{Account: ledger.Account{Purpose: ledger.Bank, Detail: "main", Asset: eur}, Amount: money.New(100_000, eur)},
		{Account: ledger.Account{Purpose: ledger.Equity, Asset: eur}, Amount: money.New(-100_000, eur)}}}); err != nil {
		t.Fatal(err)
	}
	chain := audit.NewChain(w.Store.AuditChain(), ed25519.NewKeyFromSeed(make([]byte, 32)), now)
	w.prover = prove.New(prove.Config{Store: proof.New(w.DB), Audit: chain, Assets: []money.Asset{eur}, Now: now})
	return w
}

func (w *world) Admin(context.Context, *config.Config) (*command.Admin, error) {
	return &command.Admin{Prove: w.prover, Close: func() error { return nil }}, nil
}

// run runs a command line whose words are parted by |, where one has spaces.
func (w *world) run(line string) (code int, stdout, stderr string) {
	w.Helper()
	args := strings.Fields(line)
	if strings.Contains(line, "|") {
		args = strings.Split(line, "|")
	}
	var out, errs bytes.Buffer
	p := command.New(command.Process{Args: args, Stdout: &out, Stderr: &errs, Backend: w, Exit: func(int) { w.Error("ended at once") }})
	code = p.Run(w.Context(), cli.Command(p), cli.Payouts(p))
	return code, out.String(), errs.String()
}

// expect runs a command line and wants an exit code, words on stdout, and one line on stderr.
func (w *world) expect(line string, code int, stdout, stderr string) {
	w.Helper()
	got, out, errs := w.run(line)
	if got != code || !strings.Contains(out, stdout) || errs != stderr {
		w.Errorf("rampa %s: exit %d\n%s\nstderr %q", line, got, out, errs)
	}
}

func (w *world) exec(query string) {
	w.Helper()
	if _, err := w.DB.Exec(w.Context(), query); err != nil {
		w.Fatal(err)
	}
}

func TestAProofIsOneLineACheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, out, _ := w.run("prove")
	want := `ok       trial balance  2 entries and 2 balances in 1 asset
ok       transfers      1 transfer, 2 entries
ok       digests        1 digest computed again
ok       audit entries  1 transfer against the audit log
ok       history        1 transfer, 0 at an earlier run
ok       balances       2 accounts against their entries
ok       guards         0 guarded accounts, none may be below nothing
ok       holds          0 open, 0 closed
ok       liabilities    owed to customers nothing, held of it nothing
ok       scales         1 asset
--       payments       no payments connected
ok       audit chain    0 entries in 0 batches, 1 not yet sealed
--       treasury       no chain connected
--       bank           no statements connected
The books are right. Proof 1, 0s.
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAViolationExits1AndFreezesPayouts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.expect("payouts status", 0, "Payouts may leave.\nThe books were not proved yet: run rampa prove.\n", "")
	w.exec(`UPDATE ledger_transfers SET memo = 'edited'`)
	const wrong = "rampa: the books are wrong (digests, audit entries): "
	w.expect("prove", 1, "FAILED   digests        1 digest computed again\n                        - transfer open is not what was posted: its digest is another\n", wrong+"payouts are frozen now\n")
	w.expect("prove", 1, "", wrong+"payouts are frozen since 2026-11-22T12:00:00Z\n")
	w.expect("payouts status", 0, "Payouts are frozen since 2026-11-22T12:00:00Z by prove: The proof failed (digests, audit entries): transfer open is not what was posted", "")
	w.expect("payouts status", 0, "Proof 2 of 2026-11-22T12:00:00Z: the books were wrong", "")
	w.expect("payouts|resume|--reason|it is fine|--operator|Ana Ruiz", 1, "", "rampa: The last proof failed. Repair what it found and run it again, or force it.\n")
	w.expect("payouts|resume|--reason|it is fine|--operator|Ana Ruiz|--force", 0, "Payouts go on. They were frozen since 2026-11-22T12:00:00Z by prove: The proof", "")
	w.expect("prove", 1, "", wrong+"payouts go on, since Ana Ruiz lifted the freeze over these findings\n")
	w.exec(`UPDATE ledger_transfers SET memo = ''`)
	w.expect("prove", 0, "The books are right. Proof 4", "")
}

func TestAnOperatorFreezesAndResumes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.expect("payouts freeze --operator Ana", 2, "", "rampa: --reason is missing: why?\n")
	w.expect("payouts freeze --reason doubt", 2, "", "rampa: --operator is missing: who decides it?\n")
	w.expect("payouts resume --reason doubt --operator Ana", 1, "", "rampa: Payouts are not frozen.\n")
	w.expect("payouts freeze --reason doubt --operator Ana", 0, "Payouts are frozen.\n", "")
	w.expect("payouts freeze --reason doubt --operator Ana", 1, "", "rampa: Payouts are frozen already.\n")
	w.expect("payouts status", 0, "Payouts are frozen since 2026-11-22T12:00:00Z by Ana: doubt\n", "")
	w.expect("payouts resume --reason sure --operator Ben --json", 0, `"lift_reason": "sure"`, "")
	w.expect("payouts status", 0, "Payouts may leave.\n", "")
	w.expect("payouts freze", 2, "", "rampa: unknown command \"freze\": did you mean freeze? (see: rampa payouts --help)\n")
}

func TestProgramsReadJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`UPDATE ledger_transfers SET memo = 'edited'`)
	code, out, _ := w.run("prove --json")
	var r struct {
		ID            int64
		OK            bool
		Transfers     int
		Checkpoint    string
		Froze         bool `json:"froze_payouts"`
		PayoutsFrozen bool `json:"payouts_frozen"`
		Checks        []struct {
			Name, Status, Summary string
			Found                 int
			Findings              []map[string]string
		}
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if code != 1 || r.ID != 1 || r.OK || !r.Froze || !r.PayoutsFrozen || r.Transfers != 1 || len(r.Checks) != 14 {
		t.Errorf("exit %d: %s", code, out)
	}
	c := r.Checks[2]
	if c.Name != "digests" || c.Status != "failed" || c.Found != 1 || c.Findings[0]["subject"] != "open" || c.Findings[0]["text"] == "" {
		t.Errorf("%+v", c)
	}
	_, out, _ = w.run("payouts status --json")
	want := map[string]any{"frozen": true, "by": "prove", "at": "2026-11-22T12:00:00Z", "proof_id": 1.0,
		"reason":     "The proof failed (digests, audit entries): transfer open is not what was posted: its digest is another",
		"last_proof": map[string]any{"id": 1.0, "at": "2026-11-22T12:00:00Z", "ok": false}}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, line := range []string{"prove --help", "payouts --help", "payouts status --help", "payouts freeze --help", "payouts resume --help"} {
		code, out, _ := w.run(line)
		if code != 0 || !strings.HasPrefix(out, "Usage: ") || !regexp.MustCompile(`\nExample:\n  rampa \w`).MatchString(out) {
			t.Errorf("%s: exit %d\n%s", line, code, out)
		}
	}
}
