// Package trading is the words of the partner's calls about coins and money: what can be traded, quotes, payments. Between the
// domains' types and the bytes; it must not know routes, nor decide anything.
package trading

import (
	"rampa/internal/api/wire"
)

// Asset is one coin on one chain of GET /available-assets.
type Asset struct {
	Symbol       string                  `json:"symbol"`
	Name         string                  `json:"name"`
	Chain        string                  `json:"chain"`
	ChainName    string                  `json:"chain_name"`
	ChainID      *int64                  `json:"chain_id"` // null where there is none
	Contract     *string                 `json:"contract"` // null for the chain's own coin
	Decimals     int                     `json:"decimals"`
	Onramp       bool                    `json:"onramp"`
	Offramp      bool                    `json:"offramp"`
	MinPurchase  *wire.Decimal           `json:"min_purchase"` // in the first of fiat_symbols; null where nothing buys it
	FiatSymbols  wire.List[string]       `json:"fiat_symbols"`
	MinPurchases map[string]wire.Decimal `json:"min_purchases"`
	MinSale      *wire.Decimal           `json:"min_sale"` // in coins; null where it cannot be sold
	SaleFiats    wire.List[string]       `json:"sale_fiat_symbols"`
}

// Method is one way to pay of GET /payment-methods.
type Method struct {
	Code       string            `json:"code"`
	Name       string            `json:"name"`
	FiatSymbol string            `json:"fiat_symbol"`
	Countries  wire.List[string] `json:"countries"`
	Min        wire.Decimal      `json:"min"`
	Max        wire.Decimal      `json:"max"`
	FeePercent wire.Decimal      `json:"fee_percent"`
	FeeFixed   wire.Decimal      `json:"fee_fixed"`
	Settlement string            `json:"settlement"`
}

// TokenPrice is what a coin costs, of GET /token-price.
type TokenPrice struct {
	Symbol     string       `json:"symbol"`
	FiatSymbol string       `json:"fiat_symbol"`
	Price      wire.Decimal `json:"price"`
	Buy        wire.Decimal `json:"buy"`  // to who buys it from us
	Sell       wire.Decimal `json:"sell"` // to who sells it to us
	Source     string       `json:"source"`
	UpdatedAt  wire.Time    `json:"updated_at"`
}

// Lock is what a quote has when it was locked.
type Lock struct {
	QuoteID   string    `json:"quote_id"`
	ExpiresAt wire.Time `json:"expires_at"`
}

// Fees are the parts of an amount that are not exchanged, in units of the currency.
type Fees struct {
	NetworkFee wire.Decimal `json:"network_fee"`
	ServiceFee wire.Decimal `json:"service_fee"`
	PartnerFee wire.Decimal `json:"partner_fee"`
	TotalFee   wire.Decimal `json:"total_fee"`
}

// Quote is what GET /quote gives.
type Quote struct {
	Tokens wire.Decimal `json:"tokens"`
	Price  wire.Decimal `json:"price"`
	Fees
	Amount      wire.Decimal `json:"amount"`
	FiatSymbol  string       `json:"fiat_symbol"`
	Symbol      string       `json:"symbol"`
	Chain       string       `json:"chain"`
	PaymentType string       `json:"payment_type"`
	*Lock
}

// SaleQuote is what GET /getRampoffQuote gives.
type SaleQuote struct {
	FiatAmount string       `json:"fiat_amount"`
	Price      wire.Decimal `json:"price"`
	Fees
	Amount     wire.Decimal `json:"amount"`
	FiatSymbol string       `json:"fiat_symbol"`
	Symbol     string       `json:"symbol"`
	Blockchain string       `json:"blockchain"`
	*Lock
}
