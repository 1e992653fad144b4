package onramp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/errs"
	"rampa/internal/ledger"
	"rampa/internal/limit"
	"rampa/internal/money"
	"rampa/internal/monitor"
	"rampa/internal/price"
	"rampa/internal/psp"
	"rampa/internal/quote"
)

// receipt is money that came in for a payment.
type receipt struct {
	reference string // of what brought it: unique for the payment
	source    ledger.Account
	amount    money.Amount
	at        time.Time // when it was booked
	holder    string
	iban      string
	by        audit.Actor
}

// Receive takes a transfer that came in; it implements bank.Payments.
func (s *Service) Receive(ctx context.Context, in bank.Receipt) error {
	return s.change(ctx, in.PaymentID, func(ctx context.Context, tx Tx, r *Row) error {
		return s.receive(ctx, tx, r, receipt{reference: in.TransactionID, source: ledger.Account{Purpose: ledger.Suspense, Detail: in.Account.IBAN, Asset: in.Amount.Asset()},
			amount: in.Amount, at: in.BookedAt, holder: in.PayerName, iban: in.PayerIBAN, by: audit.System("bank")})
	})
}

// ChargeMoved follows a charge at a provider; it implements psp.Owner.
func (s *Service) ChargeMoved(ctx context.Context, c psp.Charge) error {
	by := audit.System("psp/" + c.Provider)
	clearing := ledger.Account{Purpose: ledger.Clearing, Detail: c.Provider, Asset: c.Amount.Asset()}
	return s.change(ctx, c.PaymentID, func(ctx context.Context, tx Tx, r *Row) error {
		switch c.State {
		case psp.Pending:
			return orUnchanged(s.move(ctx, tx, r, Announced, by))
		case psp.Paid:
			return s.receive(ctx, tx, r, receipt{reference: c.ID, source: clearing, amount: c.Collected, at: c.UpdatedAt, holder: c.Holder, by: by})
		case psp.Declined:
			if err := s.move(ctx, tx, r, Refused, by); err != nil {
				return orUnchanged(err)
			}
			return s.Limits.Release(ctx, useOf(r))
		case psp.ChargedBack:
			return s.takenBack(ctx, tx, r, receipt{reference: c.ID, source: clearing, amount: c.Collected, by: by}, ReasonChargeback)
		}
		return errUnchanged
	})
}

// orUnchanged makes a move that the status does not take one that changes nothing.
func orUnchanged(err error) error {
	if errors.Is(err, ErrMove) {
		return errUnchanged
	}
	return err
}

// receive books money and lets the payment go on when what is due is there.
func (s *Service) receive(ctx context.Context, tx Tx, r *Row, in receipt) (err error) {
	if in.amount.Asset() != r.Amount.Asset() {
		return errs.New(errs.Conflict, "payment_currency", "The money is of another currency than the payment.")
	}
	if err := s.post(ctx, "payment/"+r.ID+"/received/"+in.reference, "payment.received", s.fiatOf(r, in.amount), ledger.Entry{Account: in.source, Amount: in.amount}); err != nil {
		return err
	}
	if r.Received, err = r.Received.Add(in.amount); err != nil {
		return err
	}
	r.Source = in.source.Code()
	if in.holder != "" {
		r.Holder = in.holder
	}
	if in.iban != "" {
		r.PayerIBAN = in.iban
	}
	third, err := s.strange(ctx, r)
	if err != nil {
		return err
	}
	if err := s.label(ctx, tx, r, facts{in.at, third}); err != nil {
		return err
	}
	return s.settle(ctx, tx, r, in)
}

// strange reports whether the payer's name is clearly another's than the customer's.
func (s *Service) strange(ctx context.Context, r *Row) (bool, error) {
	if r.Holder == "" {
		return false, nil
	}
	buyer, err := s.buyer(ctx, r.IntegrationID, r.CustomerID)
	return err == nil && clearlyAnother(r.Holder, buyer.Name), err
}

// settle decides what the money that is there means.
func (s *Service) settle(ctx context.Context, tx Tx, r *Row, in receipt) error {
	left, err := r.left()
	if err != nil {
		return err
	}
	if r.Spent > 0 || r.Status == Refunded || r.Status == PaymentReceived || r.Status == CoinsSent { // it is paid: this is too much, or too late
		reason := ReasonOver
		if r.Status == Refunded {
			reason = ReasonLate
		} else if r.Spent == 0 { // paid and waiting: the excess is seen to when it goes on
			return nil
		}
		return s.excess(ctx, tx, r, reason)
	}
	short, err := s.short(r, left)
	if err != nil {
		return err
	}
	late := r.Status == Expired || r.Status == Rejected
	switch {
	case short && !late:
		return nil // it waits for the rest
	case short, late && s.Policy.Late == Refuse:
		return s.giveBack(ctx, tx, r, ReasonLate, in.by)
	case slices.Contains(r.Labels, ThirdParty) && s.Policy.ThirdParty == Refuse:
		return s.giveBack(ctx, tx, r, ReasonThirdParty, in.by)
	}
	if late {
		if err := s.count(ctx, r); err != nil {
			return err
		}
	}
	r.Pause = Going
	if late && s.Policy.Late == Look {
		r.Pause = ReviewNeeded
	}
	if err := s.move(ctx, tx, r, PaidUp, in.by); err != nil {
		return err
	}
	if r.Pause == ReviewNeeded {
		return nil
	}
	if err := s.observe(ctx, r, in.at); err != nil {
		return err
	}
	return s.proceed(ctx, tx, r, in.at)
}

// short reports whether more is missing than the policy tolerates.
func (s *Service) short(r *Row, left money.Amount) (bool, error) {
	tolerated, err := r.Amount.Percent(s.Policy.UnderTolerance, money.Down)
	if err != nil {
		return false, err
	}
	least, err := r.Amount.Sub(tolerated)
	return left.Cmp(least) < 0 || left.Sign() <= 0, err
}

// count lets a payment count against the limits again that was over: money that came counts, whether it fits or not.
func (s *Service) count(ctx context.Context, r *Row) error {
	u, err := s.use(ctx, r)
	if err != nil {
		return ignoreUnpriced(err)
	}
	return s.Limits.Record(ctx, u)
}

func (s *Service) use(ctx context.Context, r *Row) (limit.Use, error) {
	cents, err := s.euros(ctx, r.Amount)
	return limit.Use{CustomerID: r.CustomerID, IntegrationID: r.IntegrationID, Reference: useOf(r), Rail: r.Rail(), Amount: cents, At: s.Now()}, err
}

// useOf names a payment's use of the limits.
func useOf(r *Row) string { return r.ID + "/" + strings.ToLower(r.Method) }

// ignoreUnpriced forgets that an amount cannot be told in euros now: money that came is not sent away for that.
func ignoreUnpriced(err error) error {
	if errors.Is(err, price.ErrUnavailable) {
		return nil
	}
	return err
}

// observe lets monitoring look at the money. What it holds is found by whoever asks whether the customer is held.
func (s *Service) observe(ctx context.Context, r *Row, at time.Time) error {
	cents, err := s.euros(ctx, r.Amount)
	if err != nil {
		return ignoreUnpriced(err)
	}
	_, err = s.Watch.Observe(ctx, monitor.Transaction{CustomerID: r.CustomerID, IntegrationID: r.IntegrationID, Reference: r.ID, Rail: r.Rail(), Direction: monitor.In,
		Amount: cents, At: at})
	return err
}

// proceed takes a paid payment as far as it can go: to its payout, or to what it must wait for. arrived is when the money came;
// zero for one that waited since.
func (s *Service) proceed(ctx context.Context, tx Tx, r *Row, arrived time.Time) error {
	pause, err := s.pause(ctx, r, arrived)
	if err != nil {
		return err
	}
	switch {
	case pause == refundNow:
		return s.giveBack(ctx, tx, r, ReasonPrice, system)
	case pause != Going:
		if pause == PriceMoved && r.Pause != PriceMoved || pause == PriceMoved && r.DueAt.IsZero() {
			r.DueAt = s.Now().Add(s.Policy.Answer)
		}
		changed := pause != r.Pause
		r.Pause = pause
		r.DueAt = s.due(r)
		if changed {
			return s.note(ctx, tx, r, act{"payment.paused", system, ""})
		}
		return nil
	}
	r.Pause, r.Offer = Going, nil
	if err := s.buy(ctx, tx, r); err != nil {
		return err
	}
	r.DueAt = time.Time{}
	return s.excess(ctx, tx, r, ReasonOver)
}

// refundNow is no pause: the policy gives the money back.
const refundNow Pause = "refund"

// pause says what a paid payment must wait for.
func (s *Service) pause(ctx context.Context, r *Row, arrived time.Time) (Pause, error) {
	if r.Wallet.Address == "" {
		return WalletNeeded, nil
	}
	if slices.Contains(r.Labels, ThirdParty) && s.Policy.ThirdParty == Look && !r.Cleared {
		return ReviewNeeded, nil
	}
	buyer, err := s.buyer(ctx, r.IntegrationID, r.CustomerID)
	if err != nil {
		return Going, err
	}
	held, err := s.Watch.Held(ctx, r.CustomerID)
	if err != nil {
		return Going, err
	}
	if held || buyer.Banned() {
		return ReviewNeeded, nil
	}
	if needs, err := s.needsProof(ctx, r); err != nil || needs {
		return ProofNeeded, ignoreUnpriced(err)
	}
	return s.priced(ctx, r, arrived)
}

// priced holds the payment's price against the day: alive when the money came, or moved by no more than the policy tolerates, it is
// honoured.
func (s *Service) priced(ctx context.Context, r *Row, arrived time.Time) (Pause, error) {
	if r.Agreed || !arrived.IsZero() && arrived.Before(r.Terms.Until) {
		r.Agreed = true // whatever else it waits for, this price holds
		return Going, nil
	}
	today, err := s.today(ctx, r)
	if code := errs.KindOf(err); err != nil && code != errs.Internal {
		r.Offer = nil
		return PriceMoved, nil // no price now: the sweep asks again
	}
	if err != nil {
		return Going, err
	}
	switch {
	case r.Terms.Price.Deviation(today.Price) <= s.Policy.PriceTolerance:
		r.Agreed = true
		return Going, nil
	case s.Policy.PriceBeyond == Refuse:
		return refundNow, nil
	case s.Policy.PriceBeyond == Requote:
		r.Terms, r.Agreed = today, true
		return Going, nil
	}
	r.Offer = &today
	return PriceMoved, nil
}

// today is what the payment would get now.
func (s *Service) today(ctx context.Context, r *Row) (Terms, error) {
	project, err := s.project(ctx, r.IntegrationID)
	if err != nil {
		return Terms{}, err
	}
	q, err := s.Quotes.Buy(ctx, project, quote.Order{Want: asset.Want{Fiat: r.Amount.Asset().Code, Symbol: r.Coin.Code, Chain: r.Chain, Method: r.Method}, Spend: r.Amount})
	if err != nil {
		return Terms{}, err
	}
	return termsOf(q, s.Now()), nil
}

// project is the matrix as a payment's integration may use it.
func (s *Service) project(ctx context.Context, integrationID int64) (*asset.Project, error) {
	b, err := s.Store.BrandOf(ctx, integrationID)
	return s.Quotes.Project(b.IntegrationUUID, b.Name), err
}

// excess gives back what is left when all that is due was spent.
func (s *Service) excess(ctx context.Context, tx Tx, r *Row, reason Reason) error {
	left, err := r.left()
	if err != nil || left.Sign() <= 0 {
		return err
	}
	if reason == ReasonOver && s.Policy.OverExcess == Look {
		return s.note(ctx, tx, r, act{"payment.excess_kept", system, ""})
	}
	return s.refund(ctx, tx, r, left, reason)
}
