// Package prove shows that the books are right: it replays the ledger, holds it against its digests, the audit chain and
// the world outside, keeps what it found, and freezes payouts when something is wrong. It must not know how money is
// moved, nor repair anything.
package prove

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"time"

	"rampa/internal/errs"
)

// Status is the outcome of a check.
type Status string

// The outcomes.
const (
	OK          Status = "ok"
	Failed      Status = "failed"        // money, or the record of it, is not what it must be: payouts are frozen
	Warning     Status = "warning"       // to be looked at; nothing is missing
	Unconnected Status = "not_connected" // there is nothing to compare with
)

// Check is one line of a report.
type Check struct {
	Name     string // "trial_balance"
	Status   Status
	Summary  string // figures, for people
	Found    int64  // how many findings there are; Findings are the first of them
	Findings []Finding
}

// Finding is one thing that is not as it must be.
type Finding struct {
	Subject string // what it is about: the key of a transfer, the code of an account
	Off     string // by how much, where that can be said: "-12.50 EUR"
	Text    string
}

// Report is one run.
type Report struct {
	ID         int64
	At         time.Time
	Took       time.Duration
	Checks     []Check
	Transfers  int64
	Entries    int64
	Accounts   int64
	Checkpoint string // of the audit chain: kept elsewhere, it proves that nothing was cut off its end later
	// Mark names what failed: runs that find the same have the same one. "" when nothing failed.
	Mark string
	// Froze says that this run froze payouts; Accepted that it did not, since an operator lifted a freeze in spite of
	// these very findings.
	Froze, Accepted bool
	Partial         bool // a command made it, which makes fewer checks than the server
}

// Failures are the checks that failed.
func (r Report) Failures() (failed []Check) {
	for _, c := range r.Checks {
		if c.Status == Failed {
			failed = append(failed, c)
		}
	}
	return failed
}

// OK reports whether no check failed.
func (r Report) OK() bool { return len(r.Failures()) == 0 }

// Freeze keeps payouts from leaving. One stands at a time.
type Freeze struct {
	ID      int64
	Reason  string
	At      time.Time
	By      string // "prove", or the operator who froze them
	ProofID int64  // the run that did; 0: none

	LiftedAt   time.Time // zero while it stands
	LiftedBy   string
	LiftReason string
	LiftedMark string // the mark of the findings that it was lifted in spite of
}

// Standing reports whether payouts are frozen by it.
func (f Freeze) Standing() bool { return f.ID != 0 && f.LiftedAt.IsZero() }

// The errors of this package.
var (
	ErrReason    = errs.New(errs.Invalid, "reason_required", "Give a reason of up to 500 characters and the operator's name of up to 100.")
	ErrFrozen    = errs.New(errs.Conflict, "payouts_frozen", "Payouts are frozen already.")
	ErrNotFrozen = errs.New(errs.Conflict, "payouts_not_frozen", "Payouts are not frozen.")
	ErrUnproved  = errs.New(errs.Conflict, "proof_failed", "The last proof failed. Repair what it found and run it again, or force it.")
)

// kept is how many findings of a check are kept and shown: who has more has one cause, and the first show it.
const kept = 20

// line collects one check.
type line struct {
	Check
	mark hash.Hash
}

func newLine(name string) *line {
	return &line{Check: Check{Name: name, Status: OK}, mark: sha256.New()}
}

// fail adds a finding. off may be "".
func (l *line) fail(subject, off, format string, args ...any) {
	l.Status = Failed
	fmt.Fprintf(l.mark, "%q %q\n", subject, off) // not the text: it may tell of balances, which move on
	l.add(Finding{subject, off, fmt.Sprintf(format, args...)})
}

// warn adds a finding that freezes nothing.
func (l *line) warn(subject, off, format string, args ...any) {
	if l.Status != Failed {
		l.Status = Warning
	}
	l.add(Finding{subject, off, fmt.Sprintf(format, args...)})
}

func (l *line) add(f Finding) {
	if l.Found++; l.Found <= kept {
		l.Findings = append(l.Findings, f)
	}
}

func (l *line) say(format string, args ...any) *line {
	l.Summary = fmt.Sprintf(format, args...)
	return l
}

// markOf names what failed in some lines.
func markOf(lines []*line) string {
	all, failed := sha256.New(), false
	for _, l := range lines {
		if l.Status == Failed {
			failed = true
			fmt.Fprintf(all, "%s %x\n", l.Name, l.mark.Sum(nil))
		}
	}
	if !failed {
		return ""
	}
	return hex.EncodeToString(all.Sum(nil)[:16])
}
