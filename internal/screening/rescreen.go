package screening

import (
	"context"
	"errors"
	"strconv"

	"rampa/internal/audit"
)

// errTaken rolls a change back that somebody else was faster with.
var errTaken = errors.New("screening: somebody else was faster")

const rescreenBatch = 100

// Rescreen screens every customer again after a list or the weights have changed: batch by batch, each in a transaction that
// also notes how far it has come, so that it goes on where it was cut short. Then it comes back to those who were screened by
// a process that did not have the new lists yet. It is cheap when nothing has changed.
func (s *Service) Rescreen(ctx context.Context) error {
	g, err := s.Store.Generation(ctx)
	if err != nil || g.ID == 0 || s.Customers == nil {
		return err
	}
	if g.Config != s.Weights.Version {
		if g, err = s.reweigh(ctx, g); err != nil {
			return err
		}
	}
	for g.FinishedAt.IsZero() {
		if g, err = s.walk(ctx, g); err != nil {
			if errors.Is(err, errTaken) {
				return nil // another node walks, or there is a newer generation: the next run sees
			}
			return err
		}
	}
	return s.catchUp(ctx, g)
}

// reweigh begins a generation of the same lists with this program's weights.
func (s *Service) reweigh(ctx context.Context, g Generation) (Generation, error) {
	next := Generation{ID: g.ID + 1, At: s.Now().UTC(), Config: s.Weights.Version, Snapshots: g.Snapshots}
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if ok, err := s.begin(ctx, tx, next); err != nil || !ok {
			return errors.Join(err, errTaken)
		}
		return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), Actor: audit.System("screening"), Action: "screening.reweighed", Object: "screening",
			ObjectID: strconv.FormatInt(next.ID, 10), Detail: map[string]string{"config": next.Config}})
	})
	if errors.Is(err, errTaken) {
		return s.Store.Generation(ctx)
	}
	return next, err
}

// walk screens the next batch of customers and gives the generation as it stands then.
func (s *Service) walk(ctx context.Context, g Generation) (Generation, error) {
	if err := ctx.Err(); err != nil {
		return g, err
	}
	now, err := s.current(ctx)
	if err != nil {
		return g, err
	}
	if now.generation != g.ID {
		return g, errTaken
	}
	batch, err := s.Customers.ScreeningSubjects(ctx, g.Walked, rescreenBatch)
	if err != nil {
		return g, err
	}
	from := g.Walked
	if len(batch) == 0 {
		g.FinishedAt = s.Now().UTC()
	}
	found := make([]results, len(batch))
	for i, c := range batch {
		found[i] = s.search(now, c)
		g.Walked = max(g.Walked, c.CustomerID)
		g.Customers++
		g.Hits += int64(len(found[i].hits))
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if ok, err := tx.Walk(ctx, g, from); err != nil || !ok {
			return errors.Join(err, errTaken)
		}
		for _, f := range found {
			if err := s.record(ctx, tx, g.ID, f); err != nil {
				return err
			}
		}
		if g.FinishedAt.IsZero() {
			return nil
		}
		return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), Actor: audit.System("screening"), Action: "screening.rescreened", Object: "screening",
			ObjectID: strconv.FormatInt(g.ID, 10), Detail: map[string]string{"customers": strconv.FormatInt(g.Customers, 10), "hits": strconv.FormatInt(g.Hits, 10)}})
	})
	return g, err
}

// catchUp screens those whose last screening was against an earlier generation although the walk is over.
func (s *Service) catchUp(ctx context.Context, g Generation) error {
	for {
		late, err := s.Store.Outdated(ctx, g.ID, rescreenBatch)
		if err != nil || len(late) == 0 {
			return err
		}
		now, err := s.current(ctx)
		if err != nil || now.generation != g.ID {
			return err
		}
		for _, id := range late {
			if err := ctx.Err(); err != nil {
				return err
			}
			found := results{Who: Who{CustomerID: id}}
			batch, err := s.Customers.ScreeningSubjects(ctx, id-1, 1)
			if err != nil {
				return err
			}
			if len(batch) == 1 && batch[0].CustomerID == id {
				found = s.search(now, batch[0])
			}
			if err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return s.record(ctx, tx, g.ID, found) }); err != nil {
				return err
			}
		}
	}
}
