package api

import (
	"bytes"
	"context"
	"io"

	"rampa/internal/api/attachment"
	"rampa/internal/api/intake"
	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/limit"
	"rampa/internal/onboarding"
	"rampa/internal/web"
)

// Documents keeps the papers that integrations bring.
type Documents interface {
	Stash(ctx context.Context, name string, body io.Reader) (customer.Stashed, error)
	Discard(ctx context.Context, papers ...customer.Stashed)
	Owns(ctx context.Context, integrationID, customerID int64) error
	AddEvidence(ctx context.Context, e customer.Evidence) (documentID string, err error)
}

// errInvalidFile is every reason why a document is not taken.
var errInvalidFile = errs.New(errs.Invalid, "invalid_file", "The file is none that is taken.")

var documentRules = wire.MustRules(wire.Rules{
	{"type", "required|in:onboarding_form,bank_statement,payslip,employment_contract,tax_return,tax_certificate,company_accounts,dividend_statement," +
		"investment_statement,crypto_wallet_statement,sale_of_property,sale_of_vehicle,sale_of_company_shares,inheritance_document,gift_declaration," +
		"loan_agreement,savings_evidence,invoice,freelance_income_evidence,pension_statement,unemployment_benefit_statement," +
		"source_of_funds_declaration,other"},
	{"file", "required"},
})

// prepareDocument judges the call, whose customer it is, and then the file: in this order, so that nobody learns or fetches
// anything by a customer who is not theirs.
func (a *API) prepareDocument(ctx context.Context, r *request) error {
	invalid := documentRules.Check(r.Fields)
	file := r.Fields.Get("file")
	if !file.Empty() && !attachment.IsText(file) && file.Upload() == nil {
		if invalid == nil {
			invalid = &wire.Invalid{}
		}
		invalid.Add("file", intake.Says("file", "must be a string."))
	}
	if invalid != nil {
		return invalid
	}
	id, ok := customerID(r.PathValue("user_id"))
	if !ok {
		return customer.ErrUserNotFound
	}
	if err := a.Documents.Owns(ctx, r.Integration.ID, id); err != nil {
		return err
	}
	f, err := a.content(ctx, file)
	if err != nil {
		return err
	}
	stashed, err := a.Documents.Stash(ctx, f.Name, bytes.NewReader(f.Content))
	if errs.KindOf(err) == errs.Invalid {
		return errInvalidFile.Because(err)
	}
	if err != nil {
		return err
	}
	r.brought.Papers = []customer.DelegatedPaper{{Stashed: stashed}}
	return nil
}

// content gives what is in a field, or at the address that it names.
func (a *API) content(ctx context.Context, v wire.Value) (attachment.File, error) {
	address := attachment.URL(v)
	if address == "" {
		f, err := attachment.Read(v)
		if err != nil {
			err = errInvalidFile.Because(err)
		}
		return f, err
	}
	content, err := a.Fetch(ctx, address)
	if errs.KindOf(err) == errs.Invalid {
		err = errInvalidFile.Because(err)
	}
	return attachment.File{Content: content}, err
}

// addDocument is POST /customers/{user_id}/documents.
func (a *API) addDocument(ctx context.Context, r *request) (any, error) {
	id, _ := customerID(r.PathValue("user_id"))
	documentID, err := a.Documents.AddEvidence(ctx, customer.Evidence{IntegrationID: r.Integration.ID, CustomerID: id, Type: r.Fields.String("type"),
		Paper: r.brought.Papers[0].Stashed, Actor: r.actor(), RequestID: web.RequestID(ctx)})
	if err != nil {
		return nil, err
	}
	return wire.OK(wire.Document{DocumentID: documentID}), nil
}

// Allowances tells what a customer may still move.
type Allowances interface {
	Remaining(ctx context.Context, customerID int64, tier int) ([]limit.Allowance, error)
}

// customerLimits is GET /customers/{user_id}/limits.
func (a *API) customerLimits(ctx context.Context, r *request) (any, error) {
	id, ok := customerID(r.PathValue("user_id"))
	if !ok {
		return nil, customer.ErrUserNotFound
	}
	c, err := a.Customers.Find(ctx, r.Integration.ID, customer.Lookup{ID: id})
	if err != nil {
		return nil, err
	}
	limits, err := a.allowances(ctx, &c)
	if err != nil {
		return nil, err
	}
	return wire.OK(wire.CustomerLimits{Tier: c.Tier, Limits: limits}), nil
}

func (a *API) allowances(ctx context.Context, c *customer.Customer) (wire.List[wire.Allowance], error) {
	left, err := a.Allowances.Remaining(ctx, c.ID, c.Tier)
	if err != nil {
		return nil, err
	}
	out := make(wire.List[wire.Allowance], len(left))
	for i, l := range left {
		if c.Banned() {
			l.Remaining = 0 // whatever the tier would leave
		}
		out[i] = wire.Allowance{Rail: string(l.Rail), Window: string(l.Window), Limit: wire.Cents(l.Limit), Used: wire.Cents(l.Used), Remaining: wire.Cents(l.Remaining),
			Currency: l.Currency}
		if !l.ResetsAt.IsZero() {
			at := wire.Time(l.ResetsAt)
			out[i].ResetsAt = &at
		}
	}
	return out, nil
}

// Declarations begins enhanced declarations.
type Declarations interface {
	Begin(ctx context.Context, in onboarding.Start) (onboarding.Begun, error)
}

var onboardingRules = wire.Rules{{"user_id", "required|integer"}}

// beginDeclaration is POST /onboarding-form.
func (a *API) beginDeclaration(ctx context.Context, r *request) (any, error) {
	id, _ := r.Fields.Int("user_id")
	if id <= 0 {
		return nil, customer.ErrUserNotFound
	}
	begun, err := a.Declarations.Begin(ctx, onboarding.Start{IntegrationID: r.Integration.ID, CustomerID: id, Actor: r.actor(), RequestID: web.RequestID(ctx)})
	if err != nil {
		return nil, err
	}
	return wire.OK(wire.OnboardingLink{OnboardingLink: begun.URL, ExpiresAt: wire.Time(begun.ExpiresAt)}), nil
}
