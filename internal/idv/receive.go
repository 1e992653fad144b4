package idv

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/verification"
)

// Receipt is what a callback did.
type Receipt struct {
	Repeated bool   // the same message was here before: nothing was done
	Effect   Effect // what it did to the file
}

// codeHeld is the code of the refusal to approve a file that an alert holds.
const codeHeld = "file_held"

// Receive takes an authentic message of the provider: evidence, effect on the file, and audit entry in one transaction. A
// message counts once, and of several about one case the first. Errors: code "callback_invalid"; ErrReferenceUnknown, after
// which the same message may come again, since a provider can be faster than its own answer to Start.
func (s *Service) Receive(ctx context.Context, c Callback) (Receipt, error) {
	if err := c.check(); err != nil {
		return Receipt{}, err
	}
	if s.Provider == nil {
		return Receipt{}, ErrReferenceUnknown
	}
	var out Receipt
	var unknown bool
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		out, unknown = Receipt{}, false
		of, err := tx.CaseByReference(ctx, s.Provider.Name(), c.Reference)
		if errors.Is(err, ErrReferenceUnknown) {
			unknown = true
			return s.stray(ctx, tx, c)
		}
		if err != nil {
			return err
		}
		fresh, err := tx.InsertCallback(ctx, c.ID, of.ID, s.Now())
		if err != nil || !fresh {
			out.Repeated = err == nil
			return err
		}
		out.Effect, err = s.take(ctx, tx, of, c)
		return err
	})
	if err == nil && unknown {
		err = ErrReferenceUnknown
	}
	return out, err
}

// take closes the case by a message and moves its file. Case before customer: a submission locks them the other way round,
// and then one of both waits for nothing and is tried again.
func (s *Service) take(ctx context.Context, tx Tx, of Case, c Callback) (Effect, error) {
	c.ReceivedAt = s.Now()
	var err error
	if of.Sealed, err = s.seal(of.ID, c.Evidence); err != nil {
		return "", err
	}
	of.EndedAt = c.ReceivedAt
	open, err := tx.EndCase(ctx, of)
	if err != nil {
		return "", err
	}
	effect := EffectLate
	if open {
		if effect, err = s.decide(ctx, of, c); err != nil {
			return "", err
		}
		if err := tx.SetEffect(ctx, of.ID, effect); err != nil {
			return "", err
		}
	}
	return effect, s.audit(ctx, tx, of, act{action: "idv.received", address: c.Address, requestID: c.RequestID,
		detail: map[string]string{"outcome": string(c.Outcome), "effect": string(effect)}})
}

// decide asks the file's owner to move it.
func (s *Service) decide(ctx context.Context, of Case, c Callback) (Effect, error) {
	v := Verdict{Outcome: c.Outcome, Actor: s.actor(), RequestID: c.RequestID}
	v.Actor.Address = c.Address
	effect := map[Outcome]Effect{Approved: EffectApproved, Rejected: EffectRejected, Retry: EffectCorrection}[c.Outcome]
	switch c.Outcome {
	case Approved:
		if !c.Checks.sure() {
			return EffectDoubtful, s.doubt(ctx, of, c.Evidence)
		}
	case Rejected:
		v.Reasons = c.Reasons
	case Retry:
		subject, err := s.Files.Subject(ctx, of.CustomerID)
		if err != nil {
			return "", err
		}
		v.Corrections = corrections(c.Evidence, of.Language, subject.Images)
	}
	switch err := s.Decider.DecideByProvider(ctx, of.CustomerID, v); {
	case errors.Is(err, verification.ErrTransition):
		return EffectLate, nil
	case err != nil && errs.CodeOf(err) == codeHeld:
		return EffectHeld, nil
	case err != nil:
		return "", err
	}
	return effect, nil
}

// doubt raises an alert that holds the file: whoever approves it says why in spite of the provider.
func (s *Service) doubt(ctx context.Context, of Case, e Evidence) error {
	_, err := s.Raise(ctx, alert.Alert{CustomerID: of.CustomerID, IntegrationID: of.IntegrationID, Kind: alert.Verification, Key: "idv:" + of.ID, Holds: true,
		Summary: map[string]string{"document": string(e.Checks.Document), "face_match": string(e.Checks.FaceMatch), "liveness": string(e.Checks.Liveness),
			"identity_score": strconv.Itoa(e.Checks.Score), "remarks": strings.Join(e.Reasons, " ")}})
	return err
}

// stray writes down a message about a case that is not known.
func (s *Service) stray(ctx context.Context, tx audit.Writer, c Callback) error {
	actor := s.actor()
	actor.Address = c.Address
	return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), Actor: actor, Action: "idv.reference_unknown", Object: "idv", ObjectID: c.ID, RequestID: c.RequestID})
}
