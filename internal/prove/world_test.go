package prove_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/prove"
	"rampa/internal/store/book"
	"rampa/internal/store/proof"
	"rampa/internal/store/row"
	"rampa/internal/storetest"
)

var (
	noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	eur  = money.Asset{Code: "EUR", Scale: 2}
	usdc = money.Asset{Code: "USDC", Scale: 6}
)

func account(p ledger.Purpose, detail string, asset money.Asset) ledger.Account {
	return ledger.Account{Purpose: p, Detail: detail, Asset: asset}
}

// house is a business over a fresh database: a ledger, a chain and a bank that know what they did themselves, and the
// proof over all of it.
type house struct {
	*testing.T
	storetest.Database
	books  *prove.Service
	ledger *ledger.Service
	log    *audit.Chain
	coins  *coins
	bank   *bank

	mu    sync.Mutex
	clock time.Time
	n     int // of keys
}

func engines(t *testing.T, test func(h *house)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) { test(open(t, d)) })
}

func open(t *testing.T, d storetest.Database) *house {
	h := &house{T: t, Database: d, clock: noon}
	h.log = audit.NewChain(d.Store.AuditChain(), ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", 32))), h.now)
	h.ledger = ledger.New(ledger.Config{Store: book.New(d.DB), Now: h.now})
	h.coins, h.bank = &coins{db: d.DB}, &bank{db: d.DB}
	h.books = prove.New(prove.Config{Store: proof.New(d.DB), Audit: h.log, Assets: []money.Asset{eur, usdc}, Treasury: h.coins, Bank: h.bank, Now: h.now})
	if err := h.ledger.Register(t.Context(), []money.Asset{eur, usdc}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.Exec(t.Context(), `CREATE TABLE statement_lines (key TEXT NOT NULL PRIMARY KEY, units BIGINT NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

// key names something new.
func (h *house) key(kind string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
	return fmt.Sprintf("%s/%d", kind, h.n)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// fund brings coins into the treasury.
func (h *house) fund(units int64) error {
	key := h.key("fund")
	h.coins.move(key, units)
	return h.post(key, "treasury.funded", ledger.Entry{Account: account(ledger.Treasury, "polygon", usdc), Amount: money.New(units, usdc)},
		ledger.Entry{Account: account(ledger.Equity, "", usdc), Amount: money.New(-units, usdc)})
}

func (h *house) post(key, kind string, entries ...ledger.Entry) error {
	_, err := h.ledger.Post(context.Background(), ledger.Transfer{Key: key, Kind: kind, Memo: "as in the test", Entries: entries})
	return err
}

// statement books a line of the bank account's statement in one transaction with the line.
func (h *house) statement(kind string, units int64, against ledger.Account) (key string, err error) {
	key = h.key(kind)
	return key, h.DB.InTx(context.Background(), func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO statement_lines (key, units) VALUES ($1, $2)`, key, units); err != nil {
			return err
		}
		_, err := h.ledger.Post(ctx, ledger.Transfer{Key: key, Kind: kind, Entries: []ledger.Entry{
			{Account: account(ledger.Bank, "main", eur), Amount: money.New(units, eur)}, {Account: against, Amount: money.New(-units, eur)}}})
		return err
	})
}

// pay receives cents of a customer, changes them into coins at par less a fee, and sets these aside.
func (h *house) pay(customer string, cents int64) (key string, err error) {
	if key, err = h.statement("received", cents, account(ledger.Customer, customer, eur)); err != nil {
		return "", err
	}
	fee := cents / 50
	coins := (cents - fee) * 10_000
	if err := h.post(key+"/bought", "payment.bought",
		ledger.Entry{Account: account(ledger.Customer, customer, eur), Amount: money.New(cents, eur)},
		ledger.Entry{Account: account(ledger.Fee, "", eur), Amount: money.New(-fee, eur)},
		ledger.Entry{Account: account(ledger.FX, "", eur), Amount: money.New(fee-cents, eur)},
		ledger.Entry{Account: account(ledger.FX, "", usdc), Amount: money.New(coins, usdc)},
		ledger.Entry{Account: account(ledger.Customer, customer, usdc), Amount: money.New(-coins, usdc)}); err != nil {
		return "", err
	}
	for name, from := range map[string]ledger.Account{"/owed": account(ledger.Customer, customer, usdc), "/reserved": account(ledger.Treasury, "polygon", usdc)} {
		if _, err := h.ledger.Hold(context.Background(), ledger.Hold{Key: key + name, Kind: "payment.held", Account: from, Amount: money.New(coins, usdc)}); err != nil {
			return "", err
		}
	}
	return key, nil
}

// send sends what a payment has set aside, or gives all of it back.
func (h *house) send(key string, sent bool) error {
	hold, err := h.ledger.FindHold(context.Background(), key+"/reserved")
	if err != nil {
		return err
	}
	m := ledger.Settlement{Key: key + "/sent", Kind: "payment.sent", Holds: []ledger.Part{{Hold: key + "/owed"}, {Hold: key + "/reserved"}}}
	if sent {
		h.coins.move(m.Key, -hold.Amount.Units())
		m.Holds[0].Amount, m.Holds[1].Amount = hold.Amount, hold.Amount
	}
	_, err = h.ledger.Settle(context.Background(), m)
	return err
}

// seal closes the audit chain.
func (h *house) seal() {
	h.Helper()
	h.must(h.log.Close(h.Context()))
}

// business is a little of everything, sealed: payments sent, given back and under way, a reversal, a fold in between.
func (h *house) business() {
	h.Helper()
	h.must(h.fund(5_000_000_000))
	var keys []string
	for i := range 6 {
		key, err := h.pay(fmt.Sprint(100_001+i%3), 10_000+int64(i)*137)
		h.must(err)
		if keys = append(keys, key); i == 3 {
			h.must(h.ledger.Fold(h.Context()))
		}
		h.wait(time.Minute)
	}
	h.must(h.send(keys[0], true))
	h.must(h.send(keys[1], true))
	h.must(h.send(keys[2], false))
	_, err := h.ledger.Reverse(h.Context(), ledger.Reversal{Key: "reversal/1", Of: keys[2] + "/bought", Memo: "given back"})
	h.must(err)
	h.seal()
}

// run proves, and wants certain checks to fail and no others.
func (h *house) run(failing ...string) prove.Report {
	h.Helper()
	r, err := h.books.Run(h.Context())
	h.must(err)
	var got []string
	for _, c := range r.Failures() {
		got = append(got, c.Name)
	}
	slices.Sort(got)
	slices.Sort(failing)
	if !slices.Equal(got, failing) {
		h.Errorf("failed: %q, want %q", got, failing)
		for _, c := range r.Failures() {
			h.Logf("%s: %+v", c.Name, c.Findings)
		}
	}
	return r
}

// check gives a check of a report.
func (h *house) check(r prove.Report, name string) prove.Check {
	h.Helper()
	for _, c := range r.Checks {
		if c.Name == name {
			return c
		}
	}
	h.Fatalf("no check %q", name)
	return prove.Check{}
}

// attack changes rows behind everybody's back, constraints and all.
func (h *house) attack(statements ...string) {
	h.Helper()
	if h.Engine == "sqlite" {
		file, err := sql.Open("sqlite", "file:"+h.Source+"?_pragma=busy_timeout(5000)&_pragma=ignore_check_constraints(1)&_pragma=foreign_keys(0)")
		h.must(err)
		defer file.Close()
		for _, s := range statements {
			_, err := file.Exec(s)
			h.must(err)
		}
		return
	}
	h.must(h.DB.InTx(h.Context(), func(ctx context.Context, tx db.Tx) error {
		for _, s := range append([]string{`SET LOCAL session_replication_role = replica`}, statements...) {
			if _, err := tx.Exec(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}))
}

// coins is a chain: it moves first, and the ledger learns of it.
type coins struct {
	db    db.DB
	mu    sync.Mutex
	moves []move
	err   error
}

type move struct {
	key   string
	units int64
}

func (c *coins) move(key string, units int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moves = append(c.moves, move{key, units})
}

func (c *coins) Holdings(ctx context.Context) ([]prove.Holding, error) {
	c.mu.Lock()
	moves := slices.Clone(c.moves)
	c.mu.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	booked, err := c.booked(ctx)
	if err != nil {
		return nil, err
	}
	var balance, unbooked int64
	for _, m := range moves {
		if balance += m.units; m.key != "" && !booked[m.key] { // without a key nobody knows of it
			unbooked += m.units
		}
	}
	return []prove.Holding{{Detail: "polygon", Balance: money.New(balance, usdc), Unbooked: money.New(unbooked, usdc)}}, nil
}

func (c *coins) booked(ctx context.Context) (map[string]bool, error) {
	rows, err := c.db.Query(ctx, `SELECT key FROM ledger_transfers WHERE kind IN ('treasury.funded', 'payment.sent')`)
	keys, err := row.Collect(rows, err, row.ScanText)
	booked := map[string]bool{}
	for _, key := range keys {
		booked[key] = true
	}
	return booked, err
}

// bank has its statement's lines in a table of its own, and short by something.
type bank struct {
	db    db.DB
	short int64
}

func (b *bank) Balances(ctx context.Context) ([]prove.Holding, error) {
	var units int64
	err := b.db.QueryRow(ctx, `SELECT COALESCE(SUM(units), 0) FROM statement_lines`).Scan(&units)
	return []prove.Holding{{Detail: "main", Balance: money.New(units-b.short, eur)}}, err
}

func (b *bank) Lines(ctx context.Context, after string) (page []prove.Expected, next string, err error) {
	rows, err := b.db.Query(ctx, `SELECT key, units FROM statement_lines WHERE key > $1 ORDER BY key LIMIT 50`, after)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	for rows.Next() {
		var units int64
		e := prove.Expected{Account: "bank:main:EUR"}
		if err := rows.Scan(&e.Key, &units); err != nil {
			return nil, "", err
		}
		e.Subject, e.Amount = "statement line "+e.Key, money.New(units, eur)
		page, next = append(page, e), e.Key
	}
	return page, next, rows.Err()
}

// digest computes the digest of a transfer as it stands in the database.
func (h *house) digest(key string) []byte {
	h.Helper()
	t, err := h.ledger.Transfer(h.Context(), key)
	h.must(err)
	return ledger.Digest(t)
}

// bytes writes bytes as the engine's SQL has them.
func (h *house) bytes(b []byte) string {
	if h.Engine == "sqlite" {
		return fmt.Sprintf("x'%x'", b)
	}
	return fmt.Sprintf(`'\x%x'`, b)
}
