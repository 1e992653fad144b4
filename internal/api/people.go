package api

import (
	"bytes"
	"context"

	"rampa/internal/api/intake"
	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/paper"
	"rampa/internal/verification"
	"rampa/internal/web"
)

// Delegates takes in customers whom the integration has verified itself.
type Delegates interface {
	RegisterDelegated(ctx context.Context, in customer.Delegated) (customer.Customer, []verification.Problem, error)
}

// ErrDelegatedNotAllowed is for integrations without a reliance agreement.
var ErrDelegatedNotAllowed = errs.New(errs.Forbidden, "delegated_kyc_not_allowed", "There is no reliance agreement with this integration.")

// allows judges the addresses that customers are led back to.
func (a *API) allows(r *request) intake.Allows {
	return func(url string) bool { return a.CallbackRule(r.Integration, url) }
}

// by fills in who registers.
func (r *request) by(in customer.Registration) customer.Registration {
	in.IntegrationID, in.Actor, in.RequestID = r.Integration.ID, r.actor(), web.RequestID(r.Context())
	return in
}

// registerUser is POST /registerUser.
func (a *API) registerUser(ctx context.Context, r *request) (any, error) {
	in, invalid := a.intake.User(r.Fields, a.allows(r))
	if invalid != nil {
		return nil, invalid
	}
	done, err := a.Customers.Register(ctx, r.by(in))
	if err != nil {
		return nil, err
	}
	return wire.OK(registeredUser(done)), nil
}

func registeredUser(r customer.Registered) wire.RegisteredUser {
	return wire.RegisteredUser{ID: r.Customer.ID, UUID: r.Customer.UUID, KYCFormURL: r.LinkURL, Password: r.Password}
}

// renewUserLink is POST /registerUser/{user_id}/link, for whomever /registerUser registers.
func (a *API) renewUserLink(ctx context.Context, r *request) (any, error) {
	id, ok := customerID(r.PathValue("user_id"))
	if !ok {
		return nil, customer.ErrUserNotFound
	}
	done, err := a.Customers.RenewLink(ctx, customer.Renewal{IntegrationID: r.Integration.ID, CustomerID: id, Actor: r.actor(), RequestID: web.RequestID(ctx)})
	if err != nil {
		return nil, err
	}
	return wire.OK(wire.RenewedUserLink{RegisteredUser: registeredUser(done), ExpiresAt: wire.Time(done.Expires)}), nil
}

// prepareDelegated reads the call and its papers. Everything about the fields is told before any paper is looked into.
func (a *API) prepareDelegated(ctx context.Context, r *request) error {
	if !r.Integration.DelegatedKYC {
		return ErrDelegatedNotAllowed
	}
	in, papers, invalid := a.intake.Delegated(r.Fields, a.allows(r))
	if invalid != nil {
		return invalid
	}
	r.brought = in
	r.brought.Registration = r.by(in.Registration)
	for _, p := range papers {
		stashed, err := a.Documents.Stash(ctx, p.Name, bytes.NewReader(p.Content))
		message := refusedPaper(p.Item, err)
		switch {
		case message != "" && invalid == nil:
			invalid = wire.NewInvalid(p.Item, message)
		case message != "":
			invalid.Add(p.Item, message)
		case err != nil:
			return err
		default:
			r.brought.Papers = append(r.brought.Papers, customer.DelegatedPaper{Item: p.Item, Stashed: stashed})
		}
	}
	if invalid != nil {
		return invalid
	}
	return nil
}

// refusedPaper words why a paper was not taken; "" when it was, or when that is our own fault.
func refusedPaper(field string, err error) string {
	rest := map[string]string{paper.ErrTooLarge.Code: "must not be greater than 10240 kilobytes.", paper.ErrTooManyPixels.Code: "has invalid image dimensions.",
		paper.ErrType.Code: "must be a file of type: pdf, jpeg, png, webp.", paper.ErrUnreadable.Code: "must be a file of type: pdf, jpeg, png, webp."}
	switch reason, known := rest[errs.CodeOf(err)]; {
	case err == nil || errs.KindOf(err) != errs.Invalid:
		return ""
	case known:
		return intake.Says(field, reason)
	}
	return intake.NotFile(field)
}

// registerDelegated is POST /registerUser/kyc-delegated.
func (a *API) registerDelegated(ctx context.Context, r *request) (any, error) {
	c, problems, err := a.Delegates.RegisterDelegated(ctx, r.brought)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, intake.Problems(problems, a.Now())
	}
	return wire.OK(wire.DelegatedUser{ID: c.ID, UUID: c.UUID, KYCStatus: c.Status()}), nil
}
