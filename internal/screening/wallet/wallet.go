// Package wallet is the list of addresses that no coins go to. It must not know payments.
package wallet

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// List is a list of addresses. It never changes: safe for concurrent use.
type List struct{ blocked map[string]bool }

// maxLines bounds a file.
const maxLines = 10_000_000

// Read reads a file of addresses, one a line; what follows # is a remark. A line with anything else is refused.
func Read(from io.Reader) (*List, error) {
	l := &List{map[string]bool{}}
	lines := bufio.NewScanner(from)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		switch {
		case len(fields) == 0:
		case len(fields) > 1 || len(fields[0]) < 20 || n > maxLines:
			return nil, fmt.Errorf("line %d is no address", n)
		default:
			l.blocked[key(fields[0])] = true
		}
	}
	return l, lines.Err()
}

// key is what addresses are compared by. Base58 tells upper from lower case; everything else here does not.
func key(address string) string {
	if lower := strings.ToLower(address); strings.HasPrefix(lower, "0x") || strings.HasPrefix(lower, "bc1") {
		return lower
	}
	return address
}

// Blocked reports whether the list has an address.
func (l *List) Blocked(address string) bool { return l.blocked[key(address)] }
