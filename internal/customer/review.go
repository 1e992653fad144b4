package customer

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"

	"rampa/internal/audit"
	"rampa/internal/cursor"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// Page is a page of the reviewers' queue.
type Page struct {
	Stage  verification.Stage // "": submitted and in review
	Limit  int
	Cursor string // what the last page gave as next
}

// Queue gives submitted files, the oldest submission first, and the cursor of the next page ("" = none).
func (s *Service) Queue(ctx context.Context, p Page) (rows []QueueRow, next string, err error) {
	p.Limit++
	rows, err = s.Store.Queue(ctx, p)
	if err != nil || len(rows) < p.Limit {
		return rows, "", err
	}
	rows = rows[:p.Limit-1]
	last := rows[len(rows)-1]
	return rows, cursor.Of(last.SubmittedAt.UnixMicro(), last.Customer.ID), nil
}

// Search finds customers of any integration by name, e-mail or id: for operators only.
func (s *Service) Search(ctx context.Context, text string) ([]QueueRow, error) {
	return s.Store.Search(ctx, strings.TrimSpace(text), 50)
}

// Review gives a file to an operator and writes down that it was read; a submitted one is in review from then on.
// Errors: ErrUserNotFound.
func (s *Service) Review(ctx context.Context, customerID int64, by audit.Actor) (*Review, error) {
	var out Review
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		a := Act{Actor: by, Action: "kyb.read"}
		if c.Stage == verification.Submitted {
			a.Action = "kyb.taken"
			err = s.Move(ctx, tx, &c, Transition{Event: verification.OnTaken, Reasons: c.Reasons, Act: a})
		} else {
			err = s.Audit(ctx, tx, c, a)
		}
		if err != nil {
			return err
		}
		if out.Form, err = s.Store.FormByCustomer(ctx, customerID); err != nil {
			return err
		}
		return s.Load(ctx, &out.Form)
	})
	if err != nil {
		return nil, err
	}
	if out.Record.File != nil {
		day := s.Now()
		if c := out.Customer.Stage; c == verification.Approved || c == verification.Rejected {
			day = out.Record.DecidedAt // by the law under which it was decided
		}
		out.Ownership = kyb.Ownership(out.Record.File, day)
	}
	out.History, err = s.Store.History(ctx, "customer", strconv.FormatInt(customerID, 10), 200)
	return &out, err
}

// OpenDocument gives a paper of a customer to an operator and writes down that it was read. The caller closes it.
func (s *Service) OpenDocument(ctx context.Context, customerID int64, documentID string, by audit.Actor) (kyb.Document, io.ReadCloser, error) {
	var found kyb.Document
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		docs, err := s.Store.Documents(ctx, customerID)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if d.ID == documentID && id.IsUUID(documentID) {
				found = d
				return s.Audit(ctx, tx, c, Act{by, "", "document.read", map[string]string{"document": d.ID, "item": d.Item}})
			}
		}
		return ErrDocumentNotFound
	})
	if err != nil {
		return found, nil, err
	}
	body, err := s.Files.Get(ctx, found.ID)
	return found, body, err
}

// Decision is what an operator decides. Version is the record's as the operator saw it: a file that changed since is
// not decided unseen.
type Decision struct {
	Actor       audit.Actor
	Version     int64
	Reasons     []string
	Corrections []Correction
	RequestID   string
}

// The refusals of decisions.
var (
	ErrReasonsMissing     = errs.New(errs.Invalid, "reasons_missing", "Give at least one reason: the company and the integration will read it.")
	ErrCorrectionsMissing = errs.New(errs.Invalid, "corrections_missing", "Name at least one item to correct, with a message that says what to do.")
)

// Approve accepts a file. Errors: verification.ErrTransition (decided already, or changed since it was read), ErrUserNotFound.
func (s *Service) Approve(ctx context.Context, customerID int64, d Decision) error {
	return s.decide(ctx, customerID, d, verification.OnApproved)
}

// Reject refuses a file for reasons. Errors: ErrReasonsMissing and those of Approve.
func (s *Service) Reject(ctx context.Context, customerID int64, d Decision) error {
	if d.Reasons = trimmed(d.Reasons); len(d.Reasons) == 0 {
		return ErrReasonsMissing
	}
	return s.decide(ctx, customerID, d, verification.OnRejected)
}

// RequestCorrection sends a file back for the named items. Errors: ErrCorrectionsMissing and those of Approve.
func (s *Service) RequestCorrection(ctx context.Context, customerID int64, d Decision) error {
	if len(d.Corrections) == 0 {
		return ErrCorrectionsMissing
	}
	return s.decide(ctx, customerID, d, verification.OnCorrection)
}

// Reopen sends a rejected or expired file back for the named items. Errors: as RequestCorrection.
func (s *Service) Reopen(ctx context.Context, customerID int64, d Decision) error {
	if len(d.Corrections) == 0 {
		return ErrCorrectionsMissing
	}
	return s.decide(ctx, customerID, d, verification.OnReopened)
}

func (s *Service) decide(ctx context.Context, customerID int64, d Decision, e verification.Event) error {
	for i := range d.Corrections {
		if d.Corrections[i].Message = strings.TrimSpace(d.Corrections[i].Message); d.Corrections[i].Message == "" {
			return ErrCorrectionsMissing
		}
	}
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		r, err := tx.RecordForUpdate(ctx, customerID)
		if err != nil {
			return err
		}
		if r.Version != d.Version {
			return verification.ErrTransition
		}
		if err := s.checkItems(c, &r, d.Corrections); err != nil {
			return err
		}
		if e == verification.OnApproved {
			if held, err := s.held(ctx, c.ID); err != nil || held {
				return cmp.Or(err, error(ErrFileHeld))
			}
		}
		reasons := d.Reasons
		for _, k := range d.Corrections {
			reasons = append(reasons, k.Message)
		}
		return s.Move(ctx, tx, &c, Transition{Event: e, Reasons: reasons, Corrections: d.Corrections,
			Act: Act{d.Actor, d.RequestID, "kyb." + string(e), map[string]string{"reasons": strconv.Itoa(len(reasons))}}})
	})
}

// checkItems refuses corrections of what the form does not ask: the customer could never mend them.
func (s *Service) checkItems(c Customer, r *Record, corrections []Correction) error {
	if len(corrections) == 0 {
		return nil
	}
	if err := s.open(c, r); err != nil {
		return err
	}
	for _, k := range corrections {
		if !s.Records.Correctable(r, k.Item) {
			return errs.Newf(errs.Invalid, "item_unknown", "The form has no item %q.", k.Item)
		}
	}
	return nil
}

func trimmed(texts []string) []string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// Force sets the outcome of a verification from any stage, as if the complete file had been submitted: what the
// sandbox's own call does. Status is a partner's word (valid, fail, processing) or "retry".
func (s *Service) Force(ctx context.Context, integrationID, customerID int64, v Forced) (Customer, error) {
	stage, ok := map[string]verification.Stage{"valid": verification.Approved, "fail": verification.Rejected, "retry": verification.NeedsCorrection, "processing": verification.Submitted}[v.Decision]
	if !ok {
		return Customer{}, errs.Newf(errs.Invalid, "decision_not_valid", "There is no decision %q.", v.Decision)
	}
	var out Customer
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		if c.IntegrationID != integrationID {
			return ErrUserNotFound
		}
		t := Transition{Force: stage, Reasons: v.Reasons, Act: Act{v.Actor, v.RequestID, "kyb.forced", map[string]string{"decision": v.Decision}}}
		if stage == verification.NeedsCorrection {
			t.Corrections = []Correction{{Item: kyb.StepCompany, Message: strings.Join(append(v.Reasons, "Check the company's data."), " ")}}
			if c.Kind == Individual {
				t.Corrections = []Correction{{Item: kyc.StepPersonal, Message: strings.Join(append(v.Reasons, "Check your personal data."), " ")}}
			}
		}
		err = s.Move(ctx, tx, &c, t)
		out = c
		return err
	})
	return out, err
}

// Verdict is a decision made without an operator.
type Verdict struct {
	Event       verification.Event
	Reasons     []string
	Corrections []Correction
}

func (v Verdict) transition(a Act) Transition {
	return Transition{Event: v.Event, Reasons: v.Reasons, Corrections: v.Corrections, Act: a}
}

// Conclude moves a customer along a verdict of a provider or of the calendar, in ctx's transaction if it has one. Errors:
// ErrFileHeld (an alert waits for an operator: nothing is approved), verification.ErrTransition.
func (s *Service) Conclude(ctx context.Context, customerID int64, v Verdict, by audit.Actor) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		if v.Event == verification.OnApproved {
			if held, err := s.held(ctx, customerID); err != nil || held {
				return cmp.Or(err, error(ErrFileHeld))
			}
		}
		return s.Move(ctx, tx, &c, v.transition(Act{by, "", "kyb." + string(v.Event), nil}))
	})
}

// Forced is a decision of the sandbox's own call.
type Forced struct {
	Decision  string
	Reasons   []string
	Actor     audit.Actor
	RequestID string
}
