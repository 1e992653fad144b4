package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

const (
	batchEntries = 2000
	// lateFor is how long an id that was skipped may still appear: no transaction lives longer.
	lateFor = 5 * time.Minute
)

// Batch closes the chain over a range of entries. On PostgreSQL a lower id may be committed later than a higher one, so
// a batch names the ids of its range that were not there (Skipped), and a later one takes them in (Late). An id that
// nobody takes in within minutes belonged to a transaction that was rolled back.
type Batch struct {
	Seq       int64
	FirstID   int64
	LastID    int64
	Skipped   []int64
	Late      []int64
	Entries   int64
	At        time.Time
	Hash      []byte // SHA-256 over the batch before, this one's own fields and every entry of it
	Signature []byte // ed25519 over Hash
}

// ChainStore is where the chain lives.
type ChainStore interface {
	LastBatch(ctx context.Context) (Batch, error) // a zero Batch before the first
	RecentBatches(ctx context.Context, since time.Time) ([]Batch, error)
	Batches(ctx context.Context, afterSeq int64, limit int) ([]Batch, error)
	Entries(ctx context.Context, firstID, lastID int64) ([]Entry, error) // in id order; lastID 0: up to batchEntries of them
	AddBatch(ctx context.Context, b Batch) error
}

// Chain closes and verifies the hash chain. One holder of its lease closes at a time.
type Chain struct {
	store ChainStore
	key   ed25519.PrivateKey
	now   func() time.Time
}

// NewChain makes a Chain that signs with key.
func NewChain(store ChainStore, key ed25519.PrivateKey, now func() time.Time) *Chain {
	return &Chain{store, key, now}
}

// Close takes every committed entry that no batch holds yet into new batches.
func (c *Chain) Close(ctx context.Context) error {
	for {
		n, err := c.closeOne(ctx)
		if err != nil || n < batchEntries {
			return err
		}
	}
}

func (c *Chain) closeOne(ctx context.Context) (int, error) {
	last, err := c.store.LastBatch(ctx)
	if err != nil {
		return 0, err
	}
	fresh, err := c.store.Entries(ctx, last.LastID+1, 0)
	if err != nil {
		return 0, err
	}
	late, err := c.appeared(ctx)
	if err != nil || len(fresh)+len(late) == 0 {
		return 0, err
	}
	b := Batch{Seq: last.Seq + 1, FirstID: last.LastID + 1, LastID: last.LastID, At: c.now(), Entries: int64(len(fresh) + len(late))}
	for _, e := range late {
		b.Late = append(b.Late, e.ID)
	}
	for _, e := range fresh {
		for id := b.LastID + 1; id < e.ID; id++ {
			b.Skipped = append(b.Skipped, id)
		}
		b.LastID = e.ID
	}
	b.Hash = hashBatch(last.Hash, b, append(fresh, late...))
	b.Signature = ed25519.Sign(c.key, b.Hash)
	return len(fresh), c.store.AddBatch(ctx, b)
}

// appeared gives the entries that recent batches skipped and that are committed by now.
func (c *Chain) appeared(ctx context.Context) ([]Entry, error) {
	recent, err := c.store.RecentBatches(ctx, c.now().Add(-lateFor))
	if err != nil {
		return nil, err
	}
	taken := map[int64]bool{}
	for _, b := range recent {
		for _, id := range b.Late {
			taken[id] = true
		}
	}
	var out []Entry
	for _, b := range recent {
		for _, id := range b.Skipped {
			if taken[id] {
				continue
			}
			found, err := c.store.Entries(ctx, id, id)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

func hashBatch(previous []byte, b Batch, entries []Entry) []byte {
	h := sha256.New()
	h.Write(previous)
	write := func(text []byte) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(text)))
		h.Write(length[:])
		h.Write(text)
	}
	write(canonical(b.Seq, b.FirstID, b.LastID, append([]int64{}, b.Skipped...), append([]int64{}, b.Late...), b.Entries, b.At.UnixMicro()))
	for i := range entries {
		e := &entries[i]
		write(canonical(e.ID, e.At.UnixMicro(), e.IntegrationID, e.Actor.Kind, e.Actor.ID, e.Actor.Address, e.Action, e.Object, e.ObjectID, e.Detail, e.RequestID))
	}
	return h.Sum(nil)
}

// canonical is a row as it is hashed: every field, in a fixed order, unambiguous.
func canonical(fields ...any) []byte {
	b, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings, numbers and lists of them only
	}
	return b
}

// Report is the outcome of a verification.
type Report struct {
	Batches  int64
	Entries  int64
	Unsealed int64 // committed, not yet in a batch
	// Checkpoint names the last batch: "<seq>:<hash>". Kept elsewhere, it proves that no later truncation happened.
	Checkpoint string
}

// BrokenError says that the chain does not hold, and where. Any other error of Verify says that it could not be read.
type BrokenError struct{ text string }

// Error names the batch and what is wrong with it.
func (e *BrokenError) Error() string { return e.text }

// Verify recomputes the whole chain. Any entry edited, deleted or added within a closed range gives a *BrokenError that
// names the batch; with a checkpoint kept from an earlier report, so does a tail that is missing.
func (c *Chain) Verify(ctx context.Context, checkpoint string) (Report, error) {
	var r Report
	var previous Batch
	seen := checkpoint == ""
	open := map[int64]Batch{} // skipped ids that no batch has taken in, with the batch that skipped them
	for {
		batches, err := c.store.Batches(ctx, previous.Seq, 100)
		if err != nil {
			return r, err
		}
		for _, b := range batches {
			if err := c.verifyBatch(ctx, previous, b); err != nil {
				return r, err
			}
			for _, id := range b.Skipped {
				open[id] = b
			}
			for _, id := range b.Late {
				delete(open, id)
			}
			previous = b
			r.Batches++
			r.Entries += b.Entries
			r.Checkpoint = fmt.Sprintf("%d:%x", b.Seq, b.Hash)
			seen = seen || r.Checkpoint == checkpoint
		}
		if len(batches) == 0 {
			break
		}
	}
	if !seen {
		return r, &BrokenError{fmt.Sprintf("the audit chain does not hold the checkpoint %s: batches were removed or rewritten", checkpoint)}
	}
	if err := c.verifySkipped(ctx, open, &r); err != nil {
		return r, err
	}
	for from := previous.LastID + 1; ; {
		rest, err := c.store.Entries(ctx, from, 0)
		if err != nil || len(rest) == 0 {
			return r, err
		}
		r.Unsealed += int64(len(rest))
		from = rest[len(rest)-1].ID + 1
	}
}

// verifySkipped finds entries under ids that were skipped: one that came late waits for the next batch; one that is there
// when none can come late any more was put there by somebody else.
func (c *Chain) verifySkipped(ctx context.Context, open map[int64]Batch, r *Report) error {
	for id, b := range open {
		found, err := c.store.Entries(ctx, id, id)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
		case c.now().Sub(b.At) > lateFor:
			return broken(b, fmt.Sprintf("entry %d was added to it later", id))
		default:
			r.Unsealed++
		}
	}
	return nil
}

func broken(b Batch, why string) error {
	return &BrokenError{fmt.Sprintf("the audit chain is broken at batch %d (entries %d to %d): %s", b.Seq, b.FirstID, b.LastID, why)}
}

func (c *Chain) verifyBatch(ctx context.Context, previous, b Batch) error {
	if b.Seq != previous.Seq+1 || b.FirstID != previous.LastID+1 {
		return broken(b, "a batch before it is missing")
	}
	if !ed25519.Verify(c.key.Public().(ed25519.PublicKey), b.Hash, b.Signature) {
		return broken(b, "its signature does not hold")
	}
	var entries []Entry
	if b.LastID >= b.FirstID {
		all, err := c.store.Entries(ctx, b.FirstID, b.LastID)
		if err != nil {
			return err
		}
		entries = without(all, b.Skipped)
	}
	for _, id := range b.Late {
		found, err := c.store.Entries(ctx, id, id)
		if err != nil {
			return err
		}
		entries = append(entries, found...)
	}
	if int64(len(entries)) != b.Entries {
		return broken(b, fmt.Sprintf("it closed over %d entries and %d are there", b.Entries, len(entries)))
	}
	if !bytes.Equal(hashBatch(previous.Hash, b, entries), b.Hash) {
		return broken(b, "an entry, or the batch itself, was changed")
	}
	return nil
}

func without(entries []Entry, ids []int64) []Entry {
	skip := make(map[int64]bool, len(ids))
	for _, id := range ids {
		skip[id] = true
	}
	kept := entries[:0]
	for _, e := range entries {
		if !skip[e.ID] {
			kept = append(kept, e)
		}
	}
	return kept
}
