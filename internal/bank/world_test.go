package bank_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/identity"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/sandbox"
	"rampa/internal/store/banking"
	"rampa/internal/store/book"
	"rampa/internal/storetest"
	"rampa/internal/vault"
)

var (
	noon = time.Date(2026, 6, 26, 12, 0, 0, 123000, time.UTC)
	euro = money.Asset{Code: "EUR", Scale: 2}
)

var errFull = errors.New("the payment takes nothing more")

// till is a bank whose payments are the test's own: what comes in for one goes to customer 1.
type till struct {
	*testing.T
	*bank.Service
	book *ledger.Service
	db   storetest.Database

	mu       sync.Mutex
	refuse   error
	received []bank.Receipt
	returned []bank.Receipt
	executed []string
}

// tills runs test on both engines with integrations 7 and 8, each with an account of its own.
func tills(t *testing.T, test func(t *testing.T, h *till)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
		if err != nil {
			t.Fatal(err)
		}
		now := func() time.Time { return noon }
		h := &till{T: t, db: d, book: ledger.New(ledger.Config{Store: book.New(d.DB), Now: now})}
		h.Service = bank.New(bank.Config{Store: banking.New(d.DB, sealer), Ledger: h.book, Payments: h, IBAN: identity.CheckIBAN, Now: now, Log: slog.New(slog.DiscardHandler)})
		if err := h.book.Register(t.Context(), []money.Asset{euro}); err != nil {
			t.Fatal(err)
		}
		for _, integration := range []int64{7, 8} {
			if _, err := h.Open(t.Context(), sandbox.BankAccount(integration), audit.System("test")); err != nil {
				t.Fatal(err)
			}
		}
		test(t, h)
	})
}

func customer() ledger.Account {
	return ledger.Account{Purpose: ledger.Customer, Detail: "1", Asset: euro}
}

// move posts an amount from one account to another.
func (h *till) move(ctx context.Context, key string, amount money.Amount, from, to ledger.Account) error {
	_, err := h.book.Post(ctx, ledger.Transfer{Key: key, Kind: "test.moved", By: audit.System("test"), Entries: []ledger.Entry{{Account: from, Amount: amount}, {Account: to, Amount: amount.Neg()}}})
	return err
}

func (h *till) Receive(ctx context.Context, r bank.Receipt) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse != nil {
		return h.refuse
	}
	h.received = append(h.received, r)
	return h.move(ctx, "received/"+r.TransactionID, r.Amount, suspense(r.Account), customer())
}

func (h *till) Returned(ctx context.Context, r bank.Receipt) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.returned = append(h.returned, r)
	return h.move(ctx, "returned/"+r.TransactionID, r.Amount, customer(), suspense(r.Account))
}

func (h *till) Executed(_ context.Context, key string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.executed = append(h.executed, key)
	return nil
}

func suspense(a bank.Account) ledger.Account {
	return ledger.Account{Purpose: ledger.Suspense, Detail: a.IBAN, Asset: a.Currency}
}

func held(a bank.Account) ledger.Account {
	return ledger.Account{Purpose: ledger.Bank, Detail: a.IBAN, Asset: a.Currency}
}

// account gives the account of an integration.
func (h *till) account(integration int64) bank.Account {
	h.Helper()
	a, err := h.AccountOf(h.Context(), integration, "EUR")
	if err != nil {
		h.Fatal(err)
	}
	return a
}

// reserve gives a payment of integration 7 its concept.
func (h *till) reserve(paymentID string) bank.Concept {
	h.Helper()
	c, err := h.Reserve(h.Context(), 7, "EUR", paymentID)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// line is a transaction of a bank.
func line(reference string, cents int64, remittance string) bank.Transaction {
	return bank.Transaction{Amount: money.New(cents, euro), BookedAt: noon, ValueAt: noon.Add(-time.Hour), Remittance: remittance, CounterpartyName: "Ana Ñandú",
		CounterpartyIBAN: sandbox.PayerIBAN, EndToEndID: "e2e " + reference, BankReference: reference}
}

// bookOne books a transaction and reads it as it is kept.
func (h *till) bookOne(a bank.Account, t bank.Transaction) bank.Transaction {
	h.Helper()
	booked, err := h.Book(h.Context(), a, []bank.Transaction{t})
	if err != nil {
		h.Fatal(err)
	}
	kept, err := h.Transaction(h.Context(), a.IntegrationID, booked[0].ID)
	if err != nil {
		h.Fatal(err)
	}
	return kept
}

// wants compares what the ledger has on an account, debits less credits.
func (h *till) wants(a ledger.Account, cents int64) {
	h.Helper()
	b, err := h.book.Balance(h.Context(), a)
	if err != nil && cents != 0 || err == nil && b.Amount.Units() != cents {
		h.Errorf("%s: %v, want %d (%v)", a.Code(), b.Amount, cents, err)
	}
}

// events counts the events of a type that an integration is told.
func (h *till) events(integration int64, kind string) (n int64) {
	h.Helper()
	if err := h.db.DB.QueryRow(h.Context(), `SELECT COUNT(*) FROM events WHERE integration_id = $1 AND type = $2`, integration, kind).Scan(&n); err != nil {
		h.Fatal(err)
	}
	return n
}

// all runs work n times at once and fails for the first error.
func (h *till) all(n int, work func(i int) error) {
	h.Helper()
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- work(i) }()
	}
	for range n {
		if err := <-errs; err != nil {
			h.Error(fmt.Errorf("one of %d at once: %w", n, err))
		}
	}
}
