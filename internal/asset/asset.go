// Package asset is the availability matrix: which coins on which chains can be bought and sold for which currencies, by
// which methods, in which countries, between which amounts and for which fees. One file says it, and every endpoint
// answers from it. It must not know prices, customers or payments.
package asset

import (
	"slices"

	"rampa/internal/errs"
	"rampa/internal/money"
)

// Chain is a network that coins live on.
type Chain struct {
	Code       string       // lower case: "polygon"
	Name       string       // "Polygon PoS"
	ID         int64        // EIP-155 chain id; 0 where there is none
	NetworkFee money.Amount // what a transaction on it costs the customer who buys or sells, in EUR
}

// Pair is a coin on a chain, as one integration may use it. Its slices are shared: they must not be changed.
type Pair struct {
	Coin        money.Asset
	Name        string // "USD Coin"
	Chain       Chain
	Contract    string // "" for the chain's own coin
	Decimals    int    // of the contract: 18 for USDC on bsc, whatever the ledger's scale
	Onramp      bool
	Offramp     bool
	MinPurchase []money.Amount // one a currency that buys it, in the order of the matrix; none unless Onramp
	SaleFiats   []money.Asset  // the currencies that it can be sold for, in the same order; none unless Offramp
	MinSale     money.Amount   // in coins
}

// Key names the pair in files and messages: "USDC/polygon".
func (p Pair) Key() string { return p.Coin.Code + "/" + p.Chain.Code }

// Minimum is the least that a purchase in a currency may be, whatever the method; false where the currency does not buy it.
func (p Pair) Minimum(fiat money.Asset) (money.Amount, bool) {
	for _, least := range p.MinPurchase {
		if least.Asset() == fiat {
			return least, true
		}
	}
	return money.Amount{}, false
}

func (p Pair) boughtFor(fiat money.Asset) bool { _, ok := p.Minimum(fiat); return ok }

func (p Pair) soldFor(fiat money.Asset) bool { return slices.Contains(p.SaleFiats, fiat) }

// Method is a way to pay, in one currency. Its slice is shared: it must not be changed.
type Method struct {
	Code       string // "card", "PSE": written as here, compared without regard to case
	Name       string
	Fiat       money.Asset
	Countries  []string // ISO 3166-1 alpha-2, sorted
	Min, Max   money.Amount
	Fee        money.Percent
	Fixed      money.Amount
	Settlement string // "instant", "minutes" or "days"
}

// Want is what somebody asks for, as it was written: case does not matter.
type Want struct {
	Fiat   string // "" is the first currency of the project
	Symbol string
	Chain  string // "" is DefaultChain
	Method string // of a purchase
}

// DefaultChain is meant where no chain is named.
const DefaultChain = "polygon"

// Purchase is the terms under which one coin is bought: everything that a quote needs but the price.
type Purchase struct {
	Pair       Pair
	Method     Method
	Min, Max   money.Amount // the pair's and the method's together
	PartnerFee money.Percent
	Spread     money.Percent // on the price
}

// Sale is the terms under which one coin is sold.
type Sale struct {
	Pair       Pair
	Fiat       money.Asset
	Min        money.Amount // in coins
	Fee        money.Percent
	Fixed      money.Amount // in Fiat
	PartnerFee money.Percent
	Spread     money.Percent
}

// Spread is what the price is raised by for a purchase and lowered by for a sale.
type Spread struct{ Buy, Sell money.Percent }

// The errors of this package.
var (
	ErrCoin   = errs.New(errs.Invalid, "coin_not_supported", "This coin is not available on this chain for this currency. See GET /api/available-assets.")
	ErrMethod = errs.New(errs.Forbidden, "method_not_allowed", "This payment method is not available for this currency. See GET /api/payment-methods.")
)
