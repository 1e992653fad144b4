package onramp

import (
	"context"
	"strconv"
	"strings"

	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/payout"
)

// customerAccount is what we owe the payment's customer in an asset.
func customerAccount(r *Row, of money.Asset) ledger.Account {
	return ledger.Account{Purpose: ledger.Customer, Detail: strconv.FormatInt(r.CustomerID, 10), Asset: of}
}

// fiatOf credits the customer with money.
func (s *Service) fiatOf(r *Row, amount money.Amount) ledger.Entry {
	return ledger.Entry{Account: customerAccount(r, amount.Asset()), Amount: amount.Neg()}
}

// post posts a transfer of those entries that are something.
func (s *Service) post(ctx context.Context, key, kind string, entries ...ledger.Entry) error {
	var some []ledger.Entry
	for _, e := range entries {
		if !e.Amount.IsZero() {
			some = append(some, e)
		}
	}
	_, err := s.Ledger.Post(ctx, ledger.Transfer{Key: key, Kind: kind, Entries: some, By: system})
	return err
}

// buy turns the customer's money into coins, sets them aside and asks for their payout.
//
//	customer:{id}:EUR   + what is spent        fee:{method}:EUR, fee:network:EUR, partner:{id}:EUR   - the fees
//	fx:EUR              - what the coins cost  rounding:EUR                                          - what rounding leaves
//	fx:USDC             + the coins            customer:{id}:USDC                                    - the coins
func (s *Service) buy(ctx context.Context, tx Tx, r *Row) error {
	left, err := r.left()
	if err != nil {
		return err
	}
	spent := r.Amount
	if left.Cmp(spent) < 0 { // within what the policy tolerates: the house bears it
		spent = left
	}
	fiat, coin, t := r.Amount.Asset(), r.Coin, r.Terms
	worth, err := t.Tokens.Times(t.Price, fiat, money.HalfEven)
	if err != nil {
		return err
	}
	rest, err := money.Sum(fiat, spent, t.ServiceFee.Neg(), t.NetworkFee.Neg(), t.PartnerFee.Neg(), worth.Neg())
	if err != nil {
		return err
	}
	shared := func(p ledger.Purpose, detail string, a money.Amount) ledger.Entry {
		return ledger.Entry{Account: ledger.Account{Purpose: p, Detail: detail, Asset: a.Asset()}, Amount: a}
	}
	err = s.post(ctx, boughtKey(r.ID), "payment.bought",
		ledger.Entry{Account: customerAccount(r, fiat), Amount: spent},
		shared(ledger.Fee, strings.ToLower(r.Method), t.ServiceFee.Neg()), shared(ledger.Fee, "network", t.NetworkFee.Neg()),
		shared(ledger.Partner, strconv.FormatInt(r.IntegrationID, 10), t.PartnerFee.Neg()),
		shared(ledger.FX, "", worth.Neg()), shared(ledger.Rounding, "", rest.Neg()),
		shared(ledger.FX, "", t.Tokens), ledger.Entry{Account: customerAccount(r, coin), Amount: t.Tokens.Neg()})
	if err != nil {
		return err
	}
	if _, err = s.Ledger.Hold(ctx, ledger.Hold{Key: holdKey(r.ID), Kind: "payment.hold", Account: customerAccount(r, coin), Amount: t.Tokens, By: system}); err != nil {
		return err
	}
	r.Spent, r.Owed = spent.Units(), t.Tokens.Units()
	_, err = s.Payouts.Request(ctx, payout.Order{Key: payoutKey(r.ID), IntegrationID: r.IntegrationID, CustomerID: r.CustomerID, Chain: r.Chain, To: r.Wallet.Address,
		Amount: t.Tokens, Hold: holdKey(r.ID)})
	return err
}

// sell takes a purchase back whose coins were not sent.
func (s *Service) sell(ctx context.Context, r *Row) error {
	if _, err := s.Ledger.Release(ctx, ledger.Release{Key: holdKey(r.ID) + "/released", Kind: "payment.hold_released", Hold: holdKey(r.ID), By: system}); err != nil {
		return err
	}
	if _, err := s.Ledger.Reverse(ctx, ledger.Reversal{Key: boughtKey(r.ID) + "/reversed", Of: boughtKey(r.ID), By: system}); err != nil {
		return err
	}
	r.Spent, r.Owed = 0, 0
	return nil
}

func boughtKey(id string) string { return "payment/" + id + "/bought" }
func holdKey(id string) string   { return "payment/" + id + "/hold" }
func payoutKey(id string) string { return "payment/" + id }
