package prove

import (
	"bytes"
	"encoding/hex"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// journal goes through all transfers.
type journal struct {
	shape, digests, audited *line
	transfers, entries      int64
	totals                  totals // of the entries
	sums                    totals // of one transfer, made anew for each
}

func newJournal() *journal {
	return &journal{shape: newLine("transfers"), digests: newLine("digests"), audited: newLine("audit_entries"), totals: totals{}, sums: totals{}}
}

func (j *journal) take(t Transfer) {
	j.transfers++
	j.entries += int64(len(t.Lines))
	j.checkShape(t)
	if t.Reversed != nil {
		j.checkReversal(t)
	}
	j.checkDigest(t)
	for _, l := range t.Lines {
		if l.Account != "" {
			j.totals.add(l.Asset, l.Units)
		}
	}
}

// checkShape wants two entries or more, none of them nothing, in unbroken order, on accounts that exist, with nothing left in any asset.
func (j *journal) checkShape(t Transfer) {
	if len(t.Lines) < 2 {
		j.shape.fail(t.Key, "", "transfer %s has %s", t.Key, count(int64(len(t.Lines)), "entry", "entries"))
	}
	clear(j.sums)
	for i, l := range t.Lines {
		switch {
		case l.Account == "":
			j.shape.fail(t.Key, "", "line %d of transfer %s is on no account", l.Number, t.Key)
			continue
		case l.Units == 0:
			j.shape.fail(t.Key, "", "line %d of transfer %s is nothing", l.Number, t.Key)
		case l.Number != int64(i):
			j.shape.fail(t.Key, "", "line %d of transfer %s is missing", i, t.Key)
			return
		}
		j.sums.add(l.Asset, l.Units)
	}
	for _, asset := range j.sums.assets() {
		if sum := j.sums[asset]; sum.Sign() != 0 {
			j.shape.fail(t.Key, written(sum, asset), "transfer %s does not sum to zero: %s is left", t.Key, written(sum, asset))
		}
	}
}

// checkReversal wants the entries of the transfer that is taken back, the other way.
func (j *journal) checkReversal(t Transfer) {
	if t.Reversed.Key == "" {
		j.shape.fail(t.Key, "", "transfer %s takes back number %d, which does not exist", t.Key, t.Reversed.ID)
		return
	}
	left := map[string]*big.Int{} // one account has one asset
	for _, l := range slices.Concat(t.Lines, t.Reversed.Lines) {
		if left[l.Account] == nil {
			left[l.Account] = new(big.Int)
		}
		left[l.Account].Add(left[l.Account], big.NewInt(l.Units))
	}
	for _, code := range slices.Sorted(maps.Keys(left)) {
		if left[code].Sign() != 0 {
			j.shape.fail(t.Key, "", "transfer %s does not take %s back: %s is not as it was", t.Key, t.Reversed.Key, code)
		}
	}
}

// checkDigest computes the digest again, from what is stored now, and looks for it in the transfer and in the audit entry
// that was written with it. One who can change both cannot change the audit chain without its key.
func (j *journal) checkDigest(t Transfer) {
	digest, valid := digestOf(t)
	if !valid || !bytes.Equal(digest, t.Digest) {
		j.digests.fail(t.Key, "", "transfer %s is not what was posted: its digest is another", t.Key)
	}
	switch {
	case len(t.Audited) == 0:
		j.audited.fail(t.Key, "", "transfer %s has no audit entry", t.Key)
	case len(t.Audited) > 1:
		j.audited.fail(t.Key, "", "transfer %s has %d audit entries", t.Key, len(t.Audited))
	case !valid || t.Audited[0] != hex.EncodeToString(digest):
		j.audited.fail(t.Key, "", "transfer %s is not what its audit entry tells of", t.Key)
	}
}

// digestOf computes a transfer's digest; false when what is stored cannot be a transfer.
func digestOf(t Transfer) ([]byte, bool) {
	stored := ledger.Transfer{Key: t.Key, Kind: t.Kind, Memo: t.Memo, At: time.UnixMicro(t.At).UTC(), Entries: make([]ledger.Entry, len(t.Lines))}
	if t.Reversed != nil {
		stored.Reverses = t.Reversed.Key
	}
	for i, l := range t.Lines {
		account, err := ledger.ParseAccount(l.Account, func(code string) (money.Asset, bool) { return l.Asset, code == l.Asset.Code })
		if err != nil || l.Units == math.MinInt64 {
			return nil, false
		}
		stored.Entries[i] = ledger.Entry{Account: account, Amount: money.New(l.Units, l.Asset)}
	}
	return ledger.Digest(stored), true
}

// stray books a row that belongs to nothing where it was found.
func (j *journal) stray(s Stray) error {
	switch s.Kind {
	case StrayEntry:
		j.shape.fail(s.Subject, "", "there are entries of a transfer number %s that does not exist", s.Subject)
	case StrayAudit:
		j.audited.fail(s.Subject, "", "transfer %s is gone: only its audit entry is left", s.Subject)
	case StrayPending:
		j.shape.fail(s.Subject, "", "an amount waits for an account number %s that does not exist", s.Subject)
	}
	return nil
}

// lines gives the checks; past is how many transfers there were at most.
func (j *journal) lines(past int64) []*line {
	history := newLine("history").say("%s, %d at an earlier run", count(j.transfers, "transfer", "transfers"), past)
	if j.transfers < past {
		history.fail("transfers", strconv.FormatInt(j.transfers-past, 10), "there are %d transfers, and there were %d: some were removed", j.transfers, past)
	}
	return []*line{
		j.shape.say("%s, %s", count(j.transfers, "transfer", "transfers"), count(j.entries, "entry", "entries")),
		j.digests.say("%s computed again", count(j.transfers, "digest", "digests")),
		j.audited.say("%s against the audit log", count(j.transfers, "transfer", "transfers")),
		history,
	}
}
