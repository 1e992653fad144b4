// Package limit is what a customer may move: limits by tier, rail and window as data, the uses that count against them,
// and the refusal that names the rule. It must not know payments, customers' files or HTTP.
package limit

import (
	"fmt"
	"time"

	"rampa/internal/errs"
)

// Rail is the way money takes.
type Rail string

// The rails. Any stands for all of them in a rule and cannot be used.
const (
	Any      Rail = "any"
	Card     Rail = "card"
	PSD2     Rail = "psd2"
	Transfer Rail = "transfer"
	PayPal   Rail = "paypal"
	Latam    Rail = "latam"
	Offramp  Rail = "offramp"
)

// Rails are the rails that a use may name.
var Rails = []Rail{Card, PSD2, Transfer, PayPal, Latam, Offramp}

// Window is the time over which uses add up.
type Window string

// The windows. Calendar ones end in the installation's time zone.
const (
	Transaction Window = "transaction" // one transaction alone
	Day         Window = "day"
	Days30      Window = "30_days" // rolling: 30 × 24 hours
	Month       Window = "month"
	Quarter     Window = "quarter"
	Year        Window = "year"
)

// Windows are all windows.
var Windows = []Window{Transaction, Day, Days30, Month, Quarter, Year}

// The codes of refusals, as the partner's wire has them.
const (
	CodeVerification = "require_kyc"
	CodeReinforced   = "kyc_reinforced_required"
	CodeExceeded     = "limit_exceded" // sic
)

// Lift is what would make room for a refused use.
type Lift string

// The ways past a refusal.
const (
	LiftVerification Lift = "verification" // the customer is verified
	LiftDeclaration  Lift = "declaration"  // the enhanced declaration is accepted
	LiftTime         Lift = "time"         // wait until the window makes room
	LiftAmount       Lift = "amount"       // a smaller amount
)

// Rule is one limit of a tier.
type Rule struct {
	Rail   Rail
	Window Window
	Amount int64 // cents; an amount equal to it passes
	Code   string
	Lift   Lift
}

// counts reports whether a use of rail counts under the rule.
func (r Rule) counts(rail Rail) bool { return r.Rail == Any || r.Rail == rail }

// Allowance is what is left of a limit.
type Allowance struct {
	Rail                   Rail
	Window                 Window
	Limit, Used, Remaining int64 // cents; Remaining is never below 0
	Currency               string
	// ResetsAt is when room comes back: the end of a calendar window; in a rolling one the instant in which its oldest use
	// leaves, zero when there is none; zero for a single transaction.
	ResetsAt time.Time
}

// Use is an amount that counts against a customer's limits.
type Use struct {
	CustomerID    int64
	IntegrationID int64
	Tier          int    // the customer's now
	Reference     string // what used it, such as a payment's id: unique on the platform
	Rail          Rail
	Amount        int64 // cents, above 0
	At            time.Time
}

// Refusal says which rule a use breaks and what would lift it. It unwraps to an errs.Error of kind Forbidden with the same
// code.
type Refusal struct {
	Code      string // CodeVerification, CodeReinforced or CodeExceeded
	Tier      int
	Rule      Rule
	Allowance Allowance // as it stands without the use
	Lift      Lift
}

// Error names code and rule, for the log.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: beyond the limit of tier %d for %s per %s", r.Code, r.Tier, r.Rule.Rail, r.Rule.Window)
}

// Unwrap gives the typed error that edges answer.
func (r *Refusal) Unwrap() error {
	return errs.New(errs.Forbidden, r.Code, messages[r.Lift])
}

var messages = map[Lift]string{
	LiftVerification: "The customer must be verified first.",
	LiftDeclaration:  "This is beyond what the customer may move now. An accepted enhanced declaration raises the limit.",
	LiftTime:         "This is beyond what the customer may move now. Try again when the limit is reset.",
	LiftAmount:       "This is beyond what the customer may move at once. Try a smaller amount.",
}

// The errors of this package.
var (
	ErrUse       = errs.New(errs.Invalid, "limit_use_not_valid", "A use needs a customer, a reference, a known rail and an amount above zero.")
	ErrReference = errs.New(errs.Conflict, "limit_reference_taken", "This reference stands for another use already.")
)

// window gives the bounds of the window that at lies in: uses count from start on, and before end; end is zero for none.
// A rolling window starts just after the instant that has left it.
func (w Window) bounds(at time.Time, zone *time.Location) (start, end time.Time) {
	local := at.In(zone)
	year, month, day := local.Date()
	from := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC() }
	switch w {
	case Day:
		return from(year, month, day), from(year, month, day+1)
	case Month:
		return from(year, month, 1), from(year, month+1, 1)
	case Quarter:
		first := (month-1)/3*3 + 1
		return from(year, first, 1), from(year, first+3, 1)
	case Year:
		return from(year, 1, 1), from(year+1, 1, 1)
	}
	return at.Add(-rolling + time.Microsecond), time.Time{}
}

// rolling is the length of Days30.
const rolling = 30 * 24 * time.Hour
