package prove

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"rampa/internal/audit"
)

// Frozen gives the freeze that keeps payouts from leaving; false when none does. In a transaction it sees that one: whoever
// sends a payout asks before it is reserved, and again before it is broadcast.
func (s *Service) Frozen(ctx context.Context) (Freeze, bool, error) {
	last, _, err := s.Store.LastFreeze(ctx)
	return last, last.Standing(), err
}

// Order is what an operator says who freezes or lifts.
type Order struct {
	Reason   string // up to 500 characters
	Operator string // name, up to 100 characters
	Force    bool   // of a lift: in spite of a last proof that failed
	Actor    audit.Actor
}

func (o Order) valid() (Order, bool) {
	o.Reason, o.Operator = strings.TrimSpace(o.Reason), strings.TrimSpace(o.Operator)
	fits := func(text string, most int) bool {
		return text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= most
	}
	return o, fits(o.Reason, maxReason) && fits(o.Operator, 100)
}

// maxReason is how many characters a reason may have.
const maxReason = 500

// Freeze stops payouts by an operator's order. Errors: ErrReason, ErrFrozen.
func (s *Service) Freeze(ctx context.Context, o Order) (f Freeze, err error) {
	o, valid := o.valid()
	if !valid {
		return Freeze{}, ErrReason
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		f, err = s.freeze(ctx, tx, Freeze{Reason: o.Reason, At: s.Now(), By: o.Operator}, o.Actor)
		return err
	})
	return f, err
}

func (s *Service) freeze(ctx context.Context, tx Tx, f Freeze, by audit.Actor) (Freeze, error) {
	id, fresh, err := tx.AddFreeze(ctx, f)
	switch f.ID = id; {
	case err != nil:
		return Freeze{}, err
	case !fresh && f.ProofID != 0: // somebody else froze them a moment ago
		return f, nil
	case !fresh:
		return Freeze{}, ErrFrozen
	}
	return f, tx.AppendAudit(ctx, audit.Entry{At: f.At, Actor: by, Action: "payouts.frozen", Object: "payout_freeze", ObjectID: strconv.FormatInt(f.ID, 10),
		Detail: map[string]string{"by": f.By, "proof": strconv.FormatInt(f.ProofID, 10), "reason": f.Reason}})
}

// Lift lets payouts leave again. While the last proof fails it is refused unless forced; then proofs that find the very
// same freeze nothing, and any other finding does. Errors: ErrReason, ErrNotFrozen, ErrUnproved.
func (s *Service) Lift(ctx context.Context, o Order) (f Freeze, err error) {
	o, valid := o.valid()
	if !valid {
		return Freeze{}, ErrReason
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.LockFreeze(ctx); err != nil { // a run that ends now comes before or after, not between
			return err
		}
		standing, frozen, err := s.Frozen(ctx)
		if err != nil {
			return err
		}
		if !frozen {
			return ErrNotFrozen
		}
		last, err := s.failing(ctx)
		switch {
		case err != nil:
			return err
		case last.Mark != "" && !o.Force:
			return ErrUnproved
		}
		f = standing
		f.LiftedAt, f.LiftedBy, f.LiftReason, f.LiftedMark = s.Now(), o.Operator, o.Reason, last.Mark
		if err := tx.LiftFreeze(ctx, f); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, audit.Entry{At: f.LiftedAt, Actor: o.Actor, Action: "payouts.resumed", Object: "payout_freeze", ObjectID: strconv.FormatInt(f.ID, 10),
			Detail: map[string]string{"by": f.LiftedBy, "reason": f.LiftReason, "forced": strconv.FormatBool(last.Mark != "")}})
	})
	return f, err
}

// failing gives the run that speaks against lifting: the last one, or the last whole one, where that failed.
func (s *Service) failing(ctx context.Context) (Report, error) {
	last, _, err := s.Store.LastReport(ctx, false)
	if err == nil && last.Mark == "" {
		last, _, err = s.Store.LastReport(ctx, true)
	}
	return last, err
}

// clip cuts a reason to what fits.
func clip(text string) string {
	if runes := []rune(text); len(runes) > maxReason {
		return string(runes[:maxReason-1]) + "…"
	}
	return text
}
