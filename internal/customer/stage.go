package customer

import "rampa/internal/errs"

// Stage is where a verification stands. The partner's four statuses are coarser: see Status.
type Stage string

// The stages of a verification.
const (
	StageDraft           Stage = "draft"            // registered, link not used
	StageInProgress      Stage = "in_progress"      // form opened
	StageSubmitted       Stage = "submitted"        // waiting for a reviewer
	StageInReview        Stage = "in_review"        // a reviewer has opened it
	StageNeedsCorrection Stage = "needs_correction" // back with the company
	StageApproved        Stage = "approved"
	StageRejected        Stage = "rejected"
	StageExpired         Stage = "expired" // the link died before submission
)

// Stages lists every stage.
func Stages() []Stage {
	return []Stage{StageDraft, StageInProgress, StageSubmitted, StageInReview, StageNeedsCorrection, StageApproved, StageRejected, StageExpired}
}

// Event is what may happen to a verification.
type Event string

// The events of a verification.
const (
	EventOpened     Event = "opened"     // the password was accepted
	EventSubmitted  Event = "submitted"  // declaration signed
	EventTaken      Event = "taken"      // an operator opened the file
	EventApproved   Event = "approved"   // decided
	EventRejected   Event = "rejected"   // decided
	EventCorrection Event = "correction" // an operator asks for corrections
	EventReopened   Event = "reopened"   // a decided or expired file goes back to the company
	EventExpired    Event = "expired"    // the link died
	EventRenewed    Event = "renewed"    // the integration asked for a new link
)

// Events lists every event.
func Events() []Event {
	return []Event{EventOpened, EventSubmitted, EventTaken, EventApproved, EventRejected, EventCorrection, EventReopened, EventExpired, EventRenewed}
}

var transitions = map[Stage]map[Event]Stage{
	StageDraft: {
		EventOpened: StageInProgress, EventExpired: StageExpired,
	},
	StageInProgress: {
		EventOpened: StageInProgress, EventSubmitted: StageSubmitted, EventExpired: StageExpired,
	},
	StageSubmitted: {
		EventTaken: StageInReview, EventApproved: StageApproved, EventRejected: StageRejected, EventCorrection: StageNeedsCorrection,
	},
	StageInReview: {
		EventTaken: StageInReview, EventApproved: StageApproved, EventRejected: StageRejected, EventCorrection: StageNeedsCorrection,
	},
	StageNeedsCorrection: {
		EventOpened: StageNeedsCorrection, EventSubmitted: StageSubmitted, EventExpired: StageExpired,
	},
	StageApproved: {},
	StageRejected: {EventReopened: StageNeedsCorrection},
	StageExpired:  {EventReopened: StageNeedsCorrection, EventRenewed: StageDraft},
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
	case StageDraft, StageExpired:
		return "unused"
	case StageApproved:
		return "valid"
	case StageRejected:
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
