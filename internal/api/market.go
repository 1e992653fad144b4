package api

import (
	"context"
	"errors"
	"slices"
	"strings"

	"rampa/internal/api/trading"
	"rampa/internal/api/wire"
	"rampa/internal/asset"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/quote"
)

// Market is what can be bought and sold, and for how much: quote.Service.
type Market interface {
	Project(uuid, name string) *asset.Project
	Rates(ctx context.Context, spread asset.Spread, pair price.Pair) (quote.Rates, error)
	Buy(ctx context.Context, project *asset.Project, o quote.Order) (quote.Quote, error)
	Sell(ctx context.Context, project *asset.Project, want asset.Want, tokens money.Amount) (quote.Quote, error)
	Lock(ctx context.Context, integrationID int64, q quote.Quote) (quote.Quote, error)
}

func (a *API) marketRoutes() []route {
	return []route{
		get("/available-assets", wire.Business, nil, a.availableAssets),
		get("/payment-methods", wire.Business, methodRules, a.paymentMethods),
		get("/token-price", wire.Business, priceRules, a.tokenPrice),
		get("/quote", wire.Business, quoteRules, a.quotePurchase),
		get("/getRampoffQuote", wire.Business, saleQuoteRules, a.quoteSale),
	}
}

// project is the matrix as the caller may use it.
func (a *API) project(r *request) *asset.Project {
	return a.Market.Project(r.Integration.UUID, r.Integration.Name)
}

// availableAssets is GET /available-assets.
func (a *API) availableAssets(_ context.Context, r *request) (any, error) {
	pairs := a.project(r).Pairs()
	out := make(wire.List[trading.Asset], len(pairs))
	for i, p := range pairs {
		out[i] = trading.AssetOf(p)
	}
	return wire.OK(out), nil
}

var methodRules = wire.Rules{{"fiat_symbol", "nullable|string|size:3"}, {"country", "nullable|string|size:2"}}

// paymentMethods is GET /payment-methods.
func (a *API) paymentMethods(_ context.Context, r *request) (any, error) {
	country := strings.ToUpper(r.Fields.String("country"))
	if country != "" && !a.Countries(country) {
		return nil, wire.NewInvalid("country", "The selected country is invalid.")
	}
	out := wire.List[trading.Method]{}
	for _, m := range a.project(r).Methods(r.Fields.String("fiat_symbol"), country) {
		out = append(out, trading.MethodOf(m))
	}
	return wire.OK(out), nil
}

var priceRules = wire.Rules{{"symbol", "nullable|string|max:20"}, {"fiat", "nullable|string|size:3"}}

// tokenPrice is GET /token-price: of one coin, or of all that the currency buys or is paid for and that have a price now.
func (a *API) tokenPrice(ctx context.Context, r *request) (any, error) {
	project := a.project(r)
	fiat, known := project.Fiat(r.Fields.String("fiat"))
	if !known {
		return nil, asset.ErrCoin
	}
	if symbol := r.Fields.String("symbol"); symbol != "" {
		coin, known := project.Coin(symbol)
		if !known || !trading.Trades(project, coin, fiat) {
			return nil, asset.ErrCoin
		}
		p, err := a.price(ctx, project, price.Pair{Base: coin.Code, Quote: fiat.Code})
		if err != nil {
			return nil, err
		}
		return wire.OK(p), nil
	}
	out := wire.List[trading.TokenPrice]{}
	for _, coin := range project.Coins() {
		if !trading.Trades(project, coin, fiat) {
			continue
		}
		p, err := a.price(ctx, project, price.Pair{Base: coin.Code, Quote: fiat.Code})
		if err != nil && !errors.Is(err, price.ErrUnavailable) {
			return nil, err
		}
		if err == nil {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return nil, price.ErrUnavailable
	}
	return wire.OK(out), nil
}

func (a *API) price(ctx context.Context, project *asset.Project, pair price.Pair) (trading.TokenPrice, error) {
	rates, err := a.Market.Rates(ctx, project.Spread(), pair)
	if err != nil {
		return trading.TokenPrice{}, err
	}
	var sources []string
	for _, o := range rates.Used {
		sources = append(sources, o.Source)
	}
	slices.Sort(sources)
	return trading.TokenPrice{Symbol: pair.Base, FiatSymbol: pair.Quote, Price: wire.Decimal(rates.Mid.String()), Buy: wire.Decimal(rates.Buy.String()),
		Sell: wire.Decimal(rates.Sell.String()), Source: strings.Join(slices.Compact(sources), ","), UpdatedAt: wire.Time(rates.At)}, nil
}

var quoteRules = wire.Rules{
	{"amount", "nullable|required_without:coin_amount|amount"},
	{"symbol", "required|string|max:20"},
	{"chain", "nullable|string|max:20"},
	{"payment_type", "required|string|max:40"},
	{"fiat_symbol", "nullable|string|size:3"},
	{"coin_amount", "nullable|amount"},
	{"lock", "nullable|in:true,false,1,0"},
}

// quotePurchase is GET /quote.
func (a *API) quotePurchase(ctx context.Context, r *request) (any, error) {
	project, f := a.project(r), r.Fields
	o := quote.Order{Want: asset.Want{Fiat: f.String("fiat_symbol"), Symbol: f.String("symbol"), Chain: f.String("chain"), Method: f.String("payment_type")}}
	var err error
	field := "amount"
	switch spends, obtains := f.Has("amount"), f.Has("coin_amount"); {
	case spends && obtains:
		return nil, wire.NewInvalid("coin_amount", "The coin amount field must be missing when amount is present.")
	case spends:
		fiat, _ := project.Fiat(o.Fiat)
		o.Spend, err = wire.Amount(f, field, fiat)
	default:
		field = "coin_amount"
		coin, _ := project.Coin(o.Symbol)
		o.Obtain, err = wire.Amount(f, field, coin)
	}
	if err != nil {
		return nil, err
	}
	q, err := a.Market.Buy(ctx, project, o)
	if err != nil {
		return nil, trading.TooMuch(field, err)
	}
	out := trading.QuoteOf(q)
	if out.Lock, err = a.lock(ctx, r, q); err != nil {
		return nil, err
	}
	return wire.OK(out), nil
}

var saleQuoteRules = wire.Rules{
	{"amount", "required|amount"},
	{"symbol", "required|string|max:20"},
	{"blockchain", "nullable|string|max:20"},
	{"fiat_symbol", "nullable|string|size:3"},
	{"lock", "nullable|in:true,false,1,0"},
}

// quoteSale is GET /getRampoffQuote.
func (a *API) quoteSale(ctx context.Context, r *request) (any, error) {
	project, f := a.project(r), r.Fields
	want := asset.Want{Fiat: f.String("fiat_symbol"), Symbol: f.String("symbol"), Chain: f.String("blockchain")}
	coin, _ := project.Coin(want.Symbol)
	tokens, err := wire.Amount(f, "amount", coin)
	if err != nil {
		return nil, err
	}
	q, err := a.Market.Sell(ctx, project, want, tokens)
	if err != nil {
		return nil, trading.TooMuch("amount", err)
	}
	out := trading.SaleQuoteOf(q)
	if out.Lock, err = a.lock(ctx, r, q); err != nil {
		return nil, err
	}
	return wire.OK(out), nil
}

// lock keeps a quote when the call asks for it; nil when it does not.
func (a *API) lock(ctx context.Context, r *request, q quote.Quote) (*trading.Lock, error) {
	if wanted := r.Fields.String("lock"); wanted != "true" && wanted != "1" {
		return nil, nil
	}
	locked, err := a.Market.Lock(ctx, r.Integration.ID, q)
	if err != nil {
		return nil, err
	}
	return &trading.Lock{QuoteID: locked.ID, ExpiresAt: wire.Time(locked.ExpiresAt)}, nil
}
