package ledger

import (
	"crypto/sha256"
	"encoding/binary"
)

// Digest is SHA-256 over everything that a transfer says, but for its id and who posted it: it is stored with the
// transfer and written in its audit entry, so that the audit chain covers the book.
func Digest(t Transfer) []byte {
	b := make([]byte, 0, 512)
	text := func(s string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	number := func(n int64) { b = binary.BigEndian.AppendUint64(b, uint64(n)) }
	text("rampa transfer 1")
	text(t.Key)
	text(t.Kind)
	text(t.Memo)
	text(t.Reverses)
	number(t.At.UnixMicro())
	number(int64(len(t.Entries)))
	for i, e := range t.Entries {
		number(int64(i))
		text(e.Account.Code())
		text(e.Account.Asset.Code)
		number(int64(e.Account.Asset.Scale))
		number(e.Amount.Units())
	}
	sum := sha256.Sum256(b)
	return sum[:]
}
