package kyc

import (
	"encoding/json"
	"fmt"
	"time"
)

// fileVersion is written with every file. A change that old readers would misread raises it and teaches Decode the old shape.
const fileVersion = 1

type storedFile struct {
	V           int                `json:"v"`
	Person      storedPerson       `json:"person"`
	Address     storedAddress      `json:"address"`
	Paper       storedPaper        `json:"paper"`
	Liveness    []string           `json:"liveness,omitempty"`
	Declaration *storedDeclaration `json:"declaration,omitempty"`
	Delegated   *storedDelegated   `json:"delegated,omitempty"`
}

type storedPerson struct {
	Name        string `json:"name,omitempty"`
	LastName    string `json:"last_name,omitempty"`
	LastName2   string `json:"last_name2,omitempty"`
	BirthDate   string `json:"birth_date,omitempty"`
	Nationality string `json:"nationality,omitempty"`
	Phone       string `json:"phone,omitempty"`
	PEP         *bool  `json:"pep,omitempty"`
}

type storedAddress struct {
	Line       string `json:"line,omitempty"`
	City       string `json:"city,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
}

type storedPaper struct {
	Type      string `json:"type,omitempty"`
	Number    string `json:"number,omitempty"`
	Country   string `json:"country,omitempty"`
	ExpiresAt string `json:"expires_at,omitempty"`
}

type storedDeclaration struct {
	PersonID     string    `json:"person_id,omitempty"`
	Signature    string    `json:"signature"`
	TermsVersion string    `json:"terms_version"`
	SignedAt     time.Time `json:"signed_at"`
	Address      string    `json:"address,omitempty"`
	UserAgent    string    `json:"user_agent,omitempty"`
}

type storedDelegated struct {
	VerifiedAt time.Time `json:"verified_at"`
	Reference  string    `json:"reference,omitempty"`
}

// Encode writes a file for storage. The stored structs have the domain's fields in the domain's order, so that the
// compiler refuses a field that was forgotten here.
func Encode(f *File) ([]byte, error) {
	data, err := json.Marshal(storedFile{
		V: fileVersion, Person: storedPerson(f.Person), Address: storedAddress(f.Address), Paper: storedPaper(f.Paper),
		Liveness: f.Liveness, Declaration: (*storedDeclaration)(f.Declaration), Delegated: (*storedDelegated)(f.Delegated),
	})
	if err != nil {
		return nil, fmt.Errorf("encode person file: %w", err)
	}
	return data, nil
}

// Decode reads a stored file. Fields that an older version did not have are empty and those it dropped are ignored; a file
// of a newer version is refused, for saving it again would lose what this version does not know. No bytes are an empty file.
func Decode(data []byte) (*File, error) {
	if len(data) == 0 {
		return &File{}, nil
	}
	var s storedFile
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("decode person file: %w", err)
	}
	if s.V > fileVersion {
		return nil, fmt.Errorf("decode person file: version %d is newer than %d", s.V, fileVersion)
	}
	f := &File{
		Person: Person(s.Person), Address: Address(s.Address), Paper: Paper(s.Paper),
		Declaration: (*Declaration)(s.Declaration), Delegated: (*Delegated)(s.Delegated),
	}
	if len(s.Liveness) > 0 {
		f.Liveness = s.Liveness
	}
	return f, nil
}
