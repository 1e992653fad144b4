package quote_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/asset"
	"rampa/internal/errs"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/quote"
)

// told is a quote in words.
func told(q quote.Quote) string {
	return q.Amount.String() + " " + q.Tokens.String() + " at " + q.Price.String() + ", fees " + q.ServiceFee.Fixed() + " + " + q.NetworkFee.Fixed() + " + " +
		q.PartnerFee.Fixed() + " = " + q.TotalFee().Fixed() + ", " + q.Method + " on " + q.Chain
}

func TestAPurchaseIsQuotedFromEitherSide(t *testing.T) {
	t.Parallel()
	d := newDesk(t, standard())
	for _, c := range []struct {
		method, spend, obtain string
		fiat                  money.Asset
		want                  string
	}{
		{"card", "150", "", eur, "150.00 EUR 156.375735 USDC at 0.9351195, fees 3.75 + 0.02 + 0.00 = 3.77, card on polygon"},
		{"CARD", "", "156.375735", eur, "150.00 EUR 156.375735 USDC at 0.9351195, fees 3.75 + 0.02 + 0.00 = 3.77, card on polygon"},
		{"card", "", "156.375736", eur, "150.02 EUR 156.375736 USDC at 0.9351195, fees 3.76 + 0.02 + 0.00 = 3.78, card on polygon"},
		{"paypal", "20", "", eur, "20.00 EUR 20.264789 USDC at 0.9351195, fees 1.03 + 0.02 + 0.00 = 1.05, paypal on polygon"},
		{"khipu", "100000", "", clp, "100000 CLP 101.611615 USDC at 964.25, fees 2000 + 21 + 0 = 2021, KHIPU on polygon"},
		{"khipu", "", "100", clp, "98415 CLP 100.000000 USDC at 964.25, fees 1969 + 21 + 0 = 1990, KHIPU on polygon"},
	} {
		q, err := d.buy(c.method, c.spend, c.obtain, c.fiat)
		if err != nil || told(q) != c.want {
			t.Errorf("%+v: %v\n got %s\nwant %s", c, err, told(q), c.want)
		}
	}
}

func TestASaleIsQuoted(t *testing.T) {
	t.Parallel()
	d := newDesk(t, standard())
	for fiat, want := range map[string]string{
		"":    "89.31 EUR 100.000000 USDC at 0.9074805, fees 1.41 + 0.02 + 0.00 = 1.43,  on polygon",
		"clp": "91682 CLP 100.000000 USDC at 935.75, fees 1872 + 21 + 0 = 1893,  on polygon",
	} {
		q, err := d.Sell(t.Context(), d.project, asset.Want{Fiat: fiat, Symbol: "usdc", Chain: "POLYGON"}, amount(t, "100", usdc))
		if err != nil || told(q) != want {
			t.Errorf("%v\n got %s\nwant %s", err, told(q), want)
		}
	}
}

func TestRefusalsComeInTheOrderOfTheContract(t *testing.T) {
	t.Parallel()
	d := newDesk(t, standard())
	none := newDesk(t, table{})
	crossless := newDesk(t, table{"USDC/CLP": "950"}) // the network's fee cannot be converted
	for _, c := range []struct {
		desk                    *desk
		method, spend, obtain   string
		fiat                    money.Asset
		coin, minimum, maximum  string
		notAllowed, unavailable bool
	}{
		{desk: none, method: "none", spend: "1", fiat: money.Asset{Code: "USD", Scale: 2}, coin: "coin_not_supported"},
		{desk: none, method: "none", spend: "19.99", fiat: eur, minimum: "20.00 EUR"},
		{desk: none, method: "none", spend: "20", fiat: eur, notAllowed: true},
		{desk: none, method: "none", obtain: "1", fiat: eur, notAllowed: true},
		{desk: none, method: "PSE", spend: "20", fiat: eur, notAllowed: true},
		{desk: none, method: "card", spend: "3000.01", fiat: eur, maximum: "3000.00 EUR"},
		{desk: none, method: "card", spend: "3000", fiat: eur, unavailable: true},
		{desk: crossless, method: "khipu", spend: "5000", fiat: clp, unavailable: true},
		{desk: d, method: "card", spend: "20", fiat: eur},
		{desk: d, method: "card", spend: "3000", fiat: eur},
		{desk: d, method: "card", obtain: "0.000001", fiat: eur, minimum: "20.00 EUR"},
		{desk: d, method: "card", obtain: "4000", fiat: eur, maximum: "3000.00 EUR"},
	} {
		q, err := c.desk.buy(c.method, c.spend, c.obtain, c.fiat)
		below, isBelow := errors.AsType[*quote.Below](err)
		above, isAbove := errors.AsType[*quote.Above](err)
		switch {
		case c.coin != "" && is(err, asset.ErrCoin), c.notAllowed && is(err, asset.ErrMethod), c.unavailable && is(err, price.ErrUnavailable):
		case c.minimum != "" && isBelow && below.Least.String() == c.minimum:
			if errs.CodeOf(err) != "min_purchase" {
				t.Errorf("%v is %s", err, errs.CodeOf(err))
			}
		case c.maximum != "" && isAbove && above.Most.String() == c.maximum:
		case c.coin+c.minimum+c.maximum == "" && !c.notAllowed && !c.unavailable && err == nil && q.Tokens.Sign() > 0:
		default:
			t.Errorf("%s %s%s %s: %v", c.method, c.spend, c.obtain, c.fiat.Code, err)
		}
	}
}

func TestFeesThatEatAnAmountAreAMinimumThatWorks(t *testing.T) {
	t.Parallel()
	d := newDesk(t, table{"USDC/CLP": "950", "EUR/CLP": "90000", "USDC/EUR": "0.01"}) // the network alone costs more than the least purchase
	_, err := d.buy("KHIPU", "1000", "", clp)
	below, ok := errors.AsType[*quote.Below](err)
	if !ok {
		t.Fatal(err)
	}
	if q, err := d.buy("KHIPU", below.Least.Decimal(), "", clp); err != nil || q.Tokens.Sign() <= 0 {
		t.Errorf("the minimum %s itself: %v", below.Least, err)
	}
	if q, err := d.buy("KHIPU", money.New(below.Least.Units()-1, clp).Decimal(), "", clp); err == nil {
		t.Errorf("less than the minimum %s buys %s", below.Least, q.Tokens)
	}
	want := asset.Want{Fiat: "EUR", Symbol: "USDC"}
	_, err = d.Sell(t.Context(), d.project, want, amount(t, "10", usdc)) // worth 9 cents, fees are 53
	if below, ok = errors.AsType[*quote.Below](err); !ok {
		t.Fatal(err)
	}
	if q, err := d.Sell(t.Context(), d.project, want, below.Least); err != nil || q.Amount.Sign() <= 0 {
		t.Errorf("the minimum %s itself: %v", below.Least, err)
	}
	if q, err := d.Sell(t.Context(), d.project, want, money.New(below.Least.Units()-1, usdc)); err == nil {
		t.Errorf("less than the minimum %s pays %s", below.Least, q.Amount)
	}
}

func TestOnlyALockedQuoteIsKeptAndOnlyForItsIntegration(t *testing.T) {
	t.Parallel()
	d := newDesk(t, standard())
	q := d.mustBuy("card", "150", "")
	if len(d.kept) != 0 || q.ID != "" {
		t.Fatalf("%d kept, id %q", len(d.kept), q.ID)
	}
	locked, err := d.Lock(t.Context(), 7, q)
	if err != nil || len(locked.ID) != 25 || !locked.ExpiresAt.Equal(noon.Add(5*time.Minute)) {
		t.Fatalf("%+v %v", locked, err)
	}
	found, err := d.Find(t.Context(), 7, locked.ID)
	if diff := cmp.Diff(locked, found, cmpopts.EquateComparable(money.Amount{}, money.Rate{})); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := d.Find(t.Context(), 8, locked.ID); !errors.Is(err, quote.ErrNotFound) {
		t.Errorf("another integration's: %v", err)
	}
	d.now = locked.ExpiresAt.Add(30 * 24 * time.Hour)
	if err := d.Sweep(t.Context()); err != nil || len(d.kept) != 1 {
		t.Errorf("swept too early: %v", err)
	}
	d.now = d.now.Add(time.Microsecond)
	if err := d.Sweep(t.Context()); err != nil || len(d.kept) != 0 {
		t.Errorf("never swept: %v", err)
	}
}

func TestAQuoteKeepsAllThePricesThatItWasMadeOf(t *testing.T) {
	t.Parallel()
	d := newDesk(t, standard())
	q, err := d.buy("KHIPU", "100000", "", clp)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for _, o := range q.Used {
		pairs = append(pairs, o.Pair.String())
	}
	if diff := cmp.Diff([]string{"USDC/CLP", "EUR/CLP"}, pairs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if used := d.mustBuy("card", "150", "").Used; len(used) != 1 {
		t.Errorf("%v", used)
	}
}

func TestAQuoteHoldsUntilItExpiresAndThenTellsHowFarThePriceIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t, standard())
	bought, err := d.Lock(t.Context(), 7, d.mustBuy("card", "150", ""))
	if err != nil {
		t.Fatal(err)
	}
	sold, err := d.Sell(t.Context(), d.project, asset.Want{Symbol: "USDC"}, amount(t, "100", usdc))
	if err != nil {
		t.Fatal(err)
	}
	if sold, err = d.Lock(t.Context(), 7, sold); err != nil {
		t.Fatal(err)
	}
	delete(d.prices, "USDC/EUR") // a quote that is alive needs none
	for _, q := range []quote.Quote{bought, sold} {
		if c, err := d.Recheck(t.Context(), d.project, q, q.ExpiresAt.Add(-time.Microsecond)); err != nil || !c.Alive {
			t.Errorf("alive: %+v %v", c, err)
		}
		if _, err := d.Recheck(t.Context(), d.project, q, q.ExpiresAt); !errors.Is(err, price.ErrUnavailable) {
			t.Errorf("expired, without a price: %v", err)
		}
	}
	d.prices["USDC/EUR"] = "1.8426" // twice as much
	for _, c := range []struct {
		q     quote.Quote
		price string
	}{{bought, "1.870239"}, {sold, "1.814961"}} {
		check, err := d.Recheck(t.Context(), d.project, c.q, c.q.ExpiresAt)
		if err != nil || check.Alive || check.Price.String() != c.price || check.Deviation.String() != "50" {
			t.Errorf("%s: %+v %s %v", c.q.Side, check, check.Deviation, err)
		}
	}
}
