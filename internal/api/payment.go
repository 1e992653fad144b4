package api

import (
	"context"
	"errors"

	"rampa/internal/api/trading"
	"rampa/internal/api/wire"
	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/limit"
	"rampa/internal/onboarding"
	"rampa/internal/onramp"
	"rampa/internal/quote"
	"rampa/internal/web"
)

// Payments is the on-ramp: onramp.Service.
type Payments interface {
	Create(ctx context.Context, c onramp.Creation) (onramp.Payment, error)
	Find(ctx context.Context, integrationID int64, paymentID string) (onramp.Payment, error)
	List(ctx context.Context, q onramp.Query, cursor string) (onramp.List, error)
	Addresses(p *onramp.Payment) (gateway, page, qr string)
}

func (a *API) paymentRoutes() []route {
	return []route{
		post("/createPayment", wire.Business, nil, a.createPayment).telling(a.explain),
		post("/createGuidedPayment", wire.Business, nil, a.createGuided).telling(a.explain),
		get("/payment/{id}", wire.Business, nil, a.payment),
		get("/payments", wire.Business, trading.ListRules, a.listPayments),
	}
}

// createPayment is POST /createPayment.
func (a *API) createPayment(ctx context.Context, r *request) (any, error) {
	p, err := a.create(ctx, r, false)
	if err != nil {
		return nil, err
	}
	gateway, _, qr := a.Payments.Addresses(&p)
	if p.Concept != nil {
		return trading.TransferredOf(&p, qr), nil
	}
	return trading.Created{Status: "success", Message: "payment_created", Data: trading.Redirected{URLPayment: gateway, PaymentID: p.ID}}, nil
}

// createGuided is POST /createGuidedPayment.
func (a *API) createGuided(ctx context.Context, r *request) (any, error) {
	p, err := a.create(ctx, r, true)
	if err != nil {
		return nil, err
	}
	_, page, _ := a.Payments.Addresses(&p)
	return trading.Created{Status: "success", Message: "guided_payment_created",
		Data: trading.Guided{PaymentID: p.ID, GatewayURL: page, ExternalID: wire.Optional(p.ExternalID)}}, nil
}

func (a *API) create(ctx context.Context, r *request, guided bool) (onramp.Payment, error) {
	if invalid := trading.Order.Check(r.Fields); invalid != nil {
		return onramp.Payment{}, invalid
	}
	if callback := r.Fields.String("callback_url"); callback != "" && !a.CallbackRule(r.Integration, callback) {
		return onramp.Payment{}, wire.NewInvalid("callback_url", "The selected callback url is invalid.")
	}
	c, err := trading.Creation(r.Fields, a.project(r), guided)
	if err != nil {
		return onramp.Payment{}, err
	}
	c.IntegrationID, c.Actor, c.RequestID = r.Integration.ID, r.actor(), web.RequestID(ctx)
	p, err := a.Payments.Create(ctx, c)
	return p, trading.TooMuch("fiat_amount", err)
}

// explain adds to an error of a new payment what the caller needs to get past it. It runs when the call's transaction is over: the link
// to a declaration is made here.
func (a *API) explain(ctx context.Context, r *request, err error) error {
	var told *wire.Told
	kind := errs.KindOf(err)
	if errors.As(err, &told) || errors.As(err, new(*wire.Invalid)) || kind == errs.Internal || kind == errs.Locked {
		return err
	}
	told = &wire.Told{Err: err}
	if below, ok := errors.AsType[*quote.Below](err); ok {
		told.Message = "The minimum purchase is " + below.Least.String() + "."
	}
	refusal, ok := errors.AsType[*onramp.Refusal](err)
	if !ok {
		return told
	}
	switch refusal.Code {
	case limit.CodeVerification:
		link, err := a.Forms.FormAddress(ctx, refusal.Customer)
		if err != nil {
			return err
		}
		told.Data = link
	case limit.CodeReinforced:
		begun, err := a.Declarations.Begin(ctx, onboarding.Start{IntegrationID: r.Integration.ID, CustomerID: refusal.Customer.ID, Actor: r.actor(), RequestID: web.RequestID(ctx)})
		if err != nil {
			return err
		}
		told.Data = wire.OnboardingLink{OnboardingLink: begun.URL, ExpiresAt: wire.Time(begun.ExpiresAt)}
	}
	return told
}

// Forms gives the address of a customer's verification form.
type Forms interface {
	FormAddress(ctx context.Context, c customer.Customer) (string, error)
}

// payment is GET /payment/{id}.
func (a *API) payment(ctx context.Context, r *request) (any, error) {
	p, err := a.Payments.Find(ctx, r.Integration.ID, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return wire.OK(trading.PaymentOf(&p)), nil
}

// listPayments is GET /payments.
func (a *API) listPayments(ctx context.Context, r *request) (any, error) {
	page := wire.PageOf(r.Fields)
	q := trading.Query(r.Fields)
	q.IntegrationID, q.Offset, q.Limit = r.Integration.ID, page.Offset(), page.PerPage
	list, err := a.Payments.List(ctx, q, r.Fields.String("cursor"))
	if errors.Is(err, cursor.ErrInvalid) {
		return nil, wire.NewInvalid("cursor", "The selected cursor is invalid.")
	}
	if err != nil {
		return nil, err
	}
	rows := make([]trading.Payment, len(list.Payments))
	for i := range list.Payments {
		rows[i] = trading.PaymentOf(&list.Payments[i])
	}
	return wire.Page(rows, page.Of(list.Total, list.Capped, list.Next)), nil
}
