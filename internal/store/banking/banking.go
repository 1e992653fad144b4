// Package banking is the SQL of our bank accounts. It must not decide anything.
package banking

import (
	"context"
	"encoding/json"

	"rampa/internal/bank"
	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store"
	"rampa/internal/store/row"
)

// Store implements bank.Store. What is personal is sealed.
type Store struct {
	db     db.DB
	sealer bank.Sealer
}

// New makes a Store over an open, migrated database.
func New(d db.DB, sealer bank.Sealer) *Store { return &Store{d, sealer} }

// Tx is one change of the bank. Audit entries and events are the embedded store's.
type Tx struct {
	store.Tx
	sealer bank.Sealer
}

// InTx runs f in a transaction; see db.DB. One that ctx already carries is joined.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context, tx bank.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, Tx{store.Tx{Tx: tx}, s.sealer}) })
}

const accountColumns = `a.id, a.integration_id, a.iban, a.bic, a.holder, a.currency, a.scale`

func scanAccount(from row.Scanner) (a bank.Account, err error) {
	err = from.Scan(&a.ID, &a.IntegrationID, &a.IBAN, &a.BIC, &a.Holder, &a.Currency.Code, &a.Currency.Scale)
	return a, row.OrElse(err, bank.ErrNoAccount)
}

// Account gives one by its id.
func (s *Store) Account(ctx context.Context, id int64) (bank.Account, error) {
	return scanAccount(s.db.QueryRow(ctx, `SELECT `+accountColumns+` FROM bank_accounts a WHERE a.id = $1`, id))
}

// AccountByIBAN gives one by its IBAN.
func (s *Store) AccountByIBAN(ctx context.Context, iban string) (bank.Account, error) {
	return scanAccount(s.db.QueryRow(ctx, `SELECT `+accountColumns+` FROM bank_accounts a WHERE a.iban = $1`, iban))
}

// AccountFor gives the account of an integration in a currency, else the one that all share.
func (s *Store) AccountFor(ctx context.Context, integrationID int64, currency string) (bank.Account, error) {
	return scanAccount(s.db.QueryRow(ctx, `SELECT `+accountColumns+` FROM bank_accounts a WHERE a.integration_id IN ($1, 0) AND a.currency = $2
		ORDER BY a.integration_id DESC, a.id LIMIT 1`, integrationID, currency))
}

// Accounts gives an integration's, or all for 0.
func (s *Store) Accounts(ctx context.Context, integrationID int64) ([]bank.Account, error) {
	rows, err := s.db.Query(ctx, `SELECT `+accountColumns+` FROM bank_accounts a WHERE $1 = 0 OR a.integration_id = $1 ORDER BY a.id`, integrationID)
	return row.Collect(rows, err, scanAccount)
}

// InsertAccount adds an account; false when its IBAN is there.
func (t Tx) InsertAccount(ctx context.Context, a *bank.Account) (bool, error) {
	return row.Inserted(t.QueryRow(ctx, `INSERT INTO bank_accounts (integration_id, iban, bic, holder, currency, scale, created_at) VALUES ($1, $2, $3, $4, $5, $6, 0)
		ON CONFLICT (iban) DO NOTHING RETURNING id`, a.IntegrationID, a.IBAN, a.BIC, a.Holder, a.Currency.Code, a.Currency.Scale).Scan(&a.ID))
}

// InsertConcept gives a payment its serial.
func (t Tx) InsertConcept(ctx context.Context, accountID int64, paymentID string) (serial int64, err error) {
	err = t.QueryRow(ctx, `INSERT INTO bank_concepts (account_id, payment_id) VALUES ($1, $2) RETURNING serial`, accountID, paymentID).Scan(&serial)
	return serial, err
}

// ConceptOf gives the payment that a serial was given to on an account, "" for none.
func (s *Store) ConceptOf(ctx context.Context, accountID, serial int64) (paymentID string, err error) {
	paymentID, err = row.ScanText(s.db.QueryRow(ctx, `SELECT payment_id FROM bank_concepts WHERE serial = $1 AND account_id = $2`, serial, accountID))
	_, err = row.Inserted(err)
	return paymentID, err
}

func seal(s bank.Sealer, id string, fields ...string) ([]byte, error) {
	plain, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return s.Seal(plain, []byte("bank/"+id))
}

func unseal(s bank.Sealer, id string, sealed []byte, fields ...*string) error {
	plain, err := s.Open(sealed, []byte("bank/"+id))
	if err != nil {
		return err
	}
	var all []string
	if err := json.Unmarshal(plain, &all); err != nil {
		return err
	}
	for i := range min(len(all), len(fields)) {
		*fields[i] = all[i]
	}
	return nil
}

const transactionColumns = `t.number, t.id, t.account_id, t.bank_reference, t.amount, t.booked_at, t.value_at, t.sealed, t.return_of, t.payment_id, a.currency, a.scale`

func (s *Store) scanTransaction(from row.Scanner) (number int64, t bank.Transaction, err error) {
	var units, booked, value int64
	var sealed []byte
	var back, payment *string
	var currency money.Asset
	if err = from.Scan(&number, &t.ID, &t.AccountID, &t.BankReference, &units, &booked, &value, &sealed, &back, &payment, &currency.Code, &currency.Scale); err != nil {
		return number, t, row.OrElse(err, bank.ErrNoTransaction)
	}
	t.Amount, t.BookedAt, t.ValueAt = money.New(units, currency), row.FromMicros(booked), row.FromMicros(value)
	if back != nil {
		t.ReturnOf = *back
	}
	if payment != nil {
		t.PaymentID = *payment
	}
	return number, t, unseal(s.sealer, t.ID, sealed, &t.Remittance, &t.CounterpartyName, &t.CounterpartyIBAN, &t.EndToEndID)
}

// Transaction gives one by its id.
func (s *Store) Transaction(ctx context.Context, id string) (bank.Transaction, error) {
	_, t, err := s.scanTransaction(s.db.QueryRow(ctx, `SELECT `+transactionColumns+` FROM bank_transactions t JOIN bank_accounts a ON a.id = t.account_id WHERE t.id = $1`, id))
	return t, err
}

// TransactionsAfter gives all transactions in the order of their numbers, a page at a time, and the last one's number.
func (s *Store) TransactionsAfter(ctx context.Context, number int64, limit int) (all []bank.Transaction, last int64, err error) {
	rows, err := s.db.Query(ctx, `SELECT `+transactionColumns+` FROM bank_transactions t JOIN bank_accounts a ON a.id = t.account_id WHERE t.number > $1 ORDER BY t.number LIMIT $2`, number, limit)
	all, err = row.Collect(rows, err, func(from row.Scanner) (t bank.Transaction, err error) {
		last, t, err = s.scanTransaction(from)
		return t, err
	})
	return all, last, err
}

// Balances adds up the transactions of each account.
func (s *Store) Balances(ctx context.Context) ([]bank.Closing, error) {
	rows, err := s.db.Query(ctx, `SELECT `+accountColumns+`, SUM(t.amount) FROM bank_accounts a JOIN bank_transactions t ON t.account_id = a.id
		GROUP BY a.id, a.integration_id, a.iban, a.bic, a.holder, a.currency, a.scale ORDER BY a.id`)
	return row.Collect(rows, err, func(from row.Scanner) (c bank.Closing, err error) {
		var units int64
		a := &c.Account
		err = from.Scan(&a.ID, &a.IntegrationID, &a.IBAN, &a.BIC, &a.Holder, &a.Currency.Code, &a.Currency.Scale, &units)
		c.Balance = money.New(units, a.Currency)
		return c, err
	})
}

// InsertTransaction adds a transaction; false when the account has the bank's reference already.
func (t Tx) InsertTransaction(ctx context.Context, b *bank.Transaction) (bool, error) {
	sealed, err := seal(t.sealer, b.ID, b.Remittance, b.CounterpartyName, b.CounterpartyIBAN, b.EndToEndID)
	if err != nil {
		return false, err
	}
	var number int64
	return row.Inserted(t.QueryRow(ctx, `INSERT INTO bank_transactions (id, account_id, bank_reference, amount, booked_at, value_at, sealed, return_of)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account_id, bank_reference) DO NOTHING RETURNING number`,
		b.ID, b.AccountID, b.BankReference, b.Amount.Units(), row.Micros(b.BookedAt), row.Micros(b.ValueAt), sealed, row.TextOrNull(b.ReturnOf)).Scan(&number))
}

// MatchTransaction notes which payment a transaction is for.
func (t Tx) MatchTransaction(ctx context.Context, id, paymentID string) error {
	_, err := t.Exec(ctx, `UPDATE bank_transactions SET payment_id = $2 WHERE id = $1`, id, paymentID)
	return err
}

// InsertInstruction adds an instruction; false when its key is there.
func (t Tx) InsertInstruction(ctx context.Context, i bank.Instruction) (bool, error) {
	sealed, err := seal(t.sealer, i.Key, i.Name, i.IBAN, i.Remittance)
	if err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, `INSERT INTO bank_instructions (key, account_id, amount, debit, detail, sealed, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (key) DO NOTHING`, i.Key, i.AccountID, i.Amount.Units(), string(i.Debit.Purpose), i.Debit.Detail, sealed, string(i.State), row.Micros(i.CreatedAt))
	return n > 0, err
}

// EndInstruction moves an instruction that waits; false when it waits no more.
func (t Tx) EndInstruction(ctx context.Context, key string, state bank.InstructionState) (bool, error) {
	n, err := t.Exec(ctx, `UPDATE bank_instructions SET state = $2 WHERE key = $1 AND state = $3`, key, string(state), string(bank.Instructed))
	return n > 0, err
}

// Instructions gives those in a state, the oldest first.
func (s *Store) Instructions(ctx context.Context, state bank.InstructionState, limit int) ([]bank.Instruction, error) {
	rows, err := s.db.Query(ctx, `SELECT i.key, i.account_id, i.amount, i.debit, i.detail, i.sealed, i.state, i.created_at, a.currency, a.scale
		FROM bank_instructions i JOIN bank_accounts a ON a.id = i.account_id WHERE i.state = $1 ORDER BY i.created_at, i.key LIMIT $2`, string(state), limit)
	return row.Collect(rows, err, func(from row.Scanner) (i bank.Instruction, err error) {
		var units, created int64
		var sealed []byte
		var purpose, state string
		var currency money.Asset
		if err = from.Scan(&i.Key, &i.AccountID, &units, &purpose, &i.Debit.Detail, &sealed, &state, &created, &currency.Code, &currency.Scale); err != nil {
			return i, err
		}
		i.Amount, i.State, i.CreatedAt = money.New(units, currency), bank.InstructionState(state), row.FromMicros(created)
		i.Debit.Purpose, i.Debit.Asset = ledger.Purpose(purpose), currency
		return i, unseal(s.sealer, i.Key, sealed, &i.Name, &i.IBAN, &i.Remittance)
	})
}
