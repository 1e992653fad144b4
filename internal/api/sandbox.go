package api

import (
	"context"
	"time"

	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/web"
)

// Reviews decides files at the sandbox's own call.
type Reviews interface {
	Force(ctx context.Context, integrationID, customerID int64, v customer.Forced) (customer.Customer, error)
}

// SandboxClock is the clock that sandbox calls read and move.
type SandboxClock interface {
	State() (now time.Time, frozen bool)
	Advance(ctx context.Context, by time.Duration) error // answers when every job due by then has run
	Freeze(ctx context.Context) error
	Resume(ctx context.Context) error
}

func (a *API) sandboxRoutes() []route {
	return []route{
		get("/sandbox/clock", wire.Business, nil, a.readClock),
		post("/sandbox/clock", wire.Business, clockRules, a.moveClock).with(keyless),
		post("/sandbox/kyc", wire.Business, sandboxKYCRules, a.decideKYC),
	}
}

func (a *API) readClock(context.Context, *request) (any, error) {
	now, frozen := a.Clock.State()
	return wire.OK(wire.Clock{Now: wire.Time(now), Frozen: frozen}), nil
}

const longestAdvance = 10 * 366 * 24 * time.Hour

var clockRules = wire.Rules{{"advance", "nullable|string|max:64"}, {"freeze", "nullable|in:1,0,true,false"}, {"resume", "nullable|in:1,0,true,false"}}

// moveClock is POST /sandbox/clock: exactly one of advance, freeze and resume.
func (a *API) moveClock(ctx context.Context, r *request) (any, error) {
	freeze, resume := isTrue(r.Fields, "freeze"), isTrue(r.Fields, "resume")
	advance := r.Fields.String("advance")
	by, err := time.ParseDuration(advance)
	switch {
	case advance == "" && !freeze && !resume:
		return nil, wire.NewInvalid("advance", "The advance field is required when freeze / resume is not present.")
	case advance != "" && (err != nil || by <= 0 || by > longestAdvance):
		return nil, wire.NewInvalid("advance", "The advance field must be a duration forward in time, such as 2160h or 90m, of at most ten years.")
	case freeze && resume:
		return nil, wire.NewInvalid("freeze", "The freeze field cannot be combined with resume.")
	}
	if freeze {
		err = a.Clock.Freeze(ctx)
	} else if resume {
		err = a.Clock.Resume(ctx)
	}
	if advance != "" {
		err = a.Clock.Advance(ctx, by)
	}
	if err != nil && (freeze || resume || advance != "") {
		return nil, err
	}
	now, frozen := a.Clock.State()
	return wire.OK(wire.Clock{Now: wire.Time(now), Frozen: frozen}), nil
}

// isTrue reads a switch: true as JSON has it, true or 1 as a form writes it.
func isTrue(f wire.Fields, name string) bool {
	text := f.Get(name).Cast()
	return text == "1" || text == "true"
}

var sandboxKYCRules = wire.Rules{
	{"user_id", "required|integer"},
	{"decision", "required|in:valid,fail,retry,processing"},
	{"reasons", "nullable|array"},
}

// decideKYC is POST /sandbox/kyc.
func (a *API) decideKYC(ctx context.Context, r *request) (any, error) {
	id, _ := r.Fields.Int("user_id")
	c, err := a.Reviews.Force(ctx, r.Integration.ID, id, customer.Forced{Decision: r.Fields.String("decision"), Reasons: r.Fields.Strings("reasons"),
		Actor: r.actor(), RequestID: web.RequestID(ctx)})
	if err != nil {
		return nil, err
	}
	return wire.OK(wire.SandboxKYC{UserID: c.ID, KYCStatus: c.Status()}), nil
}
