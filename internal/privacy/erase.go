package privacy

import (
	"context"
	"strings"
	"time"

	"rampa/internal/audit"
)

// purgeBatch is how many erasures one look at the due ones takes up.
const purgeBatch = 100

// Erase takes a customer away: names, addresses, file, letters and what events tell go at once, and the e-mail may register
// again. What the law keeps of a customer whose identity was decided upon, who was ever held or did business, is sealed as
// one dossier that nothing but Export reads, with its papers, until KeepUntil. Erasing twice changes nothing the second
// time. Errors: ErrNotFound, ErrAlertOpen.
func (s *Service) Erase(ctx context.Context, customerID int64, r Request) (Erasure, error) {
	var e Erasure
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		of, err := tx.Standing(ctx, customerID)
		switch {
		case err != nil:
			return err
		case of.Erased:
			e, err = s.Store.Erasure(ctx, customerID)
			return err
		case of.OpenAlerts:
			return ErrAlertOpen
		}
		if e, err = s.plan(ctx, of); err != nil {
			return err
		}
		if err := tx.Erase(ctx, e); err != nil {
			return err
		}
		entry := audit.Entry{Actor: r.Actor, RequestID: r.RequestID, Action: "customer.erased", Detail: map[string]string{"kept": "nothing"}}
		if !e.KeepUntil.IsZero() {
			entry.Detail = map[string]string{"kept": strings.Join(e.Grounds, " "), "until": e.KeepUntil.Format(time.DateOnly)}
		}
		return s.audit(ctx, tx, of, entry)
	})
	if err != nil || !e.KeepUntil.IsZero() || !e.PurgedAt.IsZero() {
		return e, err
	}
	e.PurgedAt = s.Now()
	return e, s.purge(ctx, e) // where it fails, the periodic work goes on with it
}

// plan says what an erasure leaves.
func (s *Service) plan(ctx context.Context, of Standing) (Erasure, error) {
	e := Erasure{CustomerID: of.CustomerID, IntegrationID: of.IntegrationID, ErasedAt: s.Now(), Grounds: of.grounds()}
	papers, err := s.Store.Papers(ctx, of.CustomerID)
	if err != nil {
		return e, err
	}
	for _, p := range papers {
		e.Papers = append(e.Papers, p.ID)
	}
	if len(e.Grounds) == 0 {
		return e, nil
	}
	d, err := s.read(ctx, of.CustomerID, true)
	if err != nil {
		return e, err
	}
	e.KeepUntil = e.ErasedAt.AddDate(Retention, 0, 0)
	e.Sealed, err = s.seal(d, of.CustomerID)
	return e, err
}

// Purge deletes what is kept no longer: the periodic work.
func (s *Service) Purge(ctx context.Context) error {
	for {
		due, err := s.Store.Due(ctx, s.Now(), purgeBatch)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, e := range due {
			if err := s.purge(ctx, e); err != nil {
				return err
			}
		}
	}
}

// purge deletes the papers and then the rest of one erased customer. It may be repeated at any point.
func (s *Service) purge(ctx context.Context, e Erasure) error {
	for _, name := range e.Papers {
		if err := s.Files.Delete(ctx, name); err != nil {
			return err
		}
	}
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Purge(ctx, e.CustomerID, s.Now()); err != nil || e.KeepUntil.IsZero() {
			return err
		}
		return s.audit(ctx, tx, Standing{CustomerID: e.CustomerID, IntegrationID: e.IntegrationID},
			audit.Entry{Actor: audit.System("retention"), Action: "customer.purged"})
	})
}
