// Package verification is the state machine of a file from draft to decision: its stages, the events that move it, and the
// partner's coarser word for each stage. It knows neither whose file it is nor what is in it.
package verification

import "rampa/internal/errs"

// Stage is where a verification stands. The partner's four statuses are coarser: see Status.
type Stage string

// The stages of a verification.
const (
	Draft           Stage = "draft"            // registered, link not used
	InProgress      Stage = "in_progress"      // form opened
	Submitted       Stage = "submitted"        // waiting for a reviewer
	InReview        Stage = "in_review"        // a reviewer has opened it
	NeedsCorrection Stage = "needs_correction" // back with the company
	Approved        Stage = "approved"
	Rejected        Stage = "rejected"
	Expired         Stage = "expired" // the link died before submission
)

// Stages lists every stage.
func Stages() []Stage {
	return []Stage{Draft, InProgress, Submitted, InReview, NeedsCorrection, Approved, Rejected, Expired}
}

// Event is what may happen to a verification.
type Event string

// The events of a verification.
const (
	OnOpened     Event = "opened"     // the password was accepted, or the first step saved
	OnSubmitted  Event = "submitted"  // declaration signed
	OnTaken      Event = "taken"      // an operator opened the file
	OnApproved   Event = "approved"   // decided
	OnRejected   Event = "rejected"   // decided
	OnCorrection Event = "correction" // an operator asks for corrections
	OnReopened   Event = "reopened"   // a decided or expired file goes back to the company
	OnExpired    Event = "expired"    // the link died
	OnRenewed    Event = "renewed"    // the integration asked for a new link
	OnDue        Event = "due"        // papers expired, or the periodic review of an approved file has come
)

// Events lists every event.
func Events() []Event {
	return []Event{OnOpened, OnSubmitted, OnTaken, OnApproved, OnRejected, OnCorrection, OnReopened, OnExpired, OnRenewed, OnDue}
}

var transitions = map[Stage]map[Event]Stage{
	Draft: {
		OnOpened: InProgress, OnExpired: Expired,
	},
	InProgress: {
		OnOpened: InProgress, OnSubmitted: Submitted, OnExpired: Expired,
	},
	Submitted: {
		OnTaken: InReview, OnApproved: Approved, OnRejected: Rejected, OnCorrection: NeedsCorrection,
	},
	InReview: {
		OnTaken: InReview, OnApproved: Approved, OnRejected: Rejected, OnCorrection: NeedsCorrection,
	},
	NeedsCorrection: {
		OnOpened: NeedsCorrection, OnSubmitted: Submitted, OnExpired: Expired,
	},
	Approved: {OnDue: NeedsCorrection},
	Rejected: {OnReopened: NeedsCorrection},
	Expired:  {OnReopened: NeedsCorrection, OnRenewed: Draft},
}

// ErrTransition refuses an event that the present stage does not allow.
var ErrTransition = errs.New(errs.Conflict, "stage_conflict", "The file is in another stage now. Reload it to see where it stands.")

// After gives the stage that follows s when e happens, or ErrTransition.
func (s Stage) After(e Event) (Stage, error) {
	next, ok := transitions[s][e]
	if !ok {
		return s, ErrTransition
	}
	return next, nil
}

// Status is the partner's word for a stage: unused, processing, valid or fail.
func (s Stage) Status() string {
	switch s {
	case Draft, Expired:
		return "unused"
	case Approved:
		return "valid"
	case Rejected:
		return "fail"
	default:
		return "processing"
	}
}

// StagesOf gives the stages that a partner's status stands for; nil for an unknown status.
func StagesOf(status string) []Stage {
	var of []Stage
	for _, s := range Stages() {
		if s.Status() == status {
			of = append(of, s)
		}
	}
	return of
}
