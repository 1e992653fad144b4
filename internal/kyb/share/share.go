// Package share reads and writes parts of a company: percentages as people type them, in ten-thousandths of a percent, and
// fractions, never floats. It must not know who holds them.
package share

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Whole is 100 %, in the unit of all shares: ten-thousandths of a percent.
const Whole = 1_000_000

var percentPattern = regexp.MustCompile(`^(\d{1,3})(?:[.,](\d{1,10}))?$`)

// Parse reads 33,34 · 33.34% · 33.34 % with at most 4 decimals that are not zero.
func Parse(s string) (int64, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	m := percentPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	decimals := strings.TrimRight(m[2], "0")
	if len(decimals) > 4 {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1]+decimals+strings.Repeat("0", 4-len(decimals)), 10, 64)
	return n, err == nil
}

// Format writes a share as a percentage without needless zeros: "33.34".
func Format(n int64) string { return FormatRat(big.NewRat(n, Whole)) }

// FormatRat writes a fraction as a percentage, rounded to 4 decimals.
func FormatRat(r *big.Rat) string {
	s := new(big.Rat).Mul(r, big.NewRat(100, 1)).FloatString(4)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
