package onramp

import (
	"context"
	"errors"
	"slices"
	"strings"

	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/id"
	"rampa/internal/ledger"
	"rampa/internal/limit"
	"rampa/internal/money"
	"rampa/internal/payout"
	"rampa/internal/psp"
	"rampa/internal/webhook"
)

// giveBack sends all that is left of a payment back to its payer.
func (s *Service) giveBack(ctx context.Context, tx Tx, r *Row, reason Reason, by audit.Actor) error {
	left, err := r.left()
	if err != nil {
		return err
	}
	if left.Sign() > 0 {
		if err := s.refund(ctx, tx, r, left, reason); err != nil {
			return err
		}
	}
	r.Pause, r.Offer = Going, nil
	if err := s.move(ctx, tx, r, GaveBack, by); err != nil {
		return err
	}
	return s.Limits.Release(ctx, useOf(r))
}

// refund sends money back the way it came.
func (s *Service) refund(ctx context.Context, tx Tx, r *Row, amount money.Amount, reason Reason) (err error) {
	now := s.Now()
	back := Refund{ID: id.Alphanumeric(idLength), Amount: amount, Reason: reason, State: RefundRequested, CreatedAt: now, UpdatedAt: now}
	if r.Returned, err = r.Returned.Add(amount); err != nil {
		return err
	}
	if err := s.post(ctx, refundKey(r.ID, back.ID), "payment.refund",
		ledger.Entry{Account: customerAccount(r, amount.Asset()), Amount: amount}, ledger.Entry{Account: refundAccount(r.ID, amount.Asset()), Amount: amount.Neg()}); err != nil {
		return err
	}
	if r.Rail() == limit.Transfer {
		if r.PayerIBAN == "" {
			back.State = RefundFailed
		} else if err := s.Bank.Instruct(ctx, bank.Instruction{Key: refundKey(r.ID, back.ID), AccountID: r.Concept.Account.ID, Name: r.Holder, IBAN: r.PayerIBAN, Amount: amount,
			Remittance: "REFUND " + r.ID, Debit: refundAccount(r.ID, amount.Asset())}); err != nil {
			return err
		}
	} else if err := s.refundCharge(ctx, r, back); err != nil {
		return err
	}
	r.Refunds = append(r.Refunds, back)
	return s.note(ctx, tx, r, act{"payment.refund_requested", system, ""})
}

func (s *Service) refundCharge(ctx context.Context, r *Row, back Refund) error {
	charges, err := s.Providers.OfPayment(ctx, r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(charges, func(c psp.Charge) bool { return c.State == psp.Paid })
	if i < 0 {
		return psp.ErrNotFound
	}
	return s.Providers.Refund(ctx, charges[i].ID, psp.Refund{ID: back.ID, Amount: back.Amount})
}

func refundKey(paymentID, refundID string) string {
	return "payment/" + paymentID + "/refund/" + refundID
}

// refundAccount is what is on its way back to a payment's payer.
func refundAccount(paymentID string, of money.Asset) ledger.Account {
	return ledger.Account{Purpose: ledger.Refund, Detail: paymentID, Asset: of}
}

// RefundMoved follows a refund at a provider; it implements psp.Owner. Done, the provider has the money no more.
func (s *Service) RefundMoved(ctx context.Context, c psp.Charge, moved psp.Refund) error {
	clearing := ledger.Account{Purpose: ledger.Clearing, Detail: c.Provider, Asset: c.Amount.Asset()}
	return s.change(ctx, c.PaymentID, func(ctx context.Context, tx Tx, r *Row) error {
		state := map[psp.RefundState]RefundState{psp.Requested: RefundRequested, psp.Sent: RefundSent, psp.Done: RefundDone, psp.Refused: RefundFailed}[moved.State]
		if state == RefundDone {
			err := s.post(ctx, refundKey(r.ID, moved.ID)+"/done", "payment.refunded",
				ledger.Entry{Account: refundAccount(r.ID, moved.Amount.Asset()), Amount: moved.Amount}, ledger.Entry{Account: clearing, Amount: moved.Amount.Neg()})
			if err != nil {
				return err
			}
		}
		return s.refundIs(ctx, tx, r, moved.ID, state)
	})
}

// Executed tells that the bank has sent an instruction; it implements bank.Payments. The bank has booked it.
func (s *Service) Executed(ctx context.Context, key string) error {
	return s.instructed(ctx, key, RefundDone)
}

// Bounced tells that the bank could not send an instruction, or that it came back.
func (s *Service) Bounced(ctx context.Context, key string) error {
	return s.instructed(ctx, key, RefundFailed)
}

func (s *Service) instructed(ctx context.Context, key string, state RefundState) error {
	rest, ours := strings.CutPrefix(key, "payment/")
	paymentID, refundID, whole := strings.Cut(rest, "/refund/")
	if !ours || !whole {
		return nil // another's instruction
	}
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error { return s.refundIs(ctx, tx, r, refundID, state) })
}

// refundIs sets the state of a refund.
func (s *Service) refundIs(ctx context.Context, tx Tx, r *Row, refundID string, state RefundState) error {
	i := slices.IndexFunc(r.Refunds, func(f Refund) bool { return f.ID == refundID })
	if i < 0 || r.Refunds[i].State == state {
		return errUnchanged
	}
	r.Refunds[i].State, r.Refunds[i].UpdatedAt = state, s.Now()
	if state == RefundDone && r.Status != Refunded { // a part of it: the status does not tell
		if err := s.tell(ctx, tx, r, webhook.PaymentRefunded, r.Status); err != nil {
			return err
		}
	}
	return s.note(ctx, tx, r, act{"payment.refund_" + string(state), system, ""})
}

// Returned follows a transfer that the bank took back; it implements bank.Payments.
func (s *Service) Returned(ctx context.Context, in bank.Receipt) error {
	return s.change(ctx, in.PaymentID, func(ctx context.Context, tx Tx, r *Row) error {
		return s.takenBack(ctx, tx, r, receipt{reference: in.TransactionID, amount: in.Amount, by: audit.System("bank"),
			source: ledger.Account{Purpose: ledger.Suspense, Detail: in.Account.IBAN, Asset: in.Amount.Asset()}}, ReasonReturned)
	})
}

// takenBack books money that was taken from us again. Coins that are not on their way stay with us; what those cost that are sent
// is our loss.
func (s *Service) takenBack(ctx context.Context, tx Tx, r *Row, in receipt, reason Reason) (err error) {
	if r.Owed > 0 {
		cancelled, err := s.Payouts.Cancel(context.WithValue(ctx, ownCancel{}, true), payoutKey(r.ID), in.by)
		if err != nil {
			return err
		}
		if cancelled {
			if err := s.sell(ctx, r); err != nil {
				return err
			}
		}
	}
	left, err := r.left()
	if err != nil {
		return err
	}
	from := customerAccount(r, in.amount.Asset())
	if left.Cmp(in.amount) < 0 {
		from = ledger.Account{Purpose: ledger.Fee, Detail: string(reason), Asset: in.amount.Asset()}
		r.Spent = max(0, r.Spent-in.amount.Units())
	}
	if err := s.post(ctx, "payment/"+r.ID+"/"+string(reason)+"/"+in.reference, "payment."+string(reason),
		ledger.Entry{Account: from, Amount: in.amount}, ledger.Entry{Account: in.source, Amount: in.amount.Neg()}); err != nil {
		return err
	}
	if r.Returned, err = r.Returned.Add(in.amount); err != nil {
		return err
	}
	now := s.Now()
	r.Refunds = append(r.Refunds, Refund{ID: id.Alphanumeric(idLength), Amount: in.amount, Reason: reason, State: RefundDone, CreatedAt: now, UpdatedAt: now})
	r.Pause, r.Offer = Going, nil
	if err := s.move(ctx, tx, r, GaveBack, in.by); err != nil && !errors.Is(err, ErrMove) {
		return err
	}
	return s.Limits.Release(ctx, useOf(r))
}

// ownCancel marks the context of a payout that this package itself cancels: it knows.
type ownCancel struct{}

// PayoutMoved follows a payment's payout; it implements payout.Owner.
func (s *Service) PayoutMoved(ctx context.Context, p payout.Payout) error {
	paymentID, ours := strings.CutPrefix(p.Key, "payment/")
	if !ours || ctx.Value(ownCancel{}) != nil || p.State == payout.Seen {
		return nil
	}
	by := audit.System("payout")
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		switch p.State {
		case payout.Final:
			r.Owed, r.TxHash = 0, p.Hash
			if r.Status != PaymentReceived { // its money was taken back meanwhile
				return s.note(ctx, tx, r, act{"payment.coins_sent", by, ""})
			}
			return s.move(ctx, tx, r, Delivered, by)
		case payout.Broadcast:
			if r.Owed > 0 {
				return errUnchanged
			}
			r.Owed, r.TxHash = p.Amount.Units(), ""
			if err := s.move(ctx, tx, r, Undone, by); !errors.Is(err, ErrMove) {
				return err
			}
			return nil
		case payout.Failed, payout.Cancelled:
			if r.Owed == 0 {
				return errUnchanged
			}
			if err := s.sell(ctx, r); err != nil {
				return err
			}
			if r.Status != PaymentReceived {
				return s.note(ctx, tx, r, act{"payment.coins_not_sent", by, ""})
			}
			return s.giveBack(ctx, tx, r, ReasonUnsent, by)
		}
		return errUnchanged
	})
}
