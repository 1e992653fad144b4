package api

import (
	"context"

	"rampa/internal/api/trading"
	"rampa/internal/api/wire"
	"rampa/internal/onramp"
)

// Plays is what the world does to payments in a sandbox.
type Plays interface {
	// Play makes a payment of the integration paid, declined or charged back.
	Play(ctx context.Context, integrationID int64, p trading.Played) (onramp.Payment, error)
	// Transfer books transfers on an account of the integration, and gives their ids.
	Transfer(ctx context.Context, integrationID int64, t trading.Incoming) ([]string, error)
	// Return takes a transfer back, and gives the id of what does.
	Return(ctx context.Context, integrationID int64, transactionID string) (string, error)
}

func (a *API) playRoutes() []route {
	return []route{
		post("/sandbox/payment", wire.Business, trading.PlayRules, a.playPayment),
		post("/sandbox/bank-transfer", wire.Business, trading.TransferRules, a.playTransfer),
		post("/sandbox/bank-return", wire.Business, wire.Rules{{"transaction_id", "required|string|max:64"}}, a.playReturn),
	}
}

// playPayment is POST /sandbox/payment.
func (a *API) playPayment(ctx context.Context, r *request) (any, error) {
	f := r.Fields
	in := trading.Played{PaymentID: f.String("payment_id"), Outcome: f.String("outcome"), Holder: f.String("holder")}
	if f.Has("amount") {
		p, err := a.Payments.Find(ctx, r.Integration.ID, in.PaymentID)
		if err != nil {
			return nil, err
		}
		if in.Amount, err = wire.Amount(f, "amount", p.Amount.Asset()); err != nil {
			return nil, err
		}
	}
	p, err := a.Plays.Play(ctx, r.Integration.ID, in)
	if err != nil {
		return nil, err
	}
	return wire.OK(trading.Moved{PaymentID: p.ID, PaymentStatus: string(p.Status)}), nil
}

// playTransfer is POST /sandbox/bank-transfer.
func (a *API) playTransfer(ctx context.Context, r *request) (any, error) {
	in, err := trading.IncomingOf(r.Fields, a.project(r))
	if err != nil {
		return nil, err
	}
	ids, err := a.Plays.Transfer(ctx, r.Integration.ID, in)
	if err != nil {
		return nil, err
	}
	return wire.OK(trading.Booked{TransactionIDs: ids}), nil
}

// playReturn is POST /sandbox/bank-return.
func (a *API) playReturn(ctx context.Context, r *request) (any, error) {
	id, err := a.Plays.Return(ctx, r.Integration.ID, r.Fields.String("transaction_id"))
	if err != nil {
		return nil, err
	}
	return wire.OK(trading.Returned{TransactionID: id}), nil
}
