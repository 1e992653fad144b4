package bank_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/bank/remittance"
	"rampa/internal/db"
	"rampa/internal/identity"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/sandbox"
	"rampa/internal/webhook"
)

func TestMoneyWithAConceptOrItsReferenceGoesToItsPayment(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		a, c := h.account(7), h.reserve("payment-1")
		for i, text := range []string{fmt.Sprint(c.Number), "TRANSF. CONCEPTO: " + fmt.Sprint(c.Number), c.Reference[:4] + " " + c.Reference[4:8] + " " + c.Reference[8:]} {
			sent := line(fmt.Sprint("ref-", i), 8000, text)
			got := h.bookOne(a, sent)
			sent.ID, sent.AccountID, sent.PaymentID = got.ID, a.ID, "payment-1"
			if diff := cmp.Diff(sent, got, cmpopts.EquateComparable(money.Amount{})); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			want := bank.Receipt{TransactionID: got.ID, PaymentID: "payment-1", Account: a, Amount: sent.Amount, BookedAt: noon, PayerName: "Ana Ñandú", PayerIBAN: sandbox.PayerIBAN}
			if diff := cmp.Diff(want, h.received[i], cmpopts.EquateComparable(money.Amount{})); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		}
		h.wants(held(a), 24000)
		h.wants(suspense(a), 0)
		h.wants(customer(), -24000)
		if n := h.events(7, string(webhook.BankTransactionUnmatched)); n != 0 {
			t.Errorf("%d events of unmatched money", n)
		}
	})
}

func TestMoneyThatNamesNoPaymentOrTwoStaysInSuspense(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		a, one, two := h.account(7), h.reserve("payment-1"), h.reserve("payment-2")
		foreign, err := h.Reserve(t.Context(), 8, "EUR", "payment-of-8")
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{"", "gracias", fmt.Sprint(one.Number + 1), fmt.Sprintf("%d %d", one.Number, two.Number), fmt.Sprintf("%s %d", one.Reference, two.Number),
			fmt.Sprint(remittance.Concept(9999)), fmt.Sprint(foreign.Number), fmt.Sprintf("1%d", one.Number)}
		for i, text := range texts {
			if got := h.bookOne(a, line(fmt.Sprint(i), 100, text)); got.PaymentID != "" {
				t.Errorf("%q went to %s", text, got.PaymentID)
			}
		}
		cents := int64(len(texts)) * 100
		h.wants(held(a), cents)
		h.wants(suspense(a), -cents)
		if n := h.events(7, string(webhook.BankTransactionUnmatched)); n != int64(len(texts)) {
			t.Errorf("%d events, want %d", n, len(texts))
		}
		if n := h.events(8, string(webhook.BankTransactionUnmatched)); n != 0 || len(h.received) != 0 {
			t.Errorf("%d events of the other integration, %d receipts", n, len(h.received))
		}
	})
}

func TestATransactionIsBookedOnceHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		a, c := h.account(7), h.reserve("payment-1")
		var mu sync.Mutex
		booked := 0
		h.all(100, func(int) error {
			got, err := h.Book(t.Context(), a, []bank.Transaction{line("one", 24000, fmt.Sprint(c.Number))})
			if err == nil && got[0].ID != "" {
				mu.Lock()
				booked++
				mu.Unlock()
			}
			return err
		})
		if booked != 1 {
			t.Errorf("%d were new", booked)
		}
		h.wants(held(a), 24000)
		h.wants(customer(), -24000)
		h.bookOne(h.account(8), line("one", 5, "")) // another account's reference is another transaction
		h.wants(held(h.account(8)), 5)
	})
}

func TestWhatItsPaymentRefusesIsNotBookedAtAll(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		a, c := h.account(7), h.reserve("payment-1")
		h.refuse = errFull
		if _, err := h.Book(t.Context(), a, []bank.Transaction{line("one", 24000, fmt.Sprint(c.Number))}); !errors.Is(err, errFull) {
			t.Fatal(err)
		}
		h.wants(held(a), 0)
		h.refuse = nil
		if got := h.bookOne(a, line("one", 24000, fmt.Sprint(c.Number))); got.PaymentID != "payment-1" {
			t.Errorf("the second time it went to %q", got.PaymentID)
		}
		if _, err := h.Book(t.Context(), a, []bank.Transaction{{Amount: money.New(1, money.Asset{Code: "USD", Scale: 2}), BankReference: "usd"}}); !errors.Is(err, bank.ErrCurrency) {
			t.Errorf("dollars on an account of euros: %v", err)
		}
	})
}

func TestAConceptIsGivenOutOnce(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		var given sync.Map
		h.all(64, func(i int) error {
			c, err := h.Reserve(t.Context(), int64(7+i%2), "EUR", fmt.Sprint("payment-", i))
			if _, known := given.LoadOrStore(c.Number, true); err == nil && known {
				err = fmt.Errorf("%d twice", c.Number)
			}
			if _, ok := remittance.Serial(c.Number); err == nil && (!ok || c.Number < 100_000 || c.Reference != remittance.Reference(c.Number) || c.Account.IntegrationID != int64(7+i%2)) {
				err = fmt.Errorf("not well made: %+v", c)
			}
			return err
		})
		lost := errors.New("the rest failed")
		err := h.db.DB.InTx(t.Context(), func(ctx context.Context, _ db.Tx) error {
			_, err := h.Reserve(ctx, 7, "EUR", "payment-lost")
			return errors.Join(err, lost)
		})
		if !errors.Is(err, lost) {
			t.Fatal(err)
		}
		h.reserve("payment-lost") // its reservation went with its transaction
	})
}

func TestAReturnTakesTheMoneyBackOnce(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		a, c := h.account(7), h.reserve("payment-1")
		matched, loose := h.bookOne(a, line("one", 24000, fmt.Sprint(c.Number))), h.bookOne(a, line("two", 700, ""))
		for _, in := range []bank.Transaction{matched, loose} {
			var mu sync.Mutex
			var back []bank.Transaction
			h.all(8, func(int) error {
				b, err := h.Return(t.Context(), in.ID)
				if errors.Is(err, bank.ErrReturned) {
					return nil
				}
				mu.Lock()
				defer mu.Unlock()
				back = append(back, b)
				return err
			})
			if len(back) != 1 || back[0].ReturnOf != in.ID || back[0].Amount != in.Amount.Neg() {
				t.Fatalf("returns of %s: %+v", in.ID, back)
			}
			if _, err := h.Return(t.Context(), back[0].ID); !errors.Is(err, bank.ErrReturned) {
				t.Errorf("the return of a return: %v", err)
			}
		}
		if len(h.returned) != 1 || h.returned[0].TransactionID != matched.ID {
			t.Errorf("told of %+v", h.returned)
		}
		for _, account := range []ledger.Account{held(a), suspense(a), customer()} {
			h.wants(account, 0)
		}
		if _, err := h.Return(t.Context(), "nobody's"); !errors.Is(err, bank.ErrNoTransaction) {
			t.Error(err)
		}
	})
}

func TestAnIntegrationSeesItsOwnAccountsOnly(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		own, foreign := h.account(7), h.account(8)
		in := h.bookOne(foreign, line("one", 100, ""))
		if _, err := h.Transaction(t.Context(), 7, in.ID); !errors.Is(err, bank.ErrNoTransaction) {
			t.Errorf("a foreign transaction: %v", err)
		}
		if _, err := h.Find(t.Context(), 7, foreign.IBAN); !errors.Is(err, bank.ErrNoAccount) {
			t.Errorf("a foreign account: %v", err)
		}
		spaced := " " + own.IBAN[:4] + " " + own.IBAN[4:]
		if got, err := h.Find(t.Context(), 7, spaced); err != nil || got != own {
			t.Errorf("%q: %+v, %v", spaced, got, err)
		}
		if all, err := h.Store.Accounts(t.Context(), 7); err != nil || len(all) != 1 || all[0] != own {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestAnIntegrationWithoutAnAccountUsesTheSharedOneOrASandboxs(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		if _, err := h.AccountOf(t.Context(), 9, "EUR"); !errors.Is(err, bank.ErrNoAccount) {
			t.Errorf("no account: %v", err)
		}
		h.Missing = sandbox.BankAccount
		h.all(16, func(i int) error { _, err := h.Reserve(t.Context(), 9, "EUR", fmt.Sprint("payment-", i)); return err })
		if got := h.account(9); got.IntegrationID != 9 {
			t.Errorf("%+v", got)
		}
		h.Missing = nil
		shared, err := h.Open(t.Context(), bank.Account{IBAN: "de89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX", Holder: "Rampa", Currency: euro}, audit.System("test"))
		if err != nil || shared.IBAN != "DE89370400440532013000" {
			t.Fatalf("%+v, %v", shared, err)
		}
		if got := h.account(10); got != shared {
			t.Errorf("%+v, want the shared account", got)
		}
		if got := h.account(7); got.IntegrationID != 7 {
			t.Errorf("%+v, want its own", got)
		}
		for iban, want := range map[string]error{shared.IBAN: bank.ErrAccountExists, "DE88370400440532013000": bank.ErrIBAN, "": bank.ErrIBAN} {
			if _, err := h.Open(t.Context(), bank.Account{IBAN: iban, Currency: euro}, audit.System("test")); !errors.Is(err, want) {
				t.Errorf("%q: %v", iban, err)
			}
		}
		h.bookOne(shared, line("loose", 100, "")) // nobody's: no integration is told
		h.wants(suspense(shared), -100)
	})
}

func TestTheSandboxsAccountsAreRealIBANs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for integration := int64(1); integration < 3000; integration++ {
		iban := sandbox.BankAccount(integration).IBAN
		if got, err := identity.CheckIBAN(iban); err != nil || got != iban || seen[iban] {
			t.Fatalf("%s of %d: %v", iban, integration, err)
		}
		seen[iban] = true
	}
}

// teller executes at once, or fails.
type teller struct {
	down      error
	reference string // "": one of each instruction's own
}

func (b *teller) Execute(_ context.Context, _ bank.Account, i bank.Instruction) (string, error) {
	if b.reference != "" {
		return b.reference, b.down
	}
	return "sent/" + i.Key, b.down
}

func TestAnInstructionIsSentOnce(t *testing.T) {
	t.Parallel()
	tills(t, func(t *testing.T, h *till) {
		a := h.account(7)
		owed := ledger.Account{Purpose: ledger.Refund, Detail: "payment-1", Asset: euro}
		h.bookOne(a, line("in", 500, ""))
		if err := h.move(t.Context(), "owe", money.New(500, euro), suspense(a), owed); err != nil {
			t.Fatal(err)
		}
		want := bank.Instruction{Key: "refund/1", AccountID: a.ID, Name: "Ana Ñandú", IBAN: sandbox.PayerIBAN, Amount: money.New(300, euro), Remittance: "refund of 1", Debit: owed}
		second := want
		second.Key, second.Amount = "refund/2", money.New(200, euro)
		for _, i := range []bank.Instruction{want, want, second} {
			if err := h.Instruct(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		want.State, want.CreatedAt = bank.Instructed, noon
		waiting := func() []bank.Instruction {
			all, err := h.Store.Instructions(t.Context(), bank.Instructed, 10)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		if err := h.Send(t.Context()); err != nil { // nobody executes
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, waiting()[0], cmpopts.EquateComparable(money.Amount{})); diff != "" || len(waiting()) != 2 {
			t.Errorf("waiting (-want +got):\n%s", diff)
		}
		h.Executor = &teller{down: errors.New("the bank is closed")}
		if err := h.Send(t.Context()); err != nil || len(waiting()) != 2 {
			t.Errorf("a closed bank: %v, %d wait", err, len(waiting()))
		}
		h.Executor = &teller{reference: "same"}
		if err := h.Send(t.Context()); err == nil || len(waiting()) != 1 || len(h.executed) != 1 {
			t.Errorf("one reference for two: %v, %d wait, executed %v", err, len(waiting()), h.executed)
		}
		h.Executor = &teller{}
		h.all(8, func(int) error { return h.Send(t.Context()) })
		if len(waiting()) != 0 || len(h.executed) != 2 {
			t.Errorf("%d wait, executed %v", len(waiting()), h.executed)
		}
		h.wants(held(a), 0)
		h.wants(owed, 0)
	})
}

// TestTheLedgerHasWhatTheTransactionsAddUpTo books whatever comes, takes some of it back, and compares.
func TestTheLedgerHasWhatTheTransactionsAddUpTo(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	tills(t, func(t *testing.T, h *till) {
		random := rand.New(rand.NewPCG(seed, 5))
		t.Logf("seed %d", seed)
		c := h.reserve("payment-1")
		for i := range 60 {
			a := h.account(7 + random.Int64N(2))
			in := line(fmt.Sprint("ref-", random.IntN(40)), 1+random.Int64N(100_000), []string{"", fmt.Sprint(c.Number)}[random.IntN(2)])
			booked, err := h.Book(t.Context(), a, []bank.Transaction{in, line(fmt.Sprint("fee-", i), -1, "fee")})
			if err != nil {
				t.Fatal(err)
			}
			if id := booked[0].ID; id != "" && random.IntN(3) == 0 {
				if _, err := h.Return(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
		}
		s, sums := bank.Statement{Service: h.Service}, map[string]int64{}
		lines, next, err := s.Lines(t.Context(), "")
		for _, l := range lines {
			sums[l.Account] += l.Amount.Units()
		}
		if rest, _, end := s.Lines(t.Context(), next); err != nil || end != nil || len(rest) != 0 || len(lines) < 80 {
			t.Fatalf("%d lines, then %d: %v, %v", len(lines), len(rest), err, end)
		}
		all, err := s.Balances(t.Context())
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v, %v", all, err)
		}
		for i, b := range all {
			a := h.account(int64(7 + i))
			h.wants(held(a), b.Balance.Units())
			if sums[held(a).Code()] != b.Balance.Units() || b.Detail != a.IBAN {
				t.Errorf("lines add up to %d, the balance is %+v", sums[held(a).Code()], b)
			}
		}
	})
}
