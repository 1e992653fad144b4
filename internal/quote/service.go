package quote

import (
	"context"
	"slices"
	"time"

	"rampa/internal/asset"
	"rampa/internal/id"
	"rampa/internal/money"
	"rampa/internal/price"
)

// Prices is who knows what things cost: price.Book.
type Prices interface {
	Price(ctx context.Context, p price.Pair) (price.Price, error)
}

// Store is where locked quotes live.
type Store interface {
	InsertQuote(ctx context.Context, q Quote) error
	Quote(ctx context.Context, integrationID int64, id string) (Quote, error) // ErrNotFound
	DeleteQuotes(ctx context.Context, expiredBefore time.Time) error
}

// Config is what a Service needs.
type Config struct {
	Matrix *asset.Matrix
	Prices Prices
	Store  Store
	Now    func() time.Time
}

// Service makes quotes.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// Project is the view of the matrix that an integration has.
func (s *Service) Project(uuid, name string) *asset.Project { return s.Matrix.Project(uuid, name) }

// Rates is what a coin costs: in the market, to who buys it from us, and to who sells it to us.
type Rates struct {
	Pair           price.Pair
	Mid, Buy, Sell money.Rate
	At             time.Time
	Used           []price.Observation
}

// Rates gives the prices of a coin in a currency, both as the matrix writes them. Errors: price.ErrUnavailable.
func (s *Service) Rates(ctx context.Context, spread asset.Spread, pair price.Pair) (r Rates, err error) {
	mid, err := s.Prices.Price(ctx, pair)
	if err != nil {
		return r, err
	}
	r = Rates{Pair: pair, Mid: mid.Rate, At: mid.At, Used: mid.Used}
	if r.Buy, err = mid.Rate.Plus(spread.Buy, money.Up); err != nil {
		return r, price.ErrUnavailable.Because(err)
	}
	if r.Sell, err = mid.Rate.Plus(-spread.Sell, money.Down); err != nil {
		return r, price.ErrUnavailable.Because(err)
	}
	return r, nil
}

// Order is a purchase that somebody asks for: either what is spent or, where that is nothing, what is obtained.
type Order struct {
	asset.Want
	Spend  money.Amount // in the currency of Want
	Obtain money.Amount // in its coin
}

// Buy quotes a purchase. Errors, in this order: asset.ErrCoin, *Below the pair's minimum, asset.ErrMethod, *Below the
// method's, *Above, price.ErrUnavailable.
func (s *Service) Buy(ctx context.Context, project *asset.Project, o Order) (Quote, error) {
	if err := pairTakes(project, o); err != nil {
		return Quote{}, err
	}
	terms, err := project.Purchase(o.Want)
	if err != nil {
		return Quote{}, err
	}
	switch spends := !o.Spend.IsZero(); {
	case spends && o.Spend.Cmp(terms.Min) < 0:
		return Quote{}, &Below{terms.Min}
	case spends && o.Spend.Cmp(terms.Max) > 0:
		return Quote{}, &Above{terms.Max}
	}
	fiat := terms.Method.Fiat
	rates, err := s.Rates(ctx, project.Spread(), price.Pair{Base: terms.Pair.Coin.Code, Quote: fiat.Code})
	if err != nil {
		return Quote{}, err
	}
	network, crossed, err := s.networkFee(ctx, terms.Pair.Chain, fiat)
	if err != nil {
		return Quote{}, err
	}
	p := purchase{terms, tariff{percent: terms.Method.Fee, partner: terms.PartnerFee, fixed: terms.Method.Fixed, network: network}, rates.Buy}
	q, err := p.make(o)
	if err != nil {
		return Quote{}, err
	}
	q.Used = slices.Concat(rates.Used, crossed)
	return q, nil
}

func (p purchase) make(o Order) (Quote, error) {
	if o.Spend.IsZero() {
		return p.obtaining(o.Obtain)
	}
	return p.spending(o.Spend)
}

// pairTakes looks at what holds for a coin whatever the method.
func pairTakes(project *asset.Project, o Order) error {
	pair, offered := project.Pair(o.Symbol, o.Chain)
	fiat, known := project.Fiat(o.Fiat)
	if !offered || !known {
		return asset.ErrCoin
	}
	least, bought := pair.Minimum(fiat)
	switch {
	case !bought:
		return asset.ErrCoin
	case !o.Spend.IsZero() && o.Spend.Cmp(least) < 0:
		return &Below{least}
	}
	return nil
}

// Sell quotes a sale of tokens, in the coin of want. Errors, in this order: asset.ErrCoin, *Below, price.ErrUnavailable.
func (s *Service) Sell(ctx context.Context, project *asset.Project, want asset.Want, tokens money.Amount) (Quote, error) {
	terms, err := project.Sale(want)
	if err != nil {
		return Quote{}, err
	}
	if tokens.Cmp(terms.Min) < 0 {
		return Quote{}, &Below{terms.Min}
	}
	rates, err := s.Rates(ctx, project.Spread(), price.Pair{Base: terms.Pair.Coin.Code, Quote: terms.Fiat.Code})
	if err != nil {
		return Quote{}, err
	}
	network, crossed, err := s.networkFee(ctx, terms.Pair.Chain, terms.Fiat)
	if err != nil {
		return Quote{}, err
	}
	q, err := sale{terms, tariff{percent: terms.Fee, partner: terms.PartnerFee, fixed: terms.Fixed, network: network}, rates.Sell}.paying(tokens)
	if err != nil {
		return Quote{}, err
	}
	q.Used = slices.Concat(rates.Used, crossed)
	return q, nil
}

// networkFee is the chain's fee in another currency, rounded up, and what its price was made of.
func (s *Service) networkFee(ctx context.Context, chain asset.Chain, fiat money.Asset) (fee money.Amount, used []price.Observation, err error) {
	if fee = chain.NetworkFee; fee.Asset() == fiat {
		return fee, nil, nil
	}
	cross, err := s.Prices.Price(ctx, price.Pair{Base: fee.Asset().Code, Quote: fiat.Code})
	if err != nil {
		return fee, nil, err
	}
	fee, err = fee.Times(cross.Rate, fiat, money.Up)
	return fee, cross.Used, err
}

// Lock keeps a quote for an integration: it gets an id, and holds for Life.
func (s *Service) Lock(ctx context.Context, integrationID int64, q Quote) (Quote, error) {
	q.ID, q.IntegrationID, q.CreatedAt = id.Alphanumeric(idLength), integrationID, s.Now().Truncate(time.Microsecond)
	q.ExpiresAt = q.CreatedAt.Add(Life)
	return q, s.Store.InsertQuote(ctx, q)
}

// idLength is that of the ids of payments.
const idLength = 25

// Find gives an integration's locked quote, alive or not. Errors: ErrNotFound.
func (s *Service) Find(ctx context.Context, integrationID int64, id string) (Quote, error) {
	return s.Store.Quote(ctx, integrationID, id)
}

// Check is a locked quote held against the day.
type Check struct {
	Alive     bool          // it holds as it is
	Price     money.Rate    // today's, spread included; none while the quote is alive
	Deviation money.Percent // of the quote's price from today's
}

// Recheck looks at a locked quote when what it was made for arrives: alive at that instant, it holds; otherwise it tells
// how far the price has moved, for a policy to decide. Errors: price.ErrUnavailable.
func (s *Service) Recheck(ctx context.Context, project *asset.Project, q Quote, arrived time.Time) (Check, error) {
	if q.Alive(arrived) {
		return Check{Alive: true}, nil
	}
	rates, err := s.Rates(ctx, project.Spread(), price.Pair{Base: q.Tokens.Asset().Code, Quote: q.Amount.Asset().Code})
	if err != nil {
		return Check{}, err
	}
	today := rates.Buy
	if q.Side == Sell {
		today = rates.Sell
	}
	return Check{Price: today, Deviation: q.Price.Deviation(today)}, nil
}

// kept is how long an expired quote can still be asked about.
const kept = 30 * 24 * time.Hour

// Sweep deletes the quotes that expired long ago.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.DeleteQuotes(ctx, s.Now().Add(-kept))
}
