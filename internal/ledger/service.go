package ledger

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"rampa/internal/audit"
	"rampa/internal/cursor"
	"rampa/internal/errs"
	"rampa/internal/money"
)

// Config is what a Service needs.
type Config struct {
	Store Store
	Now   func() time.Time
}

// Service keeps the book. Whatever changes it joins the transaction that ctx carries. An error of this package leaves the
// book as it was, so the caller may go on in the same transaction; after any other the transaction must end.
type Service struct{ Config }

// New makes a Service. Register must have been called once before anything can be posted.
func New(c Config) *Service { return &Service{c} }

// Register makes assets known, each with its scale for ever: an asset that any account is in keeps the scale that it has.
// Errors: ErrAsset (its code or scale is not possible), ErrScale.
func (s *Service) Register(ctx context.Context, assets []money.Asset) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		known, err := s.Store.Assets(ctx)
		if err != nil {
			return err
		}
		for _, a := range assets {
			if !validAsset(a) {
				return errs.Newf(errs.Invalid, ErrAsset.Code, "%q with %d decimals cannot be an asset of the ledger: a code has 1 to 12 capital letters and digits, a scale is 0 to %d.", a.Code, a.Scale, money.MaxScale)
			}
			if slices.Contains(known, a) {
				continue
			}
			if put, err := tx.PutAsset(ctx, a, s.now()); err != nil {
				return err
			} else if !put {
				return scaleFixed(a, known)
			}
		}
		return nil
	})
}

func scaleFixed(a money.Asset, known []money.Asset) error {
	for _, k := range known {
		if k.Code == a.Code {
			return errs.Newf(errs.Conflict, ErrScale.Code, "There are accounts in %s with %d decimals, so it cannot have %d. Set its scale back to %d, or give the asset another code.", a.Code, k.Scale, a.Scale, k.Scale)
		}
	}
	return ErrScale
}

// Post adds a transfer and gives it with its id and instant. Posting it again gives the first one, for ever.
// Errors: ErrTransfer, ErrUnbalanced, ErrAccount, ErrAsset, ErrScale, ErrTwin, ErrKeyReused (the key stands for a transfer
// with another content), ErrFunds, ErrRange.
func (s *Service) Post(ctx context.Context, t Transfer) (Transfer, error) {
	t.Reverses = ""
	if err := t.check(); err != nil {
		return Transfer{}, err
	}
	if t.touchesHolds() {
		return Transfer{}, ErrTwin
	}
	return s.write(ctx, writing{Transfer: t})
}

// Reversal takes a transfer back.
type Reversal struct {
	Key  string // of the transfer that takes back
	Of   string // the key of the transfer that is taken back
	Memo string
	By   audit.Actor
}

// Reverse posts a transfer with the opposite entries. A transfer can be reversed once; a hold and what settled or released
// one cannot. Errors: ErrNoTransfer, ErrReversed, ErrTwin, and those of Post.
func (s *Service) Reverse(ctx context.Context, r Reversal) (Transfer, error) {
	of, err := s.Store.Transfer(ctx, r.Of)
	if err != nil {
		return Transfer{}, err
	}
	if of.touchesHolds() {
		return Transfer{}, ErrTwin
	}
	t := Transfer{Key: r.Key, Kind: reversedKind(of.Kind), Memo: r.Memo, Reverses: of.Key, By: r.By}
	for _, e := range of.Entries {
		t.Entries = append(t.Entries, Entry{e.Account, e.Amount.Neg()})
	}
	if err := t.check(); err != nil {
		return Transfer{}, err
	}
	return s.write(ctx, writing{Transfer: t})
}

// reversedKind is the kind of what reverses a transfer of a kind: the same one more, as long as there is room.
func reversedKind(kind string) string {
	const suffix = ".reversed"
	return kind[:min(len(kind), maxKind-len(suffix))] + suffix
}

// again answers a key that is taken: with what it stands for when that is the same.
func (s *Service) again(ctx context.Context, t Transfer) (Transfer, error) {
	first, err := s.Store.Transfer(ctx, t.Key)
	if errors.Is(err, ErrNoTransfer) {
		return Transfer{}, ErrReversed
	}
	if err != nil {
		return Transfer{}, err
	}
	t.At = first.At
	if !bytes.Equal(Digest(t), Digest(first)) {
		return Transfer{}, ErrKeyReused
	}
	return first, nil
}

// Transfer gives a transfer by its key. Errors: ErrNoTransfer.
func (s *Service) Transfer(ctx context.Context, key string) (Transfer, error) {
	return s.Store.Transfer(ctx, key)
}

// Balance gives what an account holds, folded or not; nothing for one that no transfer has touched. Errors: ErrAccount,
// ErrScale when the account's asset has another scale in the ledger.
func (s *Service) Balance(ctx context.Context, a Account) (Balance, error) {
	if !a.valid() {
		return Balance{}, ErrAccount
	}
	b, found, err := s.Store.Balance(ctx, a.Code())
	switch {
	case err != nil:
		return Balance{}, err
	case !found:
		return Balance{a, money.Zero(a.Asset)}, nil
	case b.Account != a:
		return Balance{}, ErrScale
	}
	return b, nil
}

// Page is one page of a list.
type Page struct {
	Cursor string // what the page before gave; "": the first
	Limit  int    // 1 to 1000
}

// maxPage bounds a page.
const maxPage = 1000

// Accounts gives accounts with their balances in the order in which they were first used, and the cursor of the next page
// ("" = none). Q's After and Limit are the page's. Errors: cursor.ErrInvalid.
func (s *Service) Accounts(ctx context.Context, q AccountQuery, p Page) ([]Balance, string, error) {
	q.Limit = min(max(p.Limit, 1), maxPage)
	if p.Cursor != "" {
		place, err := cursor.Read(p.Cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q.After = place[0]
	}
	found, err := s.Store.Accounts(ctx, q)
	if err != nil {
		return nil, "", err
	}
	out := make([]Balance, len(found))
	for i, b := range found {
		out[i] = b.Balance
	}
	if len(found) < q.Limit {
		return out, "", nil
	}
	return out, cursor.Of(found[len(found)-1].ID), nil
}

// History gives what happened to an account, the newest first, and the cursor of the next page ("" = none).
// Errors: ErrAccount, cursor.ErrInvalid.
func (s *Service) History(ctx context.Context, a Account, p Page) ([]Line, string, error) {
	if !a.valid() {
		return nil, "", ErrAccount
	}
	q := HistoryQuery{Account: a, Limit: min(max(p.Limit, 1), maxPage)}
	if p.Cursor != "" {
		place, err := cursor.Read(p.Cursor, 2)
		if err != nil {
			return nil, "", err
		}
		q.Transfer, q.Line = place[0], place[1]-1
	}
	lines, err := s.Store.History(ctx, q)
	if err != nil || len(lines) < q.Limit {
		return lines, "", err
	}
	last := lines[len(lines)-1]
	return lines, cursor.Of(last.Transfer.ID, int64(last.Number)+1), nil
}

// Journal gives whole transfers in the order of their ids: those after one, of some time. The next page is after the last.
func (s *Service) Journal(ctx context.Context, q JournalQuery) ([]Transfer, error) {
	q.Limit = min(max(q.Limit, 1), maxPage)
	return s.Store.Journal(ctx, q)
}

// Assets gives the assets that are registered, by code.
func (s *Service) Assets(ctx context.Context) ([]money.Asset, error) { return s.Store.Assets(ctx) }

// Fold adds up what transfers made pending on the accounts that they share. Balances are the same before and after; it
// keeps them quick to read. It must not run within a transaction; many may run at once.
func (s *Service) Fold(ctx context.Context) error { return s.Store.Fold(ctx) }

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
