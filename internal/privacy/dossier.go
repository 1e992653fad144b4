package privacy

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// dossier is everything about one customer: what the customer may see, what only operators may, and the papers.
type dossier struct {
	Data, Internal map[string]any
	Papers         []Paper
}

// read puts a dossier together: all of it, or what the law wants kept.
func (s *Service) read(ctx context.Context, customerID int64, keptOnly bool) (d dossier, err error) {
	d.Data, d.Internal = map[string]any{}, map[string]any{}
	sections, err := s.Store.Holdings(ctx, customerID)
	if err != nil {
		return d, err
	}
	for _, section := range sections {
		if section.Kept || !keptOnly {
			d.part(section.Internal)[section.Name] = section.Rows
		}
	}
	for _, opened := range s.Opened {
		value, err := opened.Read(ctx, customerID)
		if err != nil {
			return d, err
		}
		if value != nil {
			d.part(opened.Internal)[opened.Name] = value
		}
	}
	d.Papers, err = s.Store.Papers(ctx, customerID)
	return d, err
}

func (d *dossier) part(internal bool) map[string]any {
	if internal {
		return d.Internal
	}
	return d.Data
}

// seal makes of a dossier what is kept.
func (s *Service) seal(d dossier, customerID int64) ([]byte, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	return s.Sealer.Seal(plain, place(customerID))
}

// unseal is the dossier that was kept of an erased customer.
func (s *Service) unseal(e Erasure) (d dossier, err error) {
	plain, err := s.Sealer.Open(e.Sealed, place(e.CustomerID))
	if err != nil {
		return d, err
	}
	decoder := json.NewDecoder(bytes.NewReader(plain))
	decoder.UseNumber() // ids must not become floats
	if err := decoder.Decode(&d); err != nil {
		return d, err
	}
	d.Data["erased_at"], d.Data["kept_until"] = e.ErasedAt.UTC().Format(time.RFC3339), e.KeepUntil.UTC().Format(time.RFC3339)
	return d, nil
}

// place binds a kept dossier to its customer.
func place(customerID int64) []byte { return strconv.AppendInt([]byte("erasures/"), customerID, 10) }
