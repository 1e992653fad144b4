package proof

import (
	"context"
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"

	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/prove"
	"rampa/internal/store/row"
)

// pageSize is how many transfers, accounts or holds are read at once: what is in memory does not grow with the book.
const pageSize = 1000

// halves sums a column without overflow, whatever stands in it: the sum is the first × 2^32 + the second.
func halves(column string) string {
	return `SUM(` + column + ` >> 32) AS high, SUM(` + column + ` & 4294967295) AS low`
}

// sum receives halves.
type sum struct{ high, low int64 }

func (s sum) big() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(s.high), 32)
	return n.Add(n, big.NewInt(s.low))
}

// Size is how many transfers there are.
func (s *Store) Size(ctx context.Context) (n int64, err error) {
	err = s.db.QueryRow(ctx, `SELECT COUNT(*) FROM ledger_transfers`).Scan(&n)
	return n, err
}

// page is some transfers with all that belongs to them, by id.
type page struct {
	first, last int64 // ids after first, up to last
	transfers   []prove.Transfer
	place       map[int64]int
}

// of gives a transfer of the page; nil when it is not in it.
func (p *page) of(id int64) *prove.Transfer {
	if i, ok := p.place[id]; ok {
		return &p.transfers[i]
	}
	return nil
}

// Transfers calls each for every transfer, in the order of ids.
func (s *Store) Transfers(ctx context.Context, each func(prove.Transfer) error) error {
	for after := int64(math.MinInt64); ; {
		p, err := s.transfers(ctx, after)
		if err != nil || len(p.transfers) == 0 {
			return err
		}
		for _, fill := range []func(context.Context, *page) error{s.fillLines, s.fillReversed, s.fillAudited} {
			if err := fill(ctx, p); err != nil {
				return err
			}
		}
		for _, t := range p.transfers {
			if err := each(t); err != nil {
				return err
			}
		}
		after = p.last
	}
}

func (s *Store) transfers(ctx context.Context, after int64) (*page, error) {
	p := &page{first: after, place: map[int64]int{}}
	rows, err := s.db.Query(ctx, `SELECT t.id, t.key, t.kind, t.memo, t.at, t.digest, COALESCE(t.reverses, 0), COALESCE(r.key, '')
		FROM ledger_transfers t LEFT JOIN ledger_transfers r ON r.id = t.reverses WHERE t.id > $1 ORDER BY t.id LIMIT $2`, after, pageSize)
	p.transfers, err = row.Collect(rows, err, func(from row.Scanner) (t prove.Transfer, err error) {
		var r prove.Reversed
		if err = from.Scan(&t.ID, &t.Key, &t.Kind, &t.Memo, &t.At, &t.Digest, &r.ID, &r.Key); r.ID != 0 {
			t.Reversed = &r
		}
		return t, err
	})
	for i, t := range p.transfers {
		p.place[t.ID], p.last = i, t.ID
	}
	return p, err
}

// lineColumns are of entries e with their accounts a.
const lineColumns = `e.line, COALESCE(a.code, ''), COALESCE(a.asset, ''), COALESCE(a.scale, 0), e.amount`

func lineDest(l *prove.Line) []any {
	return []any{&l.Number, &l.Account, &l.Asset.Code, &l.Asset.Scale, &l.Units}
}

func (s *Store) fillLines(ctx context.Context, p *page) error {
	rows, err := s.db.Query(ctx, `SELECT e.transfer_id, `+lineColumns+` FROM ledger_entries e LEFT JOIN ledger_accounts a ON a.id = e.account_id
		WHERE e.transfer_id > $1 AND e.transfer_id <= $2 ORDER BY e.transfer_id, e.line`, p.first, p.last)
	return walk(rows, err, func(from row.Scanner) error {
		var id int64
		var l prove.Line
		err := from.Scan(append([]any{&id}, lineDest(&l)...)...)
		if t := p.of(id); t != nil {
			t.Lines = append(t.Lines, l)
		}
		return err
	})
}

func (s *Store) fillReversed(ctx context.Context, p *page) error {
	var ids []any
	by := map[int64]*prove.Reversed{}
	for i := range p.transfers {
		if r := p.transfers[i].Reversed; r != nil {
			ids, by[r.ID] = append(ids, r.ID), r // reverses is unique
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := s.db.Query(ctx, `SELECT e.transfer_id, `+lineColumns+` FROM ledger_entries e LEFT JOIN ledger_accounts a ON a.id = e.account_id
		WHERE e.transfer_id IN (`+places(len(ids))+`) ORDER BY e.transfer_id, e.line`, ids...)
	return walk(rows, err, func(from row.Scanner) error {
		var id int64
		var l prove.Line
		err := from.Scan(append([]any{&id}, lineDest(&l)...)...)
		if r := by[id]; r != nil {
			r.Lines = append(r.Lines, l)
		}
		return err
	})
}

// fillAudited asks for the entries by their keys: a join could begin at the wrong end, with all of the audit log.
func (s *Store) fillAudited(ctx context.Context, p *page) error {
	keys := make([]any, len(p.transfers))
	by := make(map[string]*prove.Transfer, len(p.transfers))
	for i := range p.transfers {
		t := &p.transfers[i]
		keys[i], by[t.Key] = t.Key, t
	}
	rows, err := s.db.Query(ctx, `SELECT object_id, detail FROM audit_entries WHERE object = 'transfer' AND object_id IN (`+places(len(keys))+`)
		AND action = 'ledger.posted' ORDER BY id`, keys...)
	return walk(rows, err, func(from row.Scanner) error {
		var key, text string
		err := from.Scan(&key, &text)
		if t := by[key]; t != nil {
			var detail struct{ Digest string }
			_ = json.Unmarshal([]byte(text), &detail) // what cannot be read is no digest
			t.Audited = append(t.Audited, detail.Digest)
		}
		return err
	})
}

// places are n placeholders: "$1, $2".
func places(n int) string {
	var text strings.Builder
	for i := range n {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString("$" + strconv.Itoa(i+1))
	}
	return text.String()
}

// Accounts calls each for every account, in the order of ids.
func (s *Store) Accounts(ctx context.Context, each func(prove.Account) error) error {
	for after := int64(math.MinInt64); ; {
		var last *int64
		err := s.db.QueryRow(ctx, `SELECT MAX(id) FROM (SELECT id FROM ledger_accounts WHERE id > $1 ORDER BY id LIMIT $2) page`, after, pageSize).Scan(&last)
		if err != nil || last == nil {
			return err
		}
		rows, err := s.db.Query(ctx, `SELECT a.code, a.purpose, a.detail, a.asset, a.scale, a.balance, COALESCE(p.high, 0), COALESCE(p.low, 0),
			COALESCE(e.high, 0), COALESCE(e.low, 0), COALESCE(e.n, 0), COALESCE(h.high, 0), COALESCE(h.low, 0), COALESCE(h.n, 0)
			FROM ledger_accounts a
			LEFT JOIN (SELECT account_id, `+halves("amount")+`, COUNT(*) AS n FROM ledger_entries
				WHERE account_id > $1 AND account_id <= $2 GROUP BY account_id) e ON e.account_id = a.id
			LEFT JOIN (SELECT account_id, `+halves("amount")+` FROM ledger_pending
				WHERE account_id > $1 AND account_id <= $2 GROUP BY account_id) p ON p.account_id = a.id
			LEFT JOIN (SELECT twin_id, `+halves("amount")+`, COUNT(*) AS n FROM ledger_holds
				WHERE state = 'open' AND twin_id > $1 AND twin_id <= $2 GROUP BY twin_id) h ON h.twin_id = a.id
			WHERE a.id > $1 AND a.id <= $2 ORDER BY a.id`, after, *last)
		if err := walk(rows, err, func(from row.Scanner) error {
			var a prove.Account
			var pending, replayed, held sum
			if err := from.Scan(&a.Code, &a.Purpose, &a.Detail, &a.Asset.Code, &a.Asset.Scale, &a.Balance, &pending.high, &pending.low,
				&replayed.high, &replayed.low, &a.Entries, &held.high, &held.low, &a.Holds); err != nil {
				return err
			}
			a.Pending, a.Replayed, a.Held = pending.big(), replayed.big(), held.big()
			return each(a)
		}); err != nil {
			return err
		}
		after = *last
	}
}

// Balances gives the accounts of a purpose with their balances and what is pending.
func (s *Store) Balances(ctx context.Context, purpose string) ([]prove.Account, error) {
	rows, err := s.db.Query(ctx, `SELECT a.code, a.purpose, a.detail, a.asset, a.scale, a.balance, COALESCE(p.high, 0), COALESCE(p.low, 0) FROM ledger_accounts a
		LEFT JOIN (SELECT account_id, `+halves("amount")+` FROM ledger_pending GROUP BY account_id) p ON p.account_id = a.id
		WHERE a.purpose = $1 ORDER BY a.id`, purpose)
	return row.Collect(rows, err, func(from row.Scanner) (a prove.Account, err error) {
		var pending sum
		err = from.Scan(&a.Code, &a.Purpose, &a.Detail, &a.Asset.Code, &a.Asset.Scale, &a.Balance, &pending.high, &pending.low)
		a.Pending = pending.big()
		return a, err
	})
}

// Holds calls each for every hold, in the order of keys.
func (s *Store) Holds(ctx context.Context, each func(prove.Hold) error) error {
	for after := ""; ; {
		rows, err := s.db.Query(ctx, `SELECT h.key, a.code, w.code, h.state, h.amount, h.settled, COALESCE(o.key, ''), h.closed_by IS NOT NULL,
			(SELECT COUNT(*) FROM ledger_entries e WHERE e.transfer_id = h.opened_by AND e.account_id = h.twin_id AND e.amount IN (h.amount, -h.amount)),
			(SELECT COUNT(*) FROM ledger_entries e WHERE e.transfer_id = h.closed_by AND e.account_id = h.twin_id AND e.amount IN (h.amount, -h.amount)),
			(SELECT COUNT(*) FROM ledger_entries e WHERE e.transfer_id = h.closed_by AND e.account_id = h.account_id
				AND e.amount IN (h.amount - h.settled, h.settled - h.amount))
			FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id JOIN ledger_accounts w ON w.id = h.twin_id
			LEFT JOIN ledger_transfers o ON o.id = h.opened_by WHERE h.key > $1 ORDER BY h.key LIMIT $2`, after, pageSize)
		n := 0
		if err := walk(rows, err, func(from row.Scanner) error {
			var h prove.Hold
			if err := from.Scan(&h.Key, &h.Account, &h.Twin, &h.State, &h.Amount, &h.Settled, &h.OpenedKey, &h.IsClosed, &h.SetAside, &h.TakenOff, &h.GivenBack); err != nil {
				return err
			}
			n, after = n+1, h.Key
			return each(h)
		}); err != nil || n < pageSize {
			return err
		}
	}
}

// Strays calls each for every row that belongs to nothing.
func (s *Store) Strays(ctx context.Context, each func(prove.Stray) error) error {
	for _, q := range []struct {
		kind  prove.StrayKind
		query string
	}{
		{prove.StrayEntry, `SELECT DISTINCT CAST(e.transfer_id AS TEXT) FROM ledger_entries e LEFT JOIN ledger_transfers t ON t.id = e.transfer_id WHERE t.id IS NULL ORDER BY 1`},
		{prove.StrayAudit, `SELECT x.object_id FROM audit_entries x LEFT JOIN ledger_transfers t ON t.key = x.object_id
			WHERE x.object = 'transfer' AND x.action = 'ledger.posted' AND t.id IS NULL ORDER BY x.object_id, x.id`},
		{prove.StrayPending, `SELECT DISTINCT CAST(p.account_id AS TEXT) FROM ledger_pending p LEFT JOIN ledger_accounts a ON a.id = p.account_id WHERE a.id IS NULL ORDER BY 1`},
	} {
		rows, err := s.db.Query(ctx, q.query)
		if err := walk(rows, err, func(from row.Scanner) error {
			subject, err := row.ScanText(from)
			if err != nil {
				return err
			}
			return each(prove.Stray{Kind: q.kind, Subject: subject})
		}); err != nil {
			return err
		}
	}
	return nil
}

// Assets gives the assets with their scales.
func (s *Store) Assets(ctx context.Context) ([]money.Asset, error) {
	rows, err := s.db.Query(ctx, `SELECT code, scale FROM assets ORDER BY code`)
	return row.Collect(rows, err, func(from row.Scanner) (a money.Asset, err error) { return a, from.Scan(&a.Code, &a.Scale) })
}

// Moved gives the sum of the entries of each transfer by account, of those transfers that exist.
func (s *Store) Moved(ctx context.Context, keys []string) (map[string]map[string]*big.Int, error) {
	moved := map[string]map[string]*big.Int{}
	for len(keys) > 0 {
		some := keys[:min(len(keys), pageSize)]
		keys = keys[len(some):]
		args := make([]any, len(some))
		for i, key := range some {
			args[i] = key
		}
		rows, err := s.db.Query(ctx, `SELECT t.key, COALESCE(a.code, ''), COALESCE(e.amount, 0) FROM ledger_transfers t LEFT JOIN ledger_entries e ON e.transfer_id = t.id
			LEFT JOIN ledger_accounts a ON a.id = e.account_id WHERE t.key IN (`+places(len(args))+`)`, args...)
		if err := walk(rows, err, func(from row.Scanner) error {
			var key, code string
			var units int64
			if err := from.Scan(&key, &code, &units); err != nil {
				return err
			}
			if moved[key] == nil {
				moved[key] = map[string]*big.Int{}
			}
			if moved[key][code] == nil {
				moved[key][code] = new(big.Int)
			}
			moved[key][code].Add(moved[key][code], big.NewInt(units))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// walk calls each for every row; err is the query's own.
func walk(rows db.Rows, err error, each func(row.Scanner) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
