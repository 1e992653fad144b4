// Package treasury is the SQL of coins that are sent. It must not decide anything.
package treasury

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"time"

	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/payout"
	"rampa/internal/store"
	"rampa/internal/store/row"
)

// Store implements payout.Store.
type Store struct{ db db.DB }

// New makes a Store over an open, migrated database.
func New(d db.DB) *Store { return &Store{d} }

// Tx is one change of payouts. Audit entries are the embedded store's.
type Tx struct{ store.Tx }

// InTx runs f in a transaction; see db.DB. One that ctx already carries is joined.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context, tx payout.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, Tx{store.Tx{Tx: tx}}) })
}

const payoutColumns = `p.number, p.id, p.key, p.integration_id, p.customer_id, p.chain, p.recipient, p.asset, p.scale, p.amount, p.hold, p.state, p.waits, p.hash,
	p.cost, p.created_at, p.updated_at, p.final_at, p.due_at, (SELECT COUNT(*) FROM payout_approvals a WHERE a.payout_id = p.id)`

func scanPayout(from row.Scanner) (p payout.Payout, err error) {
	var asset money.Asset
	var units, created, updated, final int64
	var due *int64
	var state, cost string
	if err = from.Scan(&p.Number, &p.ID, &p.Key, &p.IntegrationID, &p.CustomerID, &p.Chain, &p.To, &asset.Code, &asset.Scale, &units, &p.Hold, &state, &p.Waits, &p.Hash,
		&cost, &created, &updated, &final, &due, &p.Approvals); err != nil {
		return p, row.OrElse(err, payout.ErrNotFound)
	}
	p.Amount, p.State = money.New(units, asset), payout.State(state)
	p.CreatedAt, p.UpdatedAt, p.FinalAt = row.FromMicros(created), row.FromMicros(updated), row.FromMicros(final)
	if due != nil {
		p.DueAt = row.FromMicros(*due)
	}
	if cost != "" {
		p.Cost, err = number(cost)
	}
	return p, err
}

func number(text string) (*big.Int, error) {
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return nil, fmt.Errorf("%q is no number", text)
	}
	return n, nil
}

func text(n *big.Int) string {
	if n == nil {
		return ""
	}
	return n.String()
}

// InsertPayout adds a payout; false when its key is there.
func (t Tx) InsertPayout(ctx context.Context, p payout.Payout) (bool, error) {
	asset := p.Amount.Asset()
	n, err := t.Exec(ctx, `INSERT INTO payouts (id, key, integration_id, customer_id, chain, recipient, asset, scale, amount, hold, state, waits, hash, cost, created_at,
			updated_at, final_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', $12, $12, 0, $12) ON CONFLICT (key) DO NOTHING`,
		p.ID, p.Key, p.IntegrationID, p.CustomerID, p.Chain, p.To, asset.Code, asset.Scale, p.Amount.Units(), p.Hold, string(p.State), row.Micros(p.CreatedAt))
	return n > 0, err
}

// LockPayout reads one that nobody else changes until the end of the transaction; without its attempts.
func (t Tx) LockPayout(ctx context.Context, id string) (payout.Payout, error) {
	if _, err := t.Exec(ctx, `UPDATE payouts SET updated_at = updated_at WHERE id = $1`, id); err != nil {
		return payout.Payout{}, err
	}
	return scanPayout(t.QueryRow(ctx, `SELECT `+payoutColumns+` FROM payouts p WHERE p.id = $1`, id))
}

// UpdatePayout stores what changes in a payout's life.
func (t Tx) UpdatePayout(ctx context.Context, p payout.Payout) error {
	_, err := t.Exec(ctx, `UPDATE payouts SET state = $2, waits = $3, hash = $4, cost = $5, updated_at = $6, final_at = $7, due_at = $8 WHERE id = $1`,
		p.ID, string(p.State), p.Waits, p.Hash, text(p.Cost), row.Micros(p.UpdatedAt), row.Micros(p.FinalAt), row.MicrosOrNull(p.DueAt))
	return err
}

// fenced makes sure that the sender is still who it was, until the end of the transaction.
func (t Tx) fenced(ctx context.Context, s payout.Sender) error {
	n, err := t.Exec(ctx, `UPDATE payout_senders SET fence = fence WHERE chain = $1 AND sender = $2 AND fence = $3 AND holder = $4`, s.Chain, s.Address, s.Fence, s.Holder)
	if err == nil && n == 0 {
		err = payout.ErrFence
	}
	return err
}

// InsertAttempt keeps a signed transaction with its slots. A slot that is another payout's is an error of ours.
func (t Tx) InsertAttempt(ctx context.Context, s payout.Sender, payoutID string, a payout.Attempt) error {
	if err := t.fenced(ctx, s); err != nil {
		return err
	}
	for _, slot := range a.Slots {
		if _, err := t.Exec(ctx, `INSERT INTO payout_slots (chain, sender, slot, payout_id) VALUES ($1, $2, $3, $4) ON CONFLICT (chain, sender, slot) DO NOTHING`,
			s.Chain, s.Address, slot, payoutID); err != nil {
			return err
		}
		var owner string
		if err := t.QueryRow(ctx, `SELECT payout_id FROM payout_slots WHERE chain = $1 AND sender = $2 AND slot = $3`, s.Chain, s.Address, slot).Scan(&owner); err != nil {
			return err
		}
		if owner != payoutID {
			return fmt.Errorf("slot %s of %s on %s belongs to payout %s", slot, s.Address, s.Chain, owner)
		}
	}
	slots, err := row.Encode(a.Slots)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO payout_attempts (payout_id, number, slots, draft, raw, hash, max_fee, because, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		payoutID, a.Number, slots, a.Draft, a.Raw, a.Hash, text(a.MaxFee), a.Because, row.Micros(a.At)); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE payout_senders SET last_slots = $3 WHERE chain = $1 AND sender = $2`, s.Chain, s.Address, slots)
	return err
}

// Credit reads what of fees the ledger has booked too much.
func (t Tx) Credit(ctx context.Context, s payout.Sender) (*big.Int, error) {
	if err := t.fenced(ctx, s); err != nil {
		return nil, err
	}
	credit, err := row.ScanText(t.QueryRow(ctx, `SELECT credit FROM payout_senders WHERE chain = $1 AND sender = $2`, s.Chain, s.Address))
	if err != nil {
		return nil, err
	}
	return number(credit)
}

// SetCredit keeps it.
func (t Tx) SetCredit(ctx context.Context, s payout.Sender, credit *big.Int) error {
	_, err := t.Exec(ctx, `UPDATE payout_senders SET credit = $3 WHERE chain = $1 AND sender = $2`, s.Chain, s.Address, credit.String())
	return err
}

// Approve keeps an operator's word, once, and counts the operators that gave it.
func (t Tx) Approve(ctx context.Context, payoutID, operator string, at time.Time) (approvals int, err error) {
	if _, err := t.Exec(ctx, `INSERT INTO payout_approvals (payout_id, operator, at) VALUES ($1, $2, $3) ON CONFLICT (payout_id, operator) DO NOTHING`, payoutID, operator, row.Micros(at)); err != nil {
		return 0, err
	}
	err = t.QueryRow(ctx, `SELECT COUNT(*) FROM payout_approvals WHERE payout_id = $1`, payoutID).Scan(&approvals)
	return approvals, err
}

// Sender takes the right to send where it is free or was left, and keeps it where it is ours.
func (s *Store) Sender(ctx context.Context, want payout.Sender, now time.Time) (payout.Sender, error) {
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO payout_senders (chain, sender, holder, fence, held_until, last_slots, credit) VALUES ($1, $2, '', 0, 0, '[]', '0')
			ON CONFLICT (chain, sender) DO NOTHING`, want.Chain, want.Address); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE payout_senders SET fence = CASE WHEN holder = $3 THEN fence ELSE fence + 1 END, holder = $3, held_until = $4
			WHERE chain = $1 AND sender = $2 AND (holder = $3 OR held_until < $5)`, want.Chain, want.Address, want.Holder, row.Micros(want.Until), row.Micros(now))
		if err != nil {
			return err
		}
		if n == 0 {
			return payout.ErrFence
		}
		var slots string
		if err := tx.QueryRow(ctx, `SELECT fence, last_slots FROM payout_senders WHERE chain = $1 AND sender = $2`, want.Chain, want.Address).Scan(&want.Fence, &slots); err != nil {
			return err
		}
		want.LastSlots, err = row.Decode[string](slots)
		return err
	})
	return want, err
}

// PayoutByKey gives one with its attempts.
func (s *Store) PayoutByKey(ctx context.Context, key string) (payout.Payout, error) {
	p, err := scanPayout(s.db.QueryRow(ctx, `SELECT `+payoutColumns+` FROM payouts p WHERE p.key = $1`, key))
	if err != nil {
		return p, err
	}
	all := []payout.Payout{p}
	err = s.fill(ctx, all)
	return all[0], err
}

// Payouts gives payouts with their attempts, the oldest first.
func (s *Store) Payouts(ctx context.Context, q payout.Query) ([]payout.Payout, error) {
	w := &row.Where{}
	w.Add(`p.number > ?`, q.After)
	if q.Chain != "" {
		w.Add(`p.chain = ?`, q.Chain)
	}
	if q.States != nil {
		marks := make([]string, len(q.States))
		args := make([]any, len(q.States))
		for i, state := range q.States {
			marks[i], args[i] = "?", string(state)
		}
		w.Add(`p.state IN (`+strings.Join(marks, ", ")+`)`, args...)
	}
	if !q.Due.IsZero() {
		w.Add(`p.due_at IS NOT NULL AND p.due_at <= ?`, row.Micros(q.Due))
	}
	limit := w.Arg(q.Limit)
	rows, err := s.db.Query(ctx, `SELECT `+payoutColumns+` FROM payouts p WHERE `+w.String()+` ORDER BY p.number LIMIT `+limit, w.Args...)
	all, err := row.Collect(rows, err, scanPayout)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, s.fill(ctx, all)
}

// fill adds the attempts of payouts, in one query.
func (s *Store) fill(ctx context.Context, all []payout.Payout) error {
	w, at := &row.Where{}, map[string]*payout.Payout{}
	marks := make([]string, len(all))
	for i := range all {
		marks[i], at[all[i].ID] = w.Arg(all[i].ID), &all[i]
	}
	rows, err := s.db.Query(ctx, `SELECT payout_id, number, slots, draft, raw, hash, max_fee, because, at FROM payout_attempts WHERE payout_id IN (`+strings.Join(marks, ", ")+`)
		ORDER BY payout_id, number`, w.Args...)
	_, err = row.Collect(rows, err, func(from row.Scanner) (struct{}, error) {
		var a payout.Attempt
		var id, slots, fee string
		var when int64
		err := from.Scan(&id, &a.Number, &slots, &a.Draft, &a.Raw, &a.Hash, &fee, &a.Because, &when)
		if err == nil {
			a.Slots, err = row.Decode[string](slots)
		}
		if err == nil {
			a.MaxFee, err = number(fee)
		}
		a.At = row.FromMicros(when)
		at[id].Attempts = append(at[id].Attempts, a)
		return struct{}{}, err
	})
	return err
}

// SlotsInUse gives the slots of transactions that are not final.
func (s *Store) SlotsInUse(ctx context.Context, chain, sender string) ([]string, error) {
	rows, err := s.db.Query(ctx, `SELECT s.slot FROM payouts p JOIN payout_slots s ON s.payout_id = p.id AND s.chain = p.chain
		WHERE p.chain = $1 AND p.due_at IS NOT NULL AND s.sender = $2`, chain, sender)
	return row.Collect(rows, err, row.ScanText)
}

// NextDue gives the next instant at which the engine has something to do.
func (s *Store) NextDue(ctx context.Context) (time.Time, bool, error) {
	var at int64
	found, err := row.Inserted(s.db.QueryRow(ctx, `SELECT due_at FROM payouts WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`).Scan(&at))
	return row.FromMicros(at), found, err
}
