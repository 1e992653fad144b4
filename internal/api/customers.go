package api

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"rampa/internal/api/wire"
	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/identity"
	"rampa/internal/verification"
	"rampa/internal/web"
)

// Customers is what the API asks of package customer.
type Customers interface {
	Register(ctx context.Context, in customer.Registration) (customer.Registered, error)
	RenewLink(ctx context.Context, in customer.Renewal) (customer.Registered, error)
	Standing(ctx context.Context, integrationID, customerID int64) (customer.Standing, error)
	List(ctx context.Context, q customer.Query, cursor string) (customer.List, error)
	Find(ctx context.Context, integrationID int64, by customer.Lookup) (customer.Customer, error)
}

func (a *API) routes() []route {
	all := []route{
		post("/authenticate", wire.Business, authenticateRules, a.authenticate).with(open | keyless),
		post("/register/company", wire.Business, registerRules, a.registerCompany),
		post("/register/company/{user_id}/link", wire.Business, nil, a.renewLink),
		post("/registerUser", wire.Business, nil, a.registerUser),
		post("/registerUser/{user_id}/link", wire.Business, nil, a.renewUserLink),
		post("/registerUser/kyc-delegated", wire.Business, nil, a.registerDelegated).bringing(delegatedLimit, a.prepareDelegated),
		get("/kyc/check", wire.Business, checkRules, a.checkKYC),
		post("/onboarding-form", wire.Business, onboardingRules, a.beginDeclaration),
		post("/customers/{user_id}/documents", wire.REST, nil, a.addDocument).bringing(documentLimit, a.prepareDocument),
		get("/customers/{user_id}/limits", wire.Business, nil, a.customerLimits),
		get("/customers/list", wire.Business, listRules, a.listCustomers),
		get("/users/find", wire.REST, findRules, a.findUser),
	}
	all = append(all, a.marketRoutes()...)
	all = append(all, a.paymentRoutes()...)
	if a.Clock != nil {
		all = append(all, a.sandboxRoutes()...)
		all = append(all, a.playRoutes()...)
	}
	return all
}

var registerRules = wire.Rules{
	{"email", "required|email|max:254"},
	{"company_name", "required|string|max:255"},
	{"country", "nullable|string|size:2"},
	{"external_id", "nullable|string|max:255"},
	{"callback_url", "nullable|url|max:2048"},
}

// registerCompany is POST /register/company.
func (a *API) registerCompany(ctx context.Context, r *request) (any, error) {
	f := r.Fields
	country := strings.ToUpper(f.String("country"))
	if country != "" && !a.Countries(country) {
		return nil, wire.NewInvalid("country", "The selected country is invalid.")
	}
	callback := f.String("callback_url")
	if callback != "" && !a.CallbackRule(r.Integration, callback) {
		return nil, wire.NewInvalid("callback_url", "The selected callback url is invalid.")
	}
	done, err := a.Customers.Register(ctx, customer.Registration{IntegrationID: r.Integration.ID, Kind: customer.Company, Email: f.String("email"), Name: f.String("company_name"),
		Country: country, ExternalID: f.String("external_id"), CallbackURL: callback, Actor: r.actor(), RequestID: web.RequestID(ctx)})
	if err != nil {
		return nil, err
	}
	return wire.OK(registered(done)), nil
}

func registered(r customer.Registered) wire.RegisteredCompany {
	return wire.RegisteredCompany{ID: r.Customer.ID, UUID: r.Customer.UUID, KYBLink: r.LinkURL, Password: r.Password}
}

// renewLink is POST /register/company/{user_id}/link.
func (a *API) renewLink(ctx context.Context, r *request) (any, error) {
	id, ok := customerID(r.PathValue("user_id"))
	if !ok {
		return nil, customer.ErrUserNotFound
	}
	done, err := a.Customers.RenewLink(ctx, customer.Renewal{IntegrationID: r.Integration.ID, CustomerID: id, Kind: customer.Company,
		Actor: r.actor(), RequestID: web.RequestID(ctx)})
	if err != nil {
		return nil, err
	}
	return wire.OK(wire.RenewedLink{RegisteredCompany: registered(done), ExpiresAt: wire.Time(done.Expires)}), nil
}

func customerID(s string) (int64, bool) {
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil && id > 0
}

var checkRules = wire.Rules{{"user_id", "required|integer"}}

// checkKYC is GET /kyc/check.
func (a *API) checkKYC(ctx context.Context, r *request) (any, error) {
	id, _ := r.Fields.Int("user_id")
	s, err := a.Customers.Standing(ctx, r.Integration.ID, id)
	if err != nil {
		return nil, err
	}
	out := standing(s)
	limits, err := a.allowances(ctx, &s.Customer)
	out.Limits = &limits
	if err != nil {
		return nil, err
	}
	return wire.OK(out), nil
}

func standing(s customer.Standing) wire.KYCCheck {
	c := s.Customer
	out := wire.KYCCheck{UserID: c.ID, Kind: string(c.Kind), KYCStatus: c.Status(), Stage: string(c.Stage), Reasons: c.Reasons, Tier: c.Tier, Banned: c.Banned(),
		UpdatedAt: wire.Time(c.UpdatedAt), Requirements: make(wire.List[wire.Requirement], 0, len(s.Requirements))}
	for _, q := range s.Requirements {
		out.Requirements = append(out.Requirements, wire.Requirement{Code: q.Code, Field: q.Field, AcceptedDocumentTypes: q.Accepted})
	}
	return out
}

// EventData renders where a customer stands as its events carry it: what /kyc/check gives. What a fresh file lacks is
// rendered once: it is most of the bytes of every registration's event.
func EventData(s customer.Standing) []byte {
	if !s.Shared || len(s.Requirements) == 0 {
		return mustMarshal(standing(s))
	}
	list, ok := rendered.Load(&s.Requirements[0])
	if !ok {
		list, _ = rendered.LoadOrStore(&s.Requirements[0], mustMarshal(standing(s).Requirements))
	}
	s.Requirements = nil
	return bytes.Replace(mustMarshal(standing(s)), []byte(`"requirements":[]`), append([]byte(`"requirements":`), list.([]byte)...), 1)
}

var rendered sync.Map // &Requirements[0] of a shared slice → its JSON

func mustMarshal(v any) []byte {
	b, err := wire.Marshal(v)
	if err != nil {
		panic(err) // plain data
	}
	return b
}

var listRules = wire.Rules{
	{"page", "nullable|integer|min:1|max:100000000"},
	{"per_page", "nullable|integer|min:1|max:100"},
	{"cursor", "nullable|string|max:64"},
	{"kind", "nullable|in:individual,company"},
	{"kyc_status", "nullable|in:unused,processing,valid,fail"},
	{"email", "nullable|string|max:254"},
	{"external_id", "nullable|string|max:255"},
	{"created_from", "nullable|date"},
	{"created_to", "nullable|date"},
	{"search", "nullable|string|max:255"},
}

// listCustomers is GET /customers/list.
func (a *API) listCustomers(ctx context.Context, r *request) (any, error) {
	f, page := r.Fields, wire.PageOf(r.Fields)
	q := customer.Query{IntegrationID: r.Integration.ID, Kind: customer.Kind(f.String("kind")), Stages: verification.StagesOf(f.String("kyc_status")),
		EmailKey: a.emailKey(f.String("email")), ExternalID: f.String("external_id"), Search: f.String("search"), Offset: page.Offset(), Limit: page.PerPage}
	q.CreatedFrom, _ = wire.ParseDate(f.String("created_from"))
	q.CreatedTo = wire.EndOf(f.String("created_to"))
	list, err := a.Customers.List(ctx, q, f.String("cursor"))
	if errors.Is(err, cursor.ErrInvalid) {
		return nil, wire.NewInvalid("cursor", "The selected cursor is invalid.")
	}
	if err != nil {
		return nil, err
	}
	rows := make([]wire.Customer, len(list.Customers))
	for i := range list.Customers {
		rows[i] = row(&list.Customers[i])
	}
	return wire.Page(rows, page.Of(list.Total, list.Capped, list.Next)), nil
}

// emailKey normalises an address that is looked for; one that is none matches nobody.
func (a *API) emailKey(address string) string {
	if address == "" {
		return ""
	}
	key, err := a.EmailKey(address)
	if err != nil {
		return "-" // a key has an @
	}
	return key
}

func row(c *customer.Customer) wire.Customer {
	return wire.Customer{ID: c.ID, UUID: c.UUID, ExternalID: wire.Optional(c.ExternalID), Kind: string(c.Kind), Name: c.Name, Email: c.Email, Country: wire.Optional(c.Country),
		KYCStatus: c.Status(), Stage: string(c.Stage), Tier: c.Tier, CreatedAt: wire.Time(c.CreatedAt), UpdatedAt: wire.Time(c.UpdatedAt)}
}

var findRules = wire.Rules{
	{"email", "nullable|string|max:254"},
	{"uuid", "nullable|uuid"},
	{"external_id", "nullable|string|max:255"},
	{"identification_number", "nullable|string|max:64"},
	{"user_id", "nullable|integer"},
}

// findUser is GET /users/find.
func (a *API) findUser(ctx context.Context, r *request) (any, error) {
	f := r.Fields
	given := 0
	for _, rule := range findRules {
		if f.Has(rule[0]) {
			given++
		}
	}
	if given != 1 {
		return nil, wire.NewInvalid("email", "Give exactly one of email, uuid, external_id, identification_number and user_id.")
	}
	by := customer.Lookup{UUID: strings.ToLower(f.String("uuid")), EmailKey: a.emailKey(f.String("email")), ExternalID: f.String("external_id")}
	if number := f.String("identification_number"); number != "" {
		by.Identification = a.Identification(identity.Compact(number))
	}
	if f.Has("user_id") {
		if by.ID, _ = f.Int("user_id"); by.ID <= 0 {
			return nil, customer.ErrUserNotFound
		}
	}
	c, err := a.Customers.Find(ctx, r.Integration.ID, by)
	if err != nil {
		return nil, err
	}
	return wire.OK(row(&c)), nil
}
