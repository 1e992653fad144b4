// Package payments measures the on-ramp: payments created, paid by transfer and sent, on a real database and a chain in memory. Customers,
// their limits and prices are made up and cost nothing; everything else is written as a server writes it.
package payments

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"rampa/internal/api/trading"
	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/chain"
	"rampa/internal/chain/fake"
	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/limit"
	"rampa/internal/money"
	"rampa/internal/monitor"
	"rampa/internal/onramp"
	"rampa/internal/payout"
	"rampa/internal/price"
	"rampa/internal/psp"
	"rampa/internal/quote"
	"rampa/internal/store"
	"rampa/internal/store/acquiring"
	"rampa/internal/store/banking"
	"rampa/internal/store/book"
	"rampa/internal/store/trade"
	"rampa/internal/store/treasury"
	"rampa/internal/vault"
)

// Result is what `rampa bench payments` measures.
type Result struct {
	CreatedPerSecond float64 `json:"created_per_second"`
	SentPerSecond    float64 `json:"sent_per_second"` // paid, bought, signed, broadcast, found final and booked
	HotRatio         float64 `json:"hot_ratio"`       // payments through one treasury, against ones that are spread over several
	P99              float64 `json:"p99_ms"`          // of a create
	Payments         int     `json:"payments"`
	Connections      int     `json:"connections"`
}

// Size is how much Run does.
type Size struct {
	Payments    int // of each kind: hot and spread
	Connections int
}

// spread is over which chains, each with a treasury of its own, the payments go that are not hot.
var spread = []string{"polygon", "ethereum", "bsc"}

// shop is the on-ramp on a database.
type shop struct {
	Size
	onramp  *onramp.Service
	bank    *bank.Service
	payouts *payout.Service
	ledger  *ledger.Service
	chains  map[string]*fake.Chain
	serial  atomic.Int64
	times   []time.Duration
	mu      sync.Mutex
}

// Place is where the database is.
type Place struct {
	Dir    string // of SQLite's
	Source string // "sqlite", or the URL of an empty PostgreSQL database
}

// RunOn is Run on a database of its own.
func RunOn(ctx context.Context, at Place, size Size) (out Result, err error) {
	dir, err := os.MkdirTemp(at.Dir, "rampa-payments-")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	o := db.Options{Source: filepath.Join(dir, "rampa.db")}
	if db.IsPostgres(at.Source) {
		o.Source = at.Source
	}
	if _, _, err := db.Migrate(ctx, o); err != nil {
		return out, err
	}
	d, err := db.Open(ctx, o)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	sealer, err := vault.Open(ctx, make([]byte, vault.MasterKeySize), store.New(d))
	if err != nil {
		return out, err
	}
	return Run(ctx, d, sealer, size)
}

// Run creates, pays and sends payments: spread over chains first, then all through one.
func Run(ctx context.Context, d db.DB, sealer bank.Sealer, size Size) (out Result, err error) {
	s, err := open(ctx, d, sealer, size)
	if err != nil {
		return out, err
	}
	if _, _, err := s.round(ctx, func(i int) string { return spread[i%len(spread)] }, max(size.Payments/10, 1)); err != nil { // warm
		return out, err
	}
	s.times = nil
	created, apart, err := s.round(ctx, func(i int) string { return spread[i%len(spread)] }, size.Payments)
	if err != nil {
		return out, err
	}
	again, hot, err := s.round(ctx, func(int) string { return spread[0] }, size.Payments)
	if err != nil {
		return out, err
	}
	slices.Sort(s.times)
	n := float64(size.Payments)
	return Result{CreatedPerSecond: 2 * n / (created + again).Seconds(), SentPerSecond: n / hot.Seconds(), HotRatio: apart.Seconds() / hot.Seconds(),
		P99: float64(s.times[len(s.times)*99/100].Microseconds()) / 1000, Payments: 2 * size.Payments, Connections: size.Connections}, nil
}

var (
	euro = money.Asset{Code: "EUR", Scale: 2}
	usdc = money.Asset{Code: "USDC", Scale: 6}
	pol  = money.Asset{Code: "POL", Scale: 9}
)

func open(ctx context.Context, d db.DB, sealer bank.Sealer, size Size) (*shop, error) {
	now, quiet := func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }, slog.New(slog.DiscardHandler)
	s := &shop{Size: size, chains: map[string]*fake.Chain{}, ledger: ledger.New(ledger.Config{Store: book.New(d), Now: now})}
	if err := s.ledger.Register(ctx, []money.Asset{euro, usdc, pol}); err != nil {
		return nil, err
	}
	coin, native := chain.Token{Asset: usdc, Contract: fake.Address("usdc"), Decimals: 6}, chain.Token{Asset: pol, Decimals: 18}
	networks := map[string]payout.Chain{}
	for _, code := range spread {
		c, wallet := fake.New(fake.Config{Now: now, Nodes: 1}), fake.Address("treasury "+code)
		c.Fund(wallet, coin, new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil))
		c.Fund(wallet, native, new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil))
		for _, a := range []money.Asset{usdc, pol} {
			if _, err := s.ledger.Post(ctx, ledger.Transfer{Key: fmt.Sprint("bench/", code, "/", a.Code, "/", now().UnixMicro()), Kind: "bench", Entries: []ledger.Entry{
				{Account: ledger.Account{Purpose: ledger.Treasury, Detail: code, Asset: a}, Amount: money.New(1<<55, a)},
				{Account: ledger.Account{Purpose: ledger.Equity, Asset: a}, Amount: money.New(-1<<55, a)}}}); err != nil {
				return nil, err
			}
		}
		s.chains[code] = c
		networks[code] = payout.Chain{Network: c.Network(), Wallet: c.Wallet(wallet, nil), Native: native, Tokens: map[string]chain.Token{"USDC": coin, "POL": native}, Confirmations: 1, StuckAfter: time.Minute}
	}
	s.payouts = payout.New(payout.Config{Store: treasury.New(d), Ledger: s.ledger, Chains: networks, Node: "bench", Now: now, Wall: now, Log: quiet,
		Frozen: func(context.Context) (bool, error) { return false, nil }})
	s.bank = bank.New(bank.Config{Store: banking.New(d, sealer), Ledger: s.ledger, IBAN: func(text string) (string, error) { return text, nil }, Now: now, Log: quiet})
	if _, err := s.bank.Open(ctx, bank.Account{IBAN: "ES3167200001350000000001", BIC: "PFSSESM1XXX", Holder: "Bench", Currency: euro}, audit.System("bench")); err != nil && !errors.Is(err, bank.ErrAccountExists) {
		return nil, err
	}
	shopper := made{}
	s.onramp = onramp.New(onramp.Config{Store: trade.New(d).Payments(), Customers: shopper, Quotes: quotes{shopper}, Prices: shopper, Limits: shopper, Watch: shopper, Ledger: s.ledger, Bank: s.bank,
		Providers: psp.New(psp.Config{Store: acquiring.New(d, sealer), Now: now, Log: quiet}), Payouts: s.payouts, Wallets: shopper, Sealer: keyed{sealer}, EventData: trading.PaymentData, Now: now})
	s.bank.Payments, s.payouts.Owner = s.onramp, s.onramp
	return s, nil
}

// round creates n payments, and then pays and sends them.
func (s *shop) round(ctx context.Context, chainOf func(i int) string, n int) (created, sent time.Duration, err error) {
	concepts := make([]int64, n)
	start := time.Now()
	if err := s.each(n, func(i int) error {
		began := time.Now()
		p, err := s.onramp.Create(ctx, onramp.Creation{IntegrationID: 1, Project: asset.Default().Project("", ""), CustomerID: 1_000_000 + s.serial.Add(1), Method: "transfer", Fiat: "EUR",
			Amount: money.New(10_000, euro), Coin: "USDC", Chain: chainOf(i), Wallet: fake.Address(fmt.Sprint("wallet", s.serial.Load()))})
		if err != nil {
			return err
		}
		concepts[i] = p.Concept.Number
		s.mu.Lock()
		s.times = append(s.times, time.Since(began))
		s.mu.Unlock()
		return nil
	}); err != nil {
		return 0, 0, err
	}
	created = time.Since(start)
	start = time.Now()
	account, err := s.bank.AccountOf(ctx, 1, "EUR")
	if err != nil {
		return 0, 0, err
	}
	paid := make(chan error, 1)
	go func() {
		paid <- s.each(n, func(i int) error {
			_, err := s.bank.Book(ctx, account, []bank.Transaction{{Amount: money.New(10_000, euro), BookedAt: time.Now(), ValueAt: time.Now(), Remittance: fmt.Sprint(concepts[i]),
				CounterpartyName: "Ana Bench", CounterpartyIBAN: "ES9121000418450200051332", BankReference: fmt.Sprint("bench/", concepts[i])}})
			return err
		})
	}()
	for all := false; ; {
		select {
		case err := <-paid:
			if err != nil {
				return 0, 0, err
			}
			all = true
		default:
		}
		if err := s.payouts.Work(ctx); err != nil {
			return 0, 0, err
		}
		for _, c := range s.chains {
			c.Mine(1)
		}
		open, err := s.payouts.List(ctx, payout.Query{States: []payout.State{payout.Created, payout.Reserved, payout.Signed, payout.Broadcast, payout.Seen}, Limit: 1})
		if err != nil {
			return 0, 0, err
		}
		if all && len(open) == 0 {
			return created, time.Since(start), s.ledger.Fold(ctx)
		}
		if ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
	}
}

// each does something n times, by as many at once as there are connections.
func (s *shop) each(n int, do func(i int) error) error {
	var next atomic.Int64
	errs := make(chan error, s.Connections)
	for range s.Connections {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					errs <- nil
					return
				}
				if err := do(i); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	var all error
	for range s.Connections {
		all = errors.Join(all, <-errs)
	}
	return all
}

// made are customers, prices and wallets that cost nothing.
type made struct{}

func (made) Find(_ context.Context, integrationID int64, by customer.Lookup) (customer.Customer, error) {
	return customer.Customer{ID: by.ID, IntegrationID: integrationID, Name: "Ana Bench", Tier: 1}, nil
}

var rate = func() money.Rate {
	r, err := money.ParseRate("0.9351195")
	if err != nil {
		panic(err) // a constant
	}
	return r
}()

// quotes is what the shop quotes with.
type quotes struct{ made }

func (quotes) Find(context.Context, int64, string) (quote.Quote, error) {
	return quote.Quote{}, quote.ErrNotFound
}

func (made) Project(string, string) *asset.Project { return asset.Default().Project("", "") }

func (made) Buy(_ context.Context, _ *asset.Project, o quote.Order) (quote.Quote, error) {
	return quote.Quote{Side: quote.Buy, Chain: o.Chain, Method: o.Method, Amount: o.Spend, Tokens: money.New(o.Spend.Units()*10_000, usdc), Price: rate,
		ServiceFee: money.New(50, euro), NetworkFee: money.New(2, euro), PartnerFee: money.Zero(euro)}, nil
}

func (made) Price(context.Context, price.Pair) (price.Price, error) {
	return price.Price{Rate: rate}, nil
}

func (made) Observe(context.Context, monitor.Transaction) (monitor.Outcome, error) {
	return monitor.Outcome{}, nil
}

func (made) Check(context.Context, limit.Use) error { return nil }

func (made) Record(context.Context, limit.Use) error { return nil }

func (made) Release(context.Context, string) error { return nil }

func (made) Held(context.Context, int64) (bool, error) { return false, nil }

func (made) Parse(_, text string) (string, error) { return text, nil }

func (made) Ours(context.Context, string, string) (bool, error) { return false, nil }

func (made) Blocked(context.Context, string, string) (bool, error) { return false, nil }

func (made) Signed(string, string, string, string) bool { return true }

// keyed adds the keyed hash that addresses of payments are made with.
type keyed struct{ bank.Sealer }

func (keyed) MAC(_ string, data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}
