package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"rampa/internal/alert"
	"rampa/internal/customer"
	"rampa/internal/customer/record"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/onboarding"
	"rampa/internal/privacy"
	"rampa/internal/store/compliance"
)

// newPrivacy makes what exports and erases customers. Each reader opens what its domain keeps sealed.
func (v *services) newPrivacy(w *world, s *storage) *privacy.Service {
	return privacy.New(privacy.Config{Store: compliance.New(s.db).Privacy(), Sealer: s.vault, Files: s.files, Now: w.now, Opened: []privacy.Opened{
		{Name: "file", Read: v.openedFile},
		{Name: "bank_account", Read: func(ctx context.Context, customerID int64) (any, error) {
			sealed, err := s.store.Customers().BankAccount(ctx, customerID)
			if err != nil {
				return nil, err
			}
			return document(v.customers.BankAccount(customerID, sealed))
		}},
		{Name: "declaration_opened", Read: v.openedDeclaration},
		{Name: "alerts_opened", Internal: true, Read: v.openedAlerts},
		{Name: "identity_evidence", Internal: true, Read: v.openedChecks},
	}})
}

// openedFile is the file of a person or a company as it is stored, opened.
func (v *services) openedFile(ctx context.Context, customerID int64) (any, error) {
	r, err := v.customers.Store.Record(ctx, customerID)
	if errors.Is(err, customer.ErrUserNotFound) {
		return nil, nil
	}
	if err != nil || len(r.SealedFile) == 0 {
		return nil, err
	}
	c, err := v.customers.Store.Customer(ctx, r.IntegrationID, customerID)
	if err != nil {
		return nil, err
	}
	if err := v.customers.Records.Open(&r, record.Known{Kind: c.Kind, Name: c.Name, Country: c.Country}); err != nil {
		return nil, err
	}
	var plain []byte
	if r.Person != nil {
		plain, err = kyc.Encode(r.Person)
	} else {
		plain, err = kyb.Encode(r.File)
	}
	return document(plain, err)
}

// document is JSON for an export; nil for nothing.
func document(plain []byte, err error) (any, error) {
	if err != nil || len(plain) == 0 {
		return nil, err
	}
	return json.RawMessage(plain), nil
}

// openedDeclaration is the enhanced declaration as it is stored, opened.
func (v *services) openedDeclaration(ctx context.Context, customerID int64) (any, error) {
	r, err := v.onboarding.Of(ctx, customerID)
	if errors.Is(err, onboarding.ErrNotFound) || err == nil && r == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return document(onboarding.Encode(r.File))
}

// openedAlerts is what the alerts of a customer tell, and why they were decided.
func (v *services) openedAlerts(ctx context.Context, customerID int64) (any, error) {
	all, err := v.alerts.Of(ctx, customerID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return rendered(all), nil
}

// openedChecks is what verification providers answered about a customer.
func (v *services) openedChecks(ctx context.Context, customerID int64) (any, error) {
	cases, err := v.checks.Of(ctx, customerID)
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	list := make([]map[string]any, len(cases))
	for i, c := range cases {
		list[i] = map[string]any{"id": c.ID, "evidence": c.Evidence}
	}
	return list, nil
}

func rendered(all []alert.Alert) []map[string]any {
	list := make([]map[string]any, len(all))
	for i, a := range all {
		list[i] = map[string]any{"id": a.ID, "kind": a.Kind, "summary": a.Summary, "reason": a.Reason, "raised_at": a.RaisedAt.Format(time.RFC3339)}
	}
	return list
}
