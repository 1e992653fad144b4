package customer

import (
	"context"
	"time"

	"rampa/internal/audit"
	"rampa/internal/verification"
)

const sweepBatch = 200

// ExpireLinks ends the links whose time is over, and the files behind them that were never submitted.
func (s *Service) ExpireLinks(ctx context.Context) error {
	return s.sweep(ctx, s.Store.LinksExpired, func(ctx context.Context, tx Tx, l Link) error {
		l.EndedAt = s.Now()
		if err := tx.UpdateLink(ctx, l); err != nil {
			return err
		}
		c, err := tx.LockCustomer(ctx, l.CustomerID)
		if err != nil {
			return err
		}
		if _, err := c.Stage.After(verification.OnExpired); err != nil {
			return nil // submitted or decided: the file does not need its link
		}
		return s.Move(ctx, tx, &c, Transition{Event: verification.OnExpired, Reasons: []string{ErrLinkExpired.Code},
			Act: Act{Actor: audit.System("link expiry"), Action: "kyb.link_expired"}})
	})
}

// RemindLinks tells customers with an unfinished file that their link dies in a week.
func (s *Service) RemindLinks(ctx context.Context) error {
	return s.sweep(ctx, s.Store.LinksToRemind, func(ctx context.Context, tx Tx, l Link) error {
		if l.Reminded {
			return nil // by another node, since it was listed
		}
		l.Reminded = true
		if err := tx.UpdateLink(ctx, l); err != nil {
			return err
		}
		c, err := tx.LockCustomer(ctx, l.CustomerID)
		if err != nil {
			return err
		}
		if _, err := c.Stage.After(verification.OnExpired); err != nil || l.Dead(s.Now()) {
			return nil
		}
		if err := s.mail(ctx, tx, NoticeExpiring, c, Record{}); err != nil {
			return err
		}
		return s.Audit(ctx, tx, c, Act{Actor: audit.System("link reminder"), Action: "kyb.link_reminded"})
	})
}

// sweep runs work for each due link in a transaction of its own, until none is due.
func (s *Service) sweep(ctx context.Context, due func(context.Context, time.Time, int) ([]string, error),
	work func(context.Context, Tx, Link) error) error {
	for {
		links, err := due(ctx, s.Now(), sweepBatch)
		if err != nil || len(links) == 0 {
			return err
		}
		for _, uuid := range links {
			err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
				l, err := tx.LockLink(ctx, uuid)
				if err != nil || !l.EndedAt.IsZero() { // replaced since it was listed: its file has a newer link
					return err
				}
				return work(ctx, tx, l)
			})
			if err != nil {
				return err
			}
		}
	}
}

// NextSweep gives the next instant at which a link expires or is reminded of.
func (s *Service) NextSweep(ctx context.Context) (time.Time, bool, error) {
	return s.Store.NextLinkInstant(ctx)
}
