package book

import (
	"context"
	"errors"
	"strings"
	"time"

	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/row"
)

const accountColumns = `a.purpose, a.detail, a.asset, a.scale`

// accountRow receives accountColumns.
type accountRow struct {
	ledger.Account
	purpose string
}

func (r *accountRow) dest() []any {
	return []any{&r.purpose, &r.Detail, &r.Asset.Code, &r.Asset.Scale}
}

func (r *accountRow) value() ledger.Account {
	a := r.Account
	a.Purpose = ledger.Purpose(r.purpose)
	return a
}

// balanceColumns are an account's true balance in one statement, so that no fold can come between.
const balanceColumns = `a.id, ` + accountColumns + `, a.balance + COALESCE((SELECT SUM(p.amount) FROM ledger_pending p WHERE p.account_id = a.id), 0)`

func scanBalance(from row.Scanner) (b ledger.NumberedBalance, err error) {
	var r accountRow
	var units int64
	if err = from.Scan(append(append([]any{&b.ID}, r.dest()...), &units)...); err != nil {
		return b, err
	}
	b.Account = r.value()
	b.Amount = money.New(units, b.Account.Asset)
	return b, nil
}

// Balance reads an account's balance by its code.
func (s *Store) Balance(ctx context.Context, code string) (b ledger.Balance, found bool, err error) {
	n, err := scanBalance(s.db.QueryRow(ctx, `SELECT `+balanceColumns+` FROM ledger_accounts a WHERE a.code = $1`, code))
	if errors.Is(err, db.ErrNoRows) {
		return ledger.Balance{}, false, nil
	}
	return n.Balance, err == nil, err
}

// Accounts lists accounts by id.
func (s *Store) Accounts(ctx context.Context, q ledger.AccountQuery) ([]ledger.NumberedBalance, error) {
	var w row.Where
	w.Add(`a.id > ?`, q.After)
	for _, c := range [][2]string{{`a.purpose = ?`, string(q.Purpose)}, {`a.detail = ?`, q.Detail}, {`a.asset = ?`, q.Asset}} {
		if c[1] != "" {
			w.Add(c[0], c[1])
		}
	}
	limit := w.Arg(q.Limit)
	rows, err := s.db.Query(ctx, `SELECT `+balanceColumns+` FROM ledger_accounts a WHERE `+w.String()+` ORDER BY a.id LIMIT `+limit, w.Args...)
	return row.Collect(rows, err, scanBalance)
}

// AccountIDs gives the ids of accounts, making those that are missing in the order given.
func (t Tx) AccountIDs(ctx context.Context, accounts []ledger.Account, now time.Time) (map[ledger.Account]int64, error) {
	ids := make(map[ledger.Account]int64, len(accounts))
	missing := t.known.find(accounts, ids)
	if len(missing) == 0 {
		return ids, nil
	}
	t.known.want(missing)
	there, err := findAccounts(ctx, t, codesOf(missing))
	if err != nil {
		return nil, err
	}
	for _, a := range missing {
		id, ok := there[a]
		if !ok {
			if id, err = t.makeAccount(ctx, a, now); err != nil {
				return nil, err
			}
		}
		ids[a] = id
	}
	return ids, nil
}

func codesOf(accounts []ledger.Account) []string {
	codes := make([]string, len(accounts))
	for i, a := range accounts {
		codes[i] = a.Code()
	}
	return codes
}

func findAccounts(ctx context.Context, q db.Querier, codes []string) (map[ledger.Account]int64, error) {
	args := make([]any, len(codes))
	for i, code := range codes {
		args[i] = code
	}
	var w row.Where
	w.Add(`a.code IN (?`+strings.Repeat(`, ?`, len(args)-1)+`)`, args...)
	rows, err := q.Query(ctx, `SELECT a.id, `+accountColumns+` FROM ledger_accounts a WHERE `+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[ledger.Account]int64, len(codes))
	for rows.Next() {
		var r accountRow
		var id int64
		if err := rows.Scan(append([]any{&id}, r.dest()...)...); err != nil {
			return nil, err
		}
		found[r.value()] = id
	}
	return found, rows.Err()
}

// makeAccount adds an account. When there is no row of its asset with its scale, it says why.
func (t Tx) makeAccount(ctx context.Context, a ledger.Account, now time.Time) (id int64, err error) {
	err = t.QueryRow(ctx, `INSERT INTO ledger_accounts (code, purpose, detail, asset, scale, created_at)
		SELECT $1, $2, $3, s.code, s.scale, $4 FROM assets s WHERE s.code = $5 AND s.scale = $6
		ON CONFLICT (code) DO NOTHING RETURNING id`, a.Code(), string(a.Purpose), a.Detail, row.Micros(now), a.Asset.Code, a.Asset.Scale).Scan(&id)
	if !errors.Is(err, db.ErrNoRows) {
		return id, err
	}
	there, err := findAccounts(ctx, t, []string{a.Code()}) // somebody else was quicker
	if err != nil {
		return 0, err
	}
	if id, ok := there[a]; ok {
		return id, nil
	}
	var scale int
	err = t.QueryRow(ctx, `SELECT scale FROM assets WHERE code = $1`, a.Asset.Code).Scan(&scale)
	if err == nil {
		err = ledger.ErrScale
	}
	return 0, row.OrElse(err, ledger.ErrAsset)
}

// Move changes a balance that lies within bounds.
func (t Tx) Move(ctx context.Context, m ledger.Move) (id int64, err error) {
	err = t.QueryRow(ctx, `UPDATE ledger_accounts SET balance = balance + $1 WHERE code = $2 AND scale = $3 AND balance BETWEEN $4 AND $5 RETURNING id`,
		m.Units, m.Account.Code(), m.Account.Asset.Scale, m.Low, m.High).Scan(&id)
	return id, row.OrElse(err, nil)
}

// Lock keeps others from an account and gives its true balance.
func (t Tx) Lock(ctx context.Context, accountID int64) (balance int64, err error) {
	if _, err := t.Exec(ctx, `UPDATE ledger_accounts SET balance = balance WHERE id = $1`, accountID); err != nil {
		return 0, err
	}
	b, err := scanBalance(t.QueryRow(ctx, `SELECT `+balanceColumns+` FROM ledger_accounts a WHERE a.id = $1`, accountID))
	if err != nil {
		return 0, err
	}
	return b.Amount.Units(), nil
}
