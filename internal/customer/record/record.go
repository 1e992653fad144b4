// Package record is the record behind a customer: the sealed file of a person or a company, where it stands with the
// reviewers, and what it still lacks. It puts the two kinds of file (packages kyb and kyc) behind one set of questions. It
// knows neither storage nor who asks.
package record

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// Kind tells people from companies.
type Kind string

// The kinds of customer.
const (
	Individual Kind = "individual"
	Company    Kind = "company"
)

// Record is the verification record behind a customer: the file and where it stands with the reviewers. File is a
// company's, Person a person's; the other is nil.
type Record struct {
	CustomerID    int64
	IntegrationID int64
	File          *kyb.File
	Person        *kyc.File
	SealedFile    []byte                    // the file as stored; empty before anything is known
	Corrections   []verification.Correction // open ones: what the reviewer asked for
	Version       int64                     // grows with each change of the record
	SubmittedAt   time.Time
	DecidedAt     time.Time
	DecidedBy     string
	UpdatedAt     time.Time
}

// Sealer encrypts files, bound to their customer.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Keeper opens, seals and questions the files of records.
type Keeper struct {
	Sealer Sealer
	Rules  *kyb.Ruleset
	Now    func() time.Time
	fresh  []verification.Requirement
}

// NewKeeper makes a Keeper.
func NewKeeper(s Sealer, rules *kyb.Ruleset, now func() time.Time) *Keeper {
	fresh := rules.Missing(&kyb.File{Company: kyb.Company{LegalName: "any"}}, nil, now())
	return &Keeper{Sealer: s, Rules: rules, Now: now, fresh: fresh}
}

// Fresh is what the file of a company lacks of which nothing but the name is known: always the same slice.
func (k *Keeper) Fresh() []verification.Requirement { return k.fresh }

// Known is what stands outside a file already: a file that does not say it yet is read as if it did.
type Known struct {
	Kind    Kind
	Name    string
	Country string
}

// Open opens the sealed file of a record.
func (k *Keeper) Open(r *Record, known Known) (err error) {
	var plain []byte
	if len(r.SealedFile) > 0 {
		if plain, err = k.Sealer.Open(r.SealedFile, context(r.CustomerID)); err != nil {
			return err
		}
	}
	if known.Kind == Individual {
		if r.Person, err = kyc.Decode(plain); err != nil {
			return err
		}
		r.Person.Address.Country = cmp.Or(r.Person.Address.Country, known.Country)
		return nil
	}
	if r.File, err = kyb.Decode(plain); err != nil {
		return err
	}
	r.File.Company.Country = cmp.Or(r.File.Company.Country, known.Country)
	r.File.Company.LegalName = cmp.Or(r.File.Company.LegalName, known.Name)
	return nil
}

// Seal seals the file of a record as it stands now.
func (k *Keeper) Seal(r *Record) (err error) {
	var plain []byte
	if r.Person != nil {
		plain, err = kyc.Encode(r.Person)
	} else {
		plain, err = kyb.Encode(r.File)
	}
	if err != nil {
		return err
	}
	r.SealedFile, err = k.Sealer.Seal(plain, context(r.CustomerID))
	return err
}

func context(customerID int64) []byte {
	return strconv.AppendInt([]byte("kyb_records/"), customerID, 10)
}

// Sign puts a declaration under the file.
func (r *Record) Sign(d verification.Declaration) {
	if r.Person != nil {
		r.Person.Declaration = &d
		return
	}
	r.File.Declaration = &d
}

// Requirements gives what the customer is asked for in a stage; nothing while others decide.
func (k *Keeper) Requirements(stage verification.Stage, r *Record, docs []verification.Document) []verification.Requirement {
	switch stage {
	case verification.Draft:
		if len(r.SealedFile) == 0 && r.File != nil && r.File.Company.Country == "" {
			return k.fresh
		}
		return k.Missing(r, docs)
	case verification.InProgress:
		return k.Missing(r, docs)
	case verification.NeedsCorrection:
		if r.SubmittedAt.IsZero() { // sent back by the sandbox's own call, as if it had been complete
			return r.OpenCorrections()
		}
		return k.Missing(r, docs)
	}
	return nil
}

// Missing gives what a file lacks before it can be submitted, open corrections first. A correction of a paper that is asked
// no more, such as the back of what is a passport now, is none.
func (k *Keeper) Missing(r *Record, docs []verification.Document) []verification.Requirement {
	open := slices.DeleteFunc(r.OpenCorrections(), func(q verification.Requirement) bool { return !k.Correctable(r, q.Item) })
	if r.Person != nil {
		return append(open, kyc.Missing(r.Person, docs)...)
	}
	return append(open, k.Rules.Missing(r.File, docs, k.Now())...)
}

// OpenCorrections gives the corrections that still wait, as requirements.
func (r *Record) OpenCorrections() []verification.Requirement {
	var out []verification.Requirement
	for _, open := range r.Corrections {
		if !open.Done {
			out = append(out, verification.Requirement{Code: "correction_requested", Field: open.Item, Item: open.Item})
		}
	}
	return out
}

// Saved notes that the customer has saved an item.
func (r *Record) Saved(item string, now time.Time) {
	for i := range r.Corrections {
		if r.Corrections[i].Item == item {
			r.Corrections[i].Done = true
		}
	}
	r.Version++
	r.UpdatedAt = now
}

// Asks tells whether the form asks for a paper.
func (k *Keeper) Asks(r *Record, paper string) bool {
	if r.Person != nil {
		return slices.ContainsFunc(kyc.Items(r.Person), func(i kyc.Item) bool { return i.Code == paper })
	}
	return slices.ContainsFunc(k.Rules.Items(r.File, "en"), func(i kyb.Item) bool { return i.Code == paper })
}

// Correctable tells whether the form has an item that a correction names.
func (k *Keeper) Correctable(r *Record, item string) bool {
	if paper, ok := strings.CutPrefix(item, "documents."); ok {
		return k.Asks(r, paper)
	}
	if r.Person != nil {
		return slices.Contains([]string{kyc.StepPersonal, kyc.StepAddress, kyc.StepIdentity, kyc.StepSelfie}, item)
	}
	return slices.Contains([]string{kyb.StepCompany, kyb.StepAddresses, kyb.StepActivity, kyb.StepPeople}, item)
}

// FirstItem is the step that a correction without a better place names.
func (r *Record) FirstItem() string {
	if r.Person != nil {
		return kyc.StepPersonal
	}
	return kyb.StepCompany
}

// Decision is what a stage is entered with.
type Decision struct {
	Corrections []verification.Correction
	By          string
}

// Enter changes the record as entering a stage asks for.
func (r *Record) Enter(stage verification.Stage, d Decision, now time.Time) {
	r.Version++
	r.UpdatedAt = now
	switch stage {
	case verification.Submitted:
		r.SubmittedAt, r.Corrections = now, nil
	case verification.NeedsCorrection:
		if d.Corrections != nil {
			r.Corrections = d.Corrections
		}
	case verification.Approved, verification.Rejected:
		r.DecidedAt, r.DecidedBy, r.Corrections = now, d.By, nil
	}
}

// WaitingSince is since when the record stands in the reviewers' queue; zero: it does not.
func (r *Record) WaitingSince(stage verification.Stage) time.Time {
	if stage == verification.Submitted || stage == verification.InReview {
		return r.SubmittedAt
	}
	return time.Time{}
}
