package ledger

import (
	"math/big"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"

	"rampa/internal/errs"
	"rampa/internal/money"
)

const (
	maxKey     = 200
	maxKind    = 64
	maxMemo    = 200 // characters
	maxEntries = 100
)

// check refuses what cannot be a transfer, whatever the book holds.
func (t *Transfer) check() error {
	if !validKey(t.Key) || !validKind(t.Kind) || !validMemo(t.Memo) {
		return ErrTransfer
	}
	if len(t.Entries) < 2 || len(t.Entries) > maxEntries {
		return ErrUnbalanced
	}
	var sums []sum
	for _, e := range t.Entries {
		switch {
		case !e.Account.valid():
			return ErrAccount
		case e.Amount.IsZero() || e.Amount.Asset() != e.Account.Asset:
			return ErrUnbalanced
		}
		i := slices.IndexFunc(sums, func(s sum) bool { return s.asset == e.Account.Asset })
		if i < 0 {
			i, sums = len(sums), append(sums, sum{asset: e.Account.Asset})
		}
		sums[i].add(e.Amount.Units())
	}
	for _, s := range sums {
		if s.low != 0 || s.high != 0 {
			return errs.Newf(errs.Invalid, ErrUnbalanced.Code, "The entries in %s sum to %s, not to zero.", s.asset.Code, s)
		}
	}
	return nil
}

// sum adds up more units than an Amount can hold.
type sum struct {
	asset money.Asset
	high  uint64
	low   uint64
}

func (s *sum) add(units int64) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, uint64(units), 0)
	s.high += uint64(units>>63) + carry
}

// String is the sum as people write it.
func (s sum) String() string {
	n := new(big.Int).Lsh(big.NewInt(int64(s.high)), 64)
	n.Add(n, new(big.Int).SetUint64(s.low))
	if a, _, err := money.FromBase(n, s.asset.Scale, s.asset); err == nil {
		return a.Decimal()
	}
	return n.String() + " units"
}

// touchesHolds reports whether an entry is on an account that holds are kept in.
func (t *Transfer) touchesHolds() bool {
	return slices.ContainsFunc(t.Entries, func(e Entry) bool { return e.Account.Purpose.twin() })
}

func validKey(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return s != "" && len(s) <= maxKey
}

func validKind(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= maxKind
}

func validMemo(s string) bool {
	for _, c := range s {
		if !unicode.IsPrint(c) {
			return false
		}
	}
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxMemo
}
