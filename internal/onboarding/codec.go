package onboarding

import (
	"encoding/json"
	"fmt"
	"time"

	"rampa/internal/verification"
)

// fileVersion is written with every file. A change that old readers would misread raises it and teaches Decode the old shape.
const fileVersion = 1

// The stored structs have the domain's fields in the domain's order, so that the compiler refuses a field that was forgotten
// here. The names of their fields are the stored ones, and never change.
type (
	storedFile struct {
		V           int
		Source      storedChoice
		Wealth      storedChoice
		Purpose     storedChoice
		Volume      string
		Count       string
		Residences  []storedResidence
		USPerson    *bool
		EntityClass string
		PEP         storedPEP
		Declaration *storedDeclaration
	}
	storedChoice struct {
		Codes []string
		Text  string
	}
	storedResidence   struct{ Country, TIN, NoTINReason, NoTINText string }
	storedPEP         struct{ Relation, Function, Name string }
	storedDeclaration struct {
		PersonID     string
		Signature    string
		TermsVersion string
		SignedAt     time.Time
		Address      string
		UserAgent    string
	}
)

// Encode writes a file for storage.
func Encode(f *File) ([]byte, error) {
	s := storedFile{
		V: fileVersion, Source: storedChoice(f.Funds.Source), Wealth: storedChoice(f.Funds.Wealth), Purpose: storedChoice(f.Use.Purpose),
		Volume: f.Use.MonthlyVolume, Count: f.Use.Transactions, USPerson: f.Tax.USPerson, EntityClass: f.Tax.EntityClass,
		PEP: storedPEP(f.PEP), Declaration: (*storedDeclaration)(f.Declaration),
	}
	for _, r := range f.Tax.Residences {
		s.Residences = append(s.Residences, storedResidence(r))
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode declaration: %w", err)
	}
	return data, nil
}

// Decode reads a stored file; one of a newer version is refused, for saving it again would lose what this version does not
// know. No bytes are an empty file.
func Decode(data []byte) (*File, error) {
	if len(data) == 0 {
		return &File{}, nil
	}
	var s storedFile
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("decode declaration: %w", err)
	}
	if s.V > fileVersion {
		return nil, fmt.Errorf("decode declaration: version %d is newer than %d", s.V, fileVersion)
	}
	f := &File{
		Funds: Funds{Choice(s.Source), Choice(s.Wealth)}, Use: Use{Choice(s.Purpose), s.Volume, s.Count},
		Tax: Tax{USPerson: s.USPerson, EntityClass: s.EntityClass}, PEP: PEP(s.PEP), Declaration: (*verification.Declaration)(s.Declaration),
	}
	for _, r := range s.Residences {
		f.Tax.Residences = append(f.Tax.Residences, Residence(r))
	}
	return f, nil
}
