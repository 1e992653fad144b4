// Package money is exact amounts: integers of an asset's smallest ledger unit, the decimals that people write, rates and
// percentages, with every rounding named and every overflow checked. No float exists here. It must not know accounts,
// prices or the wire.
package money

import (
	"math"
	"math/big"

	"rampa/internal/errs"
)

// Asset is a currency or coin with the scale of its ledger unit. It is the same coin on every chain; what a contract
// calls its decimals is no concern of the ledger (see Amount.Base).
type Asset struct {
	Code  string // ISO 4217 ("EUR") or the coin's symbol ("USDC")
	Scale int    // decimals of one ledger unit, 0 to MaxScale: EUR 2, USDC 6, BTC 8, ETH 9
}

// MaxScale is the finest ledger unit, 10^-12.
const MaxScale = 12

// Amount is a number of ledger units of one asset, from -Max to Max. The zero value belongs to no asset.
type Amount struct {
	units int64
	asset Asset
}

// Max is the greatest number of units of an Amount; the least is -Max.
const Max = math.MaxInt64

// The errors of this package.
var (
	ErrSyntax    = errs.New(errs.Invalid, "amount_not_a_number", "This is not a decimal number, such as 150.50.")
	ErrPrecision = errs.New(errs.Invalid, "amount_too_precise", "This has more decimals than the asset.")
	ErrRange     = errs.New(errs.Invalid, "amount_out_of_range", "This amount is too large.")
	ErrAsset     = errs.New(errs.Internal, "amounts_of_different_assets", "Amounts of different assets cannot be added.")
)

// New gives units of asset: New(15050, EUR) is 150.50 EUR. math.MinInt64 is no amount: it panics.
func New(units int64, asset Asset) Amount {
	if units == math.MinInt64 {
		panic("money: below the least amount")
	}
	return Amount{units, asset}
}

// Zero is nothing of asset.
func Zero(asset Asset) Amount { return Amount{0, asset} }

// Units is the number of ledger units.
func (a Amount) Units() int64 { return a.units }

// Asset is what the amount is of.
func (a Amount) Asset() Asset { return a.asset }

// Sign is -1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.units < 0:
		return -1
	case a.units > 0:
		return 1
	}
	return 0
}

// IsZero reports whether it is nothing.
func (a Amount) IsZero() bool { return a.units == 0 }

// Neg is the amount the other way.
func (a Amount) Neg() Amount { return Amount{-a.units, a.asset} }

// Add gives a + b. Errors: ErrAsset, ErrRange.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.asset != b.asset {
		return Amount{}, ErrAsset
	}
	sum := a.units + b.units
	overflow := (sum > a.units) != (b.units > 0)
	if b.units != 0 && overflow || sum == math.MinInt64 {
		return Amount{}, ErrRange
	}
	return Amount{sum, a.asset}, nil
}

// Sub gives a - b. Errors: ErrAsset, ErrRange.
func (a Amount) Sub(b Amount) (Amount, error) { return a.Add(b.Neg()) }

// Sum adds all amounts to nothing of asset. Errors: ErrAsset, ErrRange.
func Sum(asset Asset, all ...Amount) (total Amount, err error) {
	total = Zero(asset)
	for _, a := range all {
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// Cmp is -1, 0 or 1 as a is less than, equal to or greater than b. Amounts of different assets have no order: it panics.
func (a Amount) Cmp(b Amount) int {
	if a.asset != b.asset {
		panic("money: " + a.asset.Code + " compared with " + b.asset.Code)
	}
	switch {
	case a.units < b.units:
		return -1
	case a.units > b.units:
		return 1
	}
	return 0
}

// String writes the amount with its asset, for logs and people: "150.50 EUR".
func (a Amount) String() string { return a.Fixed() + " " + a.asset.Code }

// Base gives the amount in the base units of a contract with so many decimals. ErrPrecision when the contract is coarser
// than the amount.
func (a Amount) Base(decimals int) (*big.Int, error) {
	n := big.NewInt(a.units)
	if decimals >= a.asset.Scale {
		return n.Mul(n, pow10(decimals-a.asset.Scale)), nil
	}
	n, rest := n.QuoRem(n, pow10(a.asset.Scale-decimals), new(big.Int))
	if rest.Sign() != 0 {
		return nil, ErrPrecision
	}
	return n, nil
}

// FromBase gives base units of a contract as an amount, rounded toward zero, and the dust below the ledger's unit, in base
// units. ErrRange when the amount is too large.
func FromBase(n *big.Int, decimals int, asset Asset) (a Amount, dust *big.Int, err error) {
	units, dust := new(big.Int), new(big.Int)
	if decimals > asset.Scale {
		units.QuoRem(n, pow10(decimals-asset.Scale), dust)
	} else {
		units.Mul(n, pow10(asset.Scale-decimals))
	}
	a, err = fromBig(units, asset)
	return a, dust, err
}

func fromBig(units *big.Int, asset Asset) (Amount, error) {
	if !units.IsInt64() || units.Int64() == math.MinInt64 {
		return Amount{}, ErrRange
	}
	return Amount{units.Int64(), asset}, nil
}
