package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"rampa/internal/db"
	"rampa/internal/id"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/book"
)

// Ledger is what `rampa bench ledger` measures.
type Ledger struct {
	RandomPerSecond  float64  `json:"random_per_second"`
	HotPerSecond     float64  `json:"hot_per_second"`
	HotRatio         float64  `json:"hot_ratio"`
	PgbenchPerSecond *float64 `json:"pgbench_per_second"` // nil on SQLite
	RatioToPgbench   *float64 `json:"ratio_to_pgbench"`   // of random and hot transfers together; nil on SQLite
	RandomP50        float64  `json:"random_p50_ms"`
	RandomP99        float64  `json:"random_p99_ms"`
	HotP50           float64  `json:"hot_p50_ms"`
	HotP99           float64  `json:"hot_p99_ms"`
	Connections      int      `json:"connections"`
	Transfers        int      `json:"transfers"` // random and hot together
}

// LedgerSize is how much RunLedger does.
type LedgerSize struct {
	Connections int
	Rounds      int           // each measures every kind once
	Phase       time.Duration // of one kind in one round; pgbench takes whole seconds
}

// DefaultLedgerSize posts each kind for so long in all.
func DefaultLedgerSize(of time.Duration) LedgerSize {
	return LedgerSize{Connections: 32, Rounds: 3, Phase: of / 3}
}

const (
	firstAccount   = 1001            // numbers of as many digits, so that codes are in the order of numbers
	ledgerAccounts = 1000            // of each purpose, that random transfers draw from
	foldEvery      = 2 * time.Second // as a server does
	benchKind      = "bench"
	hotDetail      = "card"
	benchFee       = 3 // cents
)

// RunLedger posts transfers of three entries, clearing to a random customer less a fee: clearing and fee drawn at random
// among many accounts, and always the same two. Rounds of short phases, forwards and backwards by turns, so that whatever
// slows the machine down slows all alike. A phase counts the folding of what it posted. On PostgreSQL pgbench writes the
// same rows by the same statements in the same rounds.
func (e *Env) RunLedger(ctx context.Context, size LedgerSize) (out Ledger, err error) {
	dir, err := os.MkdirTemp(e.Dir, "rampa-ledger-")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	b, err := e.openLedger(ctx, dir, size)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, b.db.Close()) }()
	bar := e.Progress("posting transfers, random and hot by turns", int64(size.Rounds))
	defer bar.Done()
	if err := b.warm(ctx); err != nil {
		return out, err
	}
	kinds := b.kinds()
	for range size.Rounds {
		for _, write := range kinds {
			if err := write(ctx); err != nil {
				return out, err
			}
		}
		slices.Reverse(kinds)
		bar.Add(1)
	}
	return b.report(), b.check(ctx)
}

// bookBench is one run.
type bookBench struct {
	*ledger.Service
	LedgerSize
	db          db.DB
	run         string // in every key
	serial      atomic.Int64
	random, hot postings
	pgbench     *pgbench // nil on SQLite
}

// postings are what one kind of transfer has cost so far.
type postings struct {
	took  time.Duration
	times []time.Duration
}

func (p *postings) perSecond() float64 { return float64(len(p.times)) / p.took.Seconds() }

func (e *Env) openLedger(ctx context.Context, dir string, size LedgerSize) (b *bookBench, err error) {
	o := db.Options{Source: filepath.Join(dir, "rampa.db")}
	b = &bookBench{LedgerSize: size, run: id.Alphanumeric(8)}
	if db.IsPostgres(e.DB) {
		if b.pgbench, err = newPgbench(e.DB, dir, size); err != nil {
			return nil, err
		}
		if o.Source, err = pooled(e.DB, size.Connections); err != nil {
			return nil, err
		}
	}
	if _, _, err := db.Migrate(ctx, o); err != nil {
		return nil, err
	}
	if b.db, err = db.Open(ctx, o); err != nil {
		return nil, err
	}
	b.Service = ledger.New(ledger.Config{Store: book.New(b.db), Now: time.Now})
	err = b.refuseBooks(ctx)
	if err == nil {
		err = b.fill(ctx)
	}
	if err == nil && b.pgbench != nil {
		err = b.pgbench.prepare(ctx, b)
	}
	if err != nil {
		return nil, errors.Join(err, b.db.Close())
	}
	return b, nil
}

// pooled is the source with a connection for everybody who posts, as pgbench has.
func pooled(source string, connections int) (string, error) {
	u, err := url.Parse(source)
	if err != nil {
		return "", err
	}
	q := u.Query()
	q.Set("pool_max_conns", strconv.Itoa(connections))
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// refuseBooks keeps the rows of a bench out of books that somebody keeps.
func (b *bookBench) refuseBooks(ctx context.Context) error {
	var one int
	err := b.db.QueryRow(ctx, `SELECT 1 FROM ledger_transfers WHERE kind <> $1 LIMIT 1`, benchKind).Scan(&one)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return errors.New("this database has transfers that no bench has posted: use an empty one")
}

var euro = money.Asset{Code: "EUR", Scale: 2}

func benchAccount(p ledger.Purpose, number int) ledger.Account {
	return ledger.Account{Purpose: p, Detail: "b" + strconv.Itoa(number), Asset: euro}
}

func hotAccount(p ledger.Purpose) ledger.Account {
	if p == ledger.Fee {
		return ledger.Account{Purpose: p, Asset: euro}
	}
	return ledger.Account{Purpose: p, Detail: hotDetail, Asset: euro}
}

// fill makes every account, so that making them is not measured: those of a purpose one after the other, since the
// script of pgbench draws their ids from a range.
func (b *bookBench) fill(ctx context.Context) error {
	if err := b.Register(ctx, []money.Asset{euro}); err != nil {
		return err
	}
	if err := b.transfer(ctx, hotAccount); err != nil {
		return err
	}
	const lines = 50
	for _, purpose := range []ledger.Purpose{ledger.Clearing, ledger.Fee, ledger.Customer} {
		for first := firstAccount; first < firstAccount+ledgerAccounts; first += lines {
			t := ledger.Transfer{Kind: benchKind, Entries: []ledger.Entry{{Account: hotAccount(ledger.Clearing), Amount: money.New(lines, euro)}}}
			for n := range lines {
				t.Entries = append(t.Entries, ledger.Entry{Account: benchAccount(purpose, first+n), Amount: money.New(-1, euro)})
			}
			if err := b.post(ctx, t); err != nil {
				return err
			}
		}
	}
	return b.Fold(ctx)
}

func (b *bookBench) post(ctx context.Context, t ledger.Transfer) error {
	t.Key = benchKind + "/" + b.run + "/" + strconv.FormatInt(b.serial.Add(1), 10)
	_, err := b.Post(ctx, t)
	return err
}

// transfer posts one transfer between a random customer and the accounts of others that it is given.
func (b *bookBench) transfer(ctx context.Context, account func(ledger.Purpose) ledger.Account) error {
	amount := 1 + rand.Int64N(100_000)
	return b.post(ctx, ledger.Transfer{Kind: benchKind, Entries: []ledger.Entry{
		{Account: account(ledger.Clearing), Amount: money.New(amount+benchFee, euro)},
		{Account: anyAccount(ledger.Customer), Amount: money.New(-amount, euro)},
		{Account: account(ledger.Fee), Amount: money.New(-benchFee, euro)},
	}})
}

func anyAccount(p ledger.Purpose) ledger.Account {
	return benchAccount(p, firstAccount+rand.IntN(ledgerAccounts))
}

// kinds gives what writes by turns.
func (b *bookBench) kinds() []func(ctx context.Context) error {
	kinds := []func(ctx context.Context) error{
		func(ctx context.Context) error { return b.phase(ctx, b.Phase, &b.random, anyAccount) },
		func(ctx context.Context) error { return b.phase(ctx, b.Phase, &b.hot, hotAccount) },
	}
	if b.pgbench != nil {
		kinds = append(kinds, func(ctx context.Context) error { return errors.Join(b.pgbench.run(ctx), b.Fold(ctx)) })
	}
	return kinds
}

func (b *bookBench) warm(ctx context.Context) error {
	for _, accounts := range []func(ledger.Purpose) ledger.Account{anyAccount, hotAccount} {
		if err := b.phase(ctx, b.Phase/4, &postings{}, accounts); err != nil {
			return err
		}
	}
	return nil
}

// phase posts for a time and folds as a server does, and to the end.
func (b *bookBench) phase(ctx context.Context, d time.Duration, into *postings, accounts func(ledger.Purpose) ledger.Account) error {
	start := time.Now()
	folding, stop := context.WithCancel(ctx)
	defer stop()
	folded := make(chan error, 1)
	go func() { folded <- b.foldUntil(folding) }()
	times, err := loop(ctx, b.Connections, d, func() (func(context.Context) error, error) {
		return func(ctx context.Context) error { return b.transfer(ctx, accounts) }, nil
	})
	stop()
	err = errors.Join(err, <-folded, b.Fold(ctx))
	into.took += time.Since(start)
	into.times = append(into.times, times...)
	return err
}

func (b *bookBench) foldUntil(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(foldEvery):
			if err := b.Fold(context.WithoutCancel(ctx)); err != nil {
				return fmt.Errorf("fold: %w", err)
			}
		}
	}
}

func (b *bookBench) report() Ledger {
	slices.Sort(b.random.times)
	slices.Sort(b.hot.times)
	out := Ledger{RandomPerSecond: b.random.perSecond(), HotPerSecond: b.hot.perSecond(), Connections: b.Connections,
		RandomP50: percentile(b.random.times, .5), RandomP99: percentile(b.random.times, .99),
		HotP50: percentile(b.hot.times, .5), HotP99: percentile(b.hot.times, .99), Transfers: len(b.random.times) + len(b.hot.times)}
	out.HotRatio = out.HotPerSecond / out.RandomPerSecond
	if b.pgbench != nil {
		rate := b.pgbench.perSecond()
		ratio := float64(out.Transfers) / (b.random.took + b.hot.took).Seconds() / rate
		out.PgbenchPerSecond, out.RatioToPgbench = &rate, &ratio
	}
	return out
}

// check holds what was posted to the books: speed that loses money is no speed.
func (b *bookBench) check(ctx context.Context) error {
	total, page := money.Zero(euro), ledger.Page{Limit: 1000}
	for {
		balances, next, err := b.Accounts(ctx, ledger.AccountQuery{Asset: euro.Code}, page)
		if err != nil {
			return err
		}
		for _, balance := range balances {
			if total, err = total.Add(balance.Amount); err != nil {
				return err
			}
		}
		if next == "" {
			break
		}
		page.Cursor = next
	}
	if !total.IsZero() {
		return fmt.Errorf("the accounts sum to %s instead of nothing", total)
	}
	return nil
}
