package trading

import (
	"errors"
	"slices"
	"strings"

	"rampa/internal/api/wire"
	"rampa/internal/asset"
	"rampa/internal/money"
	"rampa/internal/quote"
)

// AssetOf is a pair as GET /available-assets tells it.
func AssetOf(p asset.Pair) Asset {
	out := Asset{Symbol: p.Coin.Code, Name: p.Name, Chain: p.Chain.Code, ChainName: p.Chain.Name, Contract: wire.Optional(p.Contract),
		Decimals: p.Decimals, Onramp: p.Onramp, Offramp: p.Offramp, MinPurchases: map[string]wire.Decimal{}}
	if p.Chain.ID != 0 {
		out.ChainID = &p.Chain.ID
	}
	for i, least := range p.MinPurchase {
		n := wire.Number(least)
		if i == 0 {
			out.MinPurchase = &n
		}
		out.FiatSymbols = append(out.FiatSymbols, least.Asset().Code)
		out.MinPurchases[least.Asset().Code] = n
	}
	for _, fiat := range p.SaleFiats {
		out.SaleFiats = append(out.SaleFiats, fiat.Code)
	}
	if p.Offramp {
		n := wire.Number(p.MinSale)
		out.MinSale = &n
	}
	return out
}

// MethodOf is a payment method as GET /payment-methods tells it.
func MethodOf(m asset.Method) Method {
	return Method{Code: m.Code, Name: m.Name, FiatSymbol: m.Fiat.Code, Countries: m.Countries, Min: wire.Number(m.Min), Max: wire.Number(m.Max),
		FeePercent: wire.Decimal(m.Fee.String()), FeeFixed: wire.Number(m.Fixed), Settlement: m.Settlement}
}

// QuoteOf is a purchase as GET /quote tells it.
func QuoteOf(q quote.Quote) Quote {
	return Quote{Tokens: wire.Number(q.Tokens), Price: wire.Decimal(q.Price.String()), Fees: feesOf(q), Amount: wire.Number(q.Amount),
		FiatSymbol: q.Amount.Asset().Code, Symbol: q.Tokens.Asset().Code, Chain: q.Chain, PaymentType: q.Method}
}

// SaleQuoteOf is a sale as GET /getRampoffQuote tells it.
func SaleQuoteOf(q quote.Quote) SaleQuote {
	return SaleQuote{FiatAmount: q.Amount.Fixed(), Price: wire.Decimal(q.Price.String()), Fees: feesOf(q), Amount: wire.Number(q.Tokens),
		FiatSymbol: q.Amount.Asset().Code, Symbol: q.Tokens.Asset().Code, Blockchain: q.Chain}
}

func feesOf(q quote.Quote) Fees {
	return Fees{NetworkFee: wire.Number(q.NetworkFee), ServiceFee: wire.Number(q.ServiceFee), PartnerFee: wire.Number(q.PartnerFee), TotalFee: wire.Number(q.TotalFee())}
}

// Trades reports whether a coin is bought or sold for a currency on any chain.
func Trades(project *asset.Project, coin, fiat money.Asset) bool {
	return slices.ContainsFunc(project.Pairs(), func(p asset.Pair) bool {
		_, bought := p.Minimum(fiat)
		return p.Coin == coin && (bought || slices.Contains(p.SaleFiats, fiat))
	})
}

// TooMuch makes an error about the size of an amount one of its field; any other stays as it is.
func TooMuch(field string, err error) error {
	says := "The " + strings.ReplaceAll(field, "_", " ") + " field "
	if above, ok := errors.AsType[*quote.Above](err); ok && field == "amount" {
		return wire.NewInvalid(field, says+"must not be greater than "+above.Most.Decimal()+".")
	}
	if errors.As(err, new(*quote.Above)) || errors.Is(err, money.ErrRange) {
		return wire.NewInvalid(field, says+"is too large.")
	}
	return err
}
