package verification

import "time"

// Document is a paper of a file, as its requirements see it.
type Document struct {
	ID      string
	Item    string // the requirement it answers: "registry_extract", "identity_document.<person id>", "document_front"
	Name    string // as uploaded, for display only
	Type    string // media type by content
	Size    int64
	AddedAt time.Time
}

// Requirement is one thing still missing before a file can be decided. Its shape is that of /kyc/check's requirements.
type Requirement struct {
	Code     string   // "field_missing", "document_missing", "correction_requested"
	Field    string   // "company.tax_id", "people.0.birth_date", "documents.registry_extract"
	Accepted []string // document types that satisfy it
	Item     string   // what a correction names: "company", "people", "documents.registry_extract"
}

// Problem is one thing wrong with what was entered. Field is the name of the input in the form and in the API:
// "tax_id", "registered_address[city]", "people[0][birth_date]"; "" = the page as a whole. Code is a message key; Params fill it.
type Problem struct {
	Field  string
	Code   string
	Params map[string]string
}

// Declaration is the signature under a file.
type Declaration struct {
	PersonID     string // the representative who signs; "" where a person signs for himself
	Signature    string // the name as typed
	TermsVersion string
	SignedAt     time.Time
	Address      string // client address
	UserAgent    string
}

// Correction is one thing that a reviewer wants mended. Item is a step of the form ("company", "people", "identity") or a
// paper ("documents.registry_extract", "documents.identity_document.<person id>").
type Correction struct {
	Item    string
	Message string // the reviewer's own words, shown to the customer
	Done    bool   // the customer has saved that item since
}
