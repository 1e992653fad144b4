package console

import (
	"context"

	"rampa/internal/console/evidence"
	"rampa/internal/idv"
)

// Checks are what a verification provider says of customers.
type Checks interface {
	Of(ctx context.Context, customerID int64) ([]idv.Case, error)
}

// checks words what a provider said of a customer; nil where none was asked.
func (v *visit) checks(customerID int64) (*evidence.Checks, error) {
	if v.h.Checks == nil {
		return nil, nil
	}
	cases, err := v.h.Checks.Of(v.r.Context(), customerID)
	return evidence.Reader{Words: v.words}.Checks(cases), err
}
