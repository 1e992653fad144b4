package prove

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"rampa/internal/money"
)

// totals are sums by asset, whatever their size.
type totals map[money.Asset]*big.Int

func (t totals) of(asset money.Asset) *big.Int {
	if t[asset] == nil {
		t[asset] = new(big.Int)
	}
	return t[asset]
}

func (t totals) add(asset money.Asset, units int64) {
	sum := t.of(asset)
	var one big.Int
	sum.Add(sum, one.SetInt64(units))
}

func (t totals) plus(asset money.Asset, units *big.Int) {
	sum := t.of(asset)
	sum.Add(sum, units)
}

// assets gives those that there are, in the order of their codes.
func (t totals) assets() []money.Asset {
	all := make([]money.Asset, 0, len(t))
	for asset := range t {
		all = append(all, asset)
	}
	slices.SortFunc(all, func(a, b money.Asset) int { return cmp.Or(cmp.Compare(a.Code, b.Code), a.Scale-b.Scale) })
	return all
}

// zero has a line fail for each asset that does not sum to zero.
func (t totals) zero(l *line, what string) *line {
	for _, asset := range t.assets() {
		if sum := t[asset]; sum.Sign() != 0 {
			l.fail(asset.Code+" "+what, written(sum, asset), "the %s in %s sum to %s, not to zero", what, asset.Code, written(sum, asset))
		}
	}
	return l
}

// String lists the amounts: "12.50 EUR, 3.000000 USDC"; "nothing" without any.
func (t totals) String() string {
	var all []string
	for _, asset := range t.assets() {
		if t[asset].Sign() != 0 {
			all = append(all, written(t[asset], asset))
		}
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, ", ")
}

// written writes units of an asset as people do, however many: "-12.50 EUR".
func written(units *big.Int, asset money.Asset) string {
	digits := new(big.Int).Abs(units).String()
	scale := max(0, min(asset.Scale, money.MaxScale))
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	text := digits[:len(digits)-scale]
	if scale > 0 {
		text += "." + digits[len(digits)-scale:]
	}
	if units.Sign() < 0 {
		text = "-" + text
	}
	return text + " " + asset.Code
}

// count writes a number with its noun.
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
