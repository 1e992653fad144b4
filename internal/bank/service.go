package bank

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/bank/remittance"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/webhook"
)

// The errors of this package.
var (
	ErrNoAccount     = errs.New(errs.NotFound, "bank_account_not_found", "There is no such bank account.")
	ErrAccountExists = errs.New(errs.Conflict, "bank_account_exists", "This IBAN is registered already.")
	ErrIBAN          = errs.New(errs.Invalid, "iban_not_valid", "This is not an IBAN.")
	ErrNoTransaction = errs.New(errs.NotFound, "bank_transaction_not_found", "There is no such transaction.")
	ErrCurrency      = errs.New(errs.Invalid, "bank_currency", "The account is in another currency.")
	ErrReturned      = errs.New(errs.Conflict, "bank_transaction_returned", "This transaction was returned already, or is none that came in.")
)

// Ledger is the book: ledger.Service.
type Ledger interface {
	Post(ctx context.Context, t ledger.Transfer) (ledger.Transfer, error)
}

// Instruction asks a bank to send money.
type Instruction struct {
	Key        string // unique for ever
	AccountID  int64  // ours that pays
	Name       string
	IBAN       string
	Amount     money.Amount
	Remittance string
	Debit      ledger.Account // what we owed: booked when the bank has sent it
	State      InstructionState
	CreatedAt  time.Time
}

// InstructionState is where an instruction stands.
type InstructionState string

// The states.
const (
	Instructed InstructionState = "instructed"
	Executed   InstructionState = "executed"
)

// Executor hands an instruction to a bank and gives the bank's reference. The same instruction is done once.
type Executor interface {
	Execute(ctx context.Context, from Account, i Instruction) (reference string, err error)
}

// Sealer encrypts what is personal about a transaction.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Store is where accounts and transactions live. Under a context that carries a transaction the reads see it.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	accounts
	transactions
}

type accounts interface {
	Account(ctx context.Context, id int64) (Account, error)                                // ErrNoAccount
	AccountByIBAN(ctx context.Context, iban string) (Account, error)                       // ErrNoAccount
	AccountFor(ctx context.Context, integrationID int64, currency string) (Account, error) // its own, else a shared one; ErrNoAccount
	Accounts(ctx context.Context, integrationID int64) ([]Account, error)                  // 0: all
	ConceptOf(ctx context.Context, accountID, serial int64) (paymentID string, err error)  // "": nobody's
}

type transactions interface {
	Transaction(ctx context.Context, id string) (Transaction, error) // ErrNoTransaction
	TransactionsAfter(ctx context.Context, number int64, limit int) (all []Transaction, last int64, err error)
	Balances(ctx context.Context) ([]Closing, error)
	Instructions(ctx context.Context, state InstructionState, limit int) ([]Instruction, error)
}

// Closing is what an account holds by its transactions.
type Closing struct {
	Account Account
	Balance money.Amount
}

// Tx is one change of the bank.
type Tx interface {
	InsertAccount(ctx context.Context, a *Account) (inserted bool, err error)
	InsertConcept(ctx context.Context, accountID int64, paymentID string) (serial int64, err error)
	records
	audit.Writer
	webhook.Log
}

type records interface {
	InsertTransaction(ctx context.Context, t *Transaction) (inserted bool, err error) // false: the account has its reference
	MatchTransaction(ctx context.Context, id, paymentID string) error
	InsertInstruction(ctx context.Context, i Instruction) (inserted bool, err error)
	EndInstruction(ctx context.Context, key string, state InstructionState) (moved bool, err error)
}

// Config is what a Service needs.
type Config struct {
	Store    Store
	Ledger   Ledger
	Payments Payments
	Executor Executor // nil: instructions wait for a file to the bank
	IBAN     func(text string) (string, error)
	Missing  func(integrationID int64) Account // the account of an integration that has none: a sandbox's; nil: there is none
	Now      func() time.Time
	Log      *slog.Logger
}

// Service keeps the accounts. Payments may be set after New, before the first call.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// Open registers one of our accounts. Errors: ErrIBAN, ErrAccountExists.
func (s *Service) Open(ctx context.Context, a Account, by audit.Actor) (Account, error) {
	iban, err := s.IBAN(a.IBAN)
	if err != nil {
		return a, ErrIBAN.Because(err)
	}
	a.IBAN = iban
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		inserted, err := tx.InsertAccount(ctx, &a)
		if err == nil && !inserted {
			err = ErrAccountExists
		}
		if err != nil {
			return err
		}
		return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: a.IntegrationID, Actor: by, Action: "bank.account_opened", Object: "bank_account", ObjectID: a.IBAN})
	})
	return a, err
}

// Accounts gives all our accounts.
func (s *Service) Accounts(ctx context.Context) ([]Account, error) { return s.Store.Accounts(ctx, 0) }

// AccountOf gives the account that an integration's payers pay into: its own, else a shared one. Errors: ErrNoAccount.
func (s *Service) AccountOf(ctx context.Context, integrationID int64, currency string) (Account, error) {
	a, err := s.Store.AccountFor(ctx, integrationID, currency)
	if s.Missing == nil || !errors.Is(err, ErrNoAccount) {
		return a, err
	}
	made := s.Missing(integrationID)
	if made.Currency.Code != currency {
		return a, err
	}
	if _, err := s.Open(ctx, made, audit.System("sandbox")); err != nil && !errors.Is(err, ErrAccountExists) {
		return a, err
	}
	return s.Store.AccountFor(ctx, integrationID, currency)
}

// Reserve gives a payment the concept that its payer writes, in ctx's transaction. Errors: ErrNoAccount.
func (s *Service) Reserve(ctx context.Context, integrationID int64, currency, paymentID string) (c Concept, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := s.AccountOf(ctx, integrationID, currency)
		if err != nil {
			return err
		}
		serial, err := tx.InsertConcept(ctx, a.ID, paymentID)
		if err != nil {
			return err
		}
		n := remittance.Concept(serial)
		c = Concept{Account: a, Number: n, Reference: remittance.Reference(n), PaymentID: paymentID}
		return nil
	})
	return c, err
}

// Book takes transactions that a bank has booked on one account, and matches those that came in. One that is known by the bank's
// reference changes nothing. It gives them with their ids, known ones without. Errors: ErrCurrency.
func (s *Service) Book(ctx context.Context, a Account, booked []Transaction) ([]Transaction, error) {
	for i := range booked {
		t := &booked[i]
		if t.Amount.Asset() != a.Currency {
			return booked, ErrCurrency
		}
		err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			t.ID, t.AccountID, t.PaymentID = id.Alphanumeric(idLength), a.ID, ""
			inserted, err := tx.InsertTransaction(ctx, t)
			if err != nil {
				return err
			}
			if !inserted {
				t.ID = ""
				return nil
			}
			if err := s.post(ctx, "bank/"+t.ID, "bank.booked", entry(bankAccount(a), t.Amount), entry(suspense(a), t.Amount.Neg())); err != nil {
				return err
			}
			if t.Amount.Sign() < 0 {
				return nil
			}
			return s.match(ctx, tx, a, t)
		})
		if err != nil {
			return booked, err
		}
	}
	return booked, nil
}

const idLength = 25

// match gives the money to the payment that its remittance text names, where that is one and only one.
func (s *Service) match(ctx context.Context, tx Tx, a Account, t *Transaction) error {
	var payments []string
	for _, concept := range remittance.Concepts(t.Remittance) {
		serial, _ := remittance.Serial(concept)
		paymentID, err := s.Store.ConceptOf(ctx, a.ID, serial)
		if err != nil {
			return err
		}
		if paymentID != "" {
			payments = append(payments, paymentID)
		}
	}
	if len(payments) != 1 {
		return s.unmatched(ctx, tx, a, t)
	}
	t.PaymentID = payments[0]
	if err := tx.MatchTransaction(ctx, t.ID, t.PaymentID); err != nil {
		return err
	}
	return s.Payments.Receive(ctx, receiptOf(a, t))
}

func receiptOf(a Account, t *Transaction) Receipt {
	return Receipt{TransactionID: t.ID, PaymentID: t.PaymentID, Account: a, Amount: t.Amount, BookedAt: t.BookedAt, PayerName: t.CounterpartyName, PayerIBAN: t.CounterpartyIBAN}
}

// unmatched tells the account's integration of money that nobody has claimed.
func (s *Service) unmatched(ctx context.Context, tx Tx, a Account, t *Transaction) error {
	if a.IntegrationID == 0 {
		return nil
	}
	data := `{"id":"` + t.ID + `","iban":"` + a.IBAN + `","amount":"` + t.Amount.Fixed() + `","currency":"` + t.Amount.Asset().Code + `"}`
	return tx.AppendEvent(ctx, webhook.Event{IntegrationID: a.IntegrationID, Type: webhook.BankTransactionUnmatched, Object: "bank_transaction", ObjectID: t.ID,
		Data: []byte(data), CreatedAt: s.Now()})
}

// Return books that a transaction went back to the payer's bank. Errors: ErrNoTransaction, ErrReturned.
func (s *Service) Return(ctx context.Context, transactionID string) (Transaction, error) {
	var back Transaction
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		t, err := s.Store.Transaction(ctx, transactionID)
		if err != nil {
			return err
		}
		a, err := s.Store.Account(ctx, t.AccountID)
		if err != nil {
			return err
		}
		if t.Amount.Sign() <= 0 {
			return ErrReturned
		}
		back = Transaction{ID: id.Alphanumeric(idLength), AccountID: a.ID, Amount: t.Amount.Neg(), BookedAt: s.Now(), ValueAt: s.Now(), Remittance: "RETURN " + t.Remittance,
			CounterpartyName: t.CounterpartyName, CounterpartyIBAN: t.CounterpartyIBAN, BankReference: "return/" + t.ID, ReturnOf: t.ID}
		inserted, err := tx.InsertTransaction(ctx, &back)
		if err == nil && !inserted {
			err = ErrReturned
		}
		if err != nil {
			return err
		}
		if t.PaymentID != "" {
			if err := s.Payments.Returned(ctx, receiptOf(a, &t)); err != nil {
				return err
			}
		}
		return s.post(ctx, "bank/"+back.ID, "bank.returned", entry(suspense(a), t.Amount), entry(bankAccount(a), t.Amount.Neg()))
	})
	return back, err
}

// Instruct asks for money to be sent, in ctx's transaction; asking again with the same key changes nothing.
func (s *Service) Instruct(ctx context.Context, i Instruction) error {
	i.State, i.CreatedAt = Instructed, s.Now()
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.InsertInstruction(ctx, i)
		return err
	})
}

// errReference is a bank that gives one reference to two instructions: the second stays, as nobody knows whether it was sent.
var errReference = errs.New(errs.Conflict, "bank_reference_known", "The bank gave this reference before.")

// Send hands what waits to the bank. One that fails does not keep the others.
func (s *Service) Send(ctx context.Context) error {
	if s.Executor == nil {
		return nil
	}
	waiting, err := s.Store.Instructions(ctx, Instructed, 100)
	if err != nil {
		return err
	}
	var failed error
	for _, i := range waiting {
		a, err := s.Store.Account(ctx, i.AccountID)
		if err != nil {
			return errors.Join(failed, err)
		}
		reference, err := s.Executor.Execute(ctx, a, i)
		if err != nil {
			s.Log.Warn("a bank instruction could not be handed over; it is tried again", "key", i.Key, "error", err)
			continue
		}
		failed = errors.Join(failed, s.executed(ctx, a, i, reference))
	}
	return failed
}

func (s *Service) executed(ctx context.Context, a Account, i Instruction, reference string) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		moved, err := tx.EndInstruction(ctx, i.Key, Executed)
		if err != nil || !moved {
			return err
		}
		t := Transaction{ID: id.Alphanumeric(idLength), AccountID: a.ID, Amount: i.Amount.Neg(), BookedAt: s.Now(), ValueAt: s.Now(), Remittance: i.Remittance,
			CounterpartyName: i.Name, CounterpartyIBAN: i.IBAN, EndToEndID: i.Key, BankReference: reference}
		inserted, err := tx.InsertTransaction(ctx, &t)
		if err == nil && !inserted {
			err = errReference.Because(errors.New(i.Key + ": " + reference))
		}
		if err != nil {
			return err
		}
		if err := s.post(ctx, "bank/"+t.ID, "bank.sent", entry(i.Debit, i.Amount), entry(bankAccount(a), i.Amount.Neg())); err != nil {
			return err
		}
		return s.Payments.Executed(ctx, i.Key)
	})
}

func bankAccount(a Account) ledger.Account {
	return ledger.Account{Purpose: ledger.Bank, Detail: a.IBAN, Asset: a.Currency}
}

func suspense(a Account) ledger.Account {
	return ledger.Account{Purpose: ledger.Suspense, Detail: a.IBAN, Asset: a.Currency}
}

func entry(a ledger.Account, amount money.Amount) ledger.Entry {
	return ledger.Entry{Account: a, Amount: amount}
}

func (s *Service) post(ctx context.Context, key, kind string, entries ...ledger.Entry) error {
	_, err := s.Ledger.Post(ctx, ledger.Transfer{Key: key, Kind: kind, Entries: entries, By: audit.System("bank")})
	return err
}

// Find gives one of an integration's accounts. Errors: ErrNoAccount.
func (s *Service) Find(ctx context.Context, integrationID int64, iban string) (Account, error) {
	a, err := s.Store.AccountByIBAN(ctx, strings.ToUpper(strings.Join(strings.Fields(iban), "")))
	if err == nil && a.IntegrationID != integrationID {
		err = ErrNoAccount
	}
	return a, err
}

// Transaction gives a transaction on an account of the integration. Errors: ErrNoTransaction.
func (s *Service) Transaction(ctx context.Context, integrationID int64, id string) (Transaction, error) {
	t, err := s.Store.Transaction(ctx, id)
	if err != nil {
		return t, err
	}
	a, err := s.Store.Account(ctx, t.AccountID)
	if err == nil && a.IntegrationID != integrationID {
		err = ErrNoTransaction
	}
	return t, err
}
