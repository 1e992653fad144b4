package customer

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rampa/internal/cursor"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// TallyCustomers names the append-only count of an integration's customers.
const TallyCustomers = "customers"

// Lookup names exactly one customer: one field is set.
type Lookup struct {
	ID             int64
	UUID           string
	EmailKey       string
	ExternalID     string
	Identification []byte // keyed hash of the identification number
}

// Query is a list of an integration's customers, newest first.
type Query struct {
	IntegrationID int64
	Kind          Kind
	Stages        []verification.Stage // nil: any
	EmailKey      string
	ExternalID    string
	Search        string // parts of a name, e-mail or external id, in any order, whatever the case and the accents
	CreatedFrom   time.Time
	CreatedTo     time.Time
	Before        int64 // customers with a smaller id; 0: from the newest
	Offset        int
	Limit         int
}

// SearchText is what lists find a customer by.
func (c *Customer) SearchText() string { return Folded(c.Name + " " + c.EmailKey + " " + c.ExternalID) }

// Folded is a text as searches compare it: lower case, without accents.
func Folded(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return strings.ToLower(text)
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	return strings.ToLower(norm.NFC.String(plain))
}

// Filtered reports whether q leaves customers of the integration out.
func (q *Query) Filtered() bool {
	return q.Kind != "" || q.Stages != nil || q.EmailKey != "" || q.ExternalID != "" || q.Search != "" || !q.CreatedFrom.IsZero() || !q.CreatedTo.IsZero()
}

// List is a page of customers.
type List struct {
	Customers []Customer
	Total     int
	Capped    bool   // Total stopped counting there
	Next      string // cursor of the next page, "" = none
}

// List gives a page of an integration's customers, newest first; a cursor walks by key, so that depth costs nothing. Errors:
// cursor.ErrInvalid.
func (s *Service) List(ctx context.Context, q Query, after string) (List, error) {
	if after != "" {
		place, err := cursor.Read(after, 1)
		if err != nil {
			return List{}, err
		}
		q.Before, q.Offset = place[0], 0
	}
	limit := q.Limit
	q.Limit++ // one more tells whether there is a next page
	rows, err := s.Store.List(ctx, q)
	if err != nil {
		return List{}, err
	}
	out := List{Customers: rows}
	if len(rows) > limit {
		out.Customers = rows[:limit]
		out.Next = cursor.Of(rows[limit-1].ID)
	}
	out.Total, out.Capped, err = s.Store.Count(ctx, q)
	return out, err
}

// Find gives the one customer of the integration that by names, or ErrUserNotFound.
func (s *Service) Find(ctx context.Context, integrationID int64, by Lookup) (Customer, error) {
	return s.Store.Find(ctx, integrationID, by)
}

// Behind gives a customer, whoever's it is, with the brand of its integration and who may sign for it. Errors: ErrUserNotFound.
func (s *Service) Behind(ctx context.Context, customerID int64) (Customer, Brand, []kyc.Person, error) {
	form, err := s.Store.FormByCustomer(ctx, customerID)
	if err == nil {
		err = s.Load(ctx, &form)
	}
	if err != nil {
		return form.Customer, form.Brand, nil, err
	}
	return form.Customer, form.Brand, form.Record.Signers(), nil
}

// IdentificationHash is what an identification number is stored and looked up as.
func (s *Service) IdentificationHash(number string) []byte {
	return s.Sealer.MAC("identification number", []byte(strings.ToUpper(strings.TrimSpace(number))))
}

// Standing gives where a customer of the integration stands and what is missing. Errors: ErrUserNotFound.
func (s *Service) Standing(ctx context.Context, integrationID, customerID int64) (Standing, error) {
	c, err := s.Store.Customer(ctx, integrationID, customerID)
	if err != nil {
		return Standing{}, err
	}
	return s.standing(ctx, c)
}

func (s *Service) standing(ctx context.Context, c Customer) (Standing, error) {
	r, err := s.Store.Record(ctx, c.ID)
	if err == nil {
		err = s.open(c, &r)
	}
	if err != nil {
		return Standing{}, err
	}
	docs, err := s.Store.Documents(ctx, c.ID)
	if err != nil {
		return Standing{}, err
	}
	return Standing{Customer: c, Requirements: s.Records.Requirements(c.Stage, &r, docs), Corrections: r.Corrections}, nil
}
