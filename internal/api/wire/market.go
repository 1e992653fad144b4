package wire

import (
	"rampa/internal/money"
)

// Decimal is an exact decimal, written as a JSON number: 148.32, never 148.31999999999999.
type Decimal string

// MarshalJSON writes the number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d), nil }

// UnmarshalJSON reads what MarshalJSON wrote: for clients and tests.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	*d = Decimal(b)
	return nil
}

// Number is an amount as a JSON number, in units of its asset.
func Number(a money.Amount) Decimal { return Decimal(a.Decimal()) }

// Asset is one coin on one chain of GET /available-assets.
type Asset struct {
	Symbol       string             `json:"symbol"`
	Name         string             `json:"name"`
	Chain        string             `json:"chain"`
	ChainName    string             `json:"chain_name"`
	ChainID      *int64             `json:"chain_id"` // null where there is none
	Contract     *string            `json:"contract"` // null for the chain's own coin
	Decimals     int                `json:"decimals"`
	Onramp       bool               `json:"onramp"`
	Offramp      bool               `json:"offramp"`
	MinPurchase  *Decimal           `json:"min_purchase"` // in the first of fiat_symbols; null where nothing buys it
	FiatSymbols  List[string]       `json:"fiat_symbols"`
	MinPurchases map[string]Decimal `json:"min_purchases"`
	MinSale      *Decimal           `json:"min_sale"` // in coins; null where it cannot be sold
	SaleFiats    List[string]       `json:"sale_fiat_symbols"`
}

// Method is one way to pay of GET /payment-methods.
type Method struct {
	Code       string       `json:"code"`
	Name       string       `json:"name"`
	FiatSymbol string       `json:"fiat_symbol"`
	Countries  List[string] `json:"countries"`
	Min        Decimal      `json:"min"`
	Max        Decimal      `json:"max"`
	FeePercent Decimal      `json:"fee_percent"`
	FeeFixed   Decimal      `json:"fee_fixed"`
	Settlement string       `json:"settlement"`
}

// TokenPrice is what a coin costs, of GET /token-price.
type TokenPrice struct {
	Symbol     string  `json:"symbol"`
	FiatSymbol string  `json:"fiat_symbol"`
	Price      Decimal `json:"price"`
	Buy        Decimal `json:"buy"`  // to who buys it from us
	Sell       Decimal `json:"sell"` // to who sells it to us
	Source     string  `json:"source"`
	UpdatedAt  Time    `json:"updated_at"`
}

// Lock is what a quote has when it was locked.
type Lock struct {
	QuoteID   string `json:"quote_id"`
	ExpiresAt Time   `json:"expires_at"`
}

// Fees are the parts of an amount that are not exchanged, in units of the currency.
type Fees struct {
	NetworkFee Decimal `json:"network_fee"`
	ServiceFee Decimal `json:"service_fee"`
	PartnerFee Decimal `json:"partner_fee"`
	TotalFee   Decimal `json:"total_fee"`
}

// Quote is what GET /quote gives.
type Quote struct {
	Tokens Decimal `json:"tokens"`
	Price  Decimal `json:"price"`
	Fees
	Amount      Decimal `json:"amount"`
	FiatSymbol  string  `json:"fiat_symbol"`
	Symbol      string  `json:"symbol"`
	Chain       string  `json:"chain"`
	PaymentType string  `json:"payment_type"`
	*Lock
}

// SaleQuote is what GET /getRampoffQuote gives.
type SaleQuote struct {
	FiatAmount string  `json:"fiat_amount"`
	Price      Decimal `json:"price"`
	Fees
	Amount     Decimal `json:"amount"`
	FiatSymbol string  `json:"fiat_symbol"`
	Symbol     string  `json:"symbol"`
	Blockchain string  `json:"blockchain"`
	*Lock
}
