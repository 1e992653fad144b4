// Package kyc is the file of a person under verification: what is asked of him, what is missing, and which papers satisfy it.
// Pure functions over one struct: it knows neither storage, nor pages, nor the partner API.
package kyc

import (
	"strings"
	"time"

	"rampa/internal/verification"
)

// File is everything a person says of himself in the KYC form, or an integration says of him. Texts are stored as given,
// trimmed; identifiers normalised.
type File struct {
	Person      Person
	Address     Address
	Paper       Paper
	Liveness    []string     // the movements asked before the camera, in the order asked; see AskLiveness
	Declaration *Declaration // nil: not signed
	Delegated   *Delegated   // nil: the person fills the form himself
}

// Person is who it is.
type Person struct {
	Name        string // first names
	LastName    string
	LastName2   string // second surname, where there is one
	BirthDate   string // YYYY-MM-DD
	Nationality string // ISO 3166-1 alpha-2
	Phone       string // E.164
	PEP         *bool  // politically exposed; nil = not answered
}

// Address is where the person lives. Country is ISO 3166-1 alpha-2.
type Address struct {
	Line, City, PostalCode, Country string
}

// Paper is the identity document.
type Paper struct {
	Type      string // one of PaperTypes(Country)
	Number    string // normalised by its country's rule
	Country   string // that issued it, ISO 3166-1 alpha-2
	ExpiresAt string // YYYY-MM-DD; "" where the paper has no end
}

// Delegated says that an integration, under a reliance agreement, has verified the person itself.
type Delegated struct {
	VerifiedAt time.Time
	Reference  string // the integration's own
}

// The parts that files of every kind have.
type (
	Declaration = verification.Declaration
	Document    = verification.Document
	Problem     = verification.Problem
	Requirement = verification.Requirement
)

// The steps of the form, in order. Their names are also the items that a correction names.
const (
	StepPersonal    = "personal"
	StepAddress     = "address"
	StepIdentity    = "identity" // the paper's data and pictures
	StepSelfie      = "selfie"   // the face and the movements
	StepCheck       = "check"    // everything to read again
	StepDeclaration = "declaration"
)

// Steps is all steps in the order of the form.
var Steps = []string{StepPersonal, StepAddress, StepIdentity, StepSelfie, StepCheck, StepDeclaration}

// The pictures. Each is an item of the file: Document.Item.
const (
	DocumentFront   = "document_front"
	DocumentBack    = "document_back"
	FaceImage       = "face_image"
	LivenessCapture = "liveness_capture" // of a delegated file; the form asks "liveness_capture.<movement>" for each movement
)

// FullName is how a person is named: first names and surnames.
func FullName(p Person) string {
	return strings.Join(strings.Fields(p.Name+" "+p.LastName+" "+p.LastName2), " ")
}

// StepOf gives the step that an item is entered on: a step is its own, "documents.face_image" is of the selfie. "" for an
// unknown item.
func StepOf(item string) string {
	code, isPaper := strings.CutPrefix(item, "documents.")
	if !isPaper {
		for _, step := range Steps {
			if step == item {
				return step
			}
		}
		return ""
	}
	switch code, _, _ = strings.Cut(code, "."); code {
	case DocumentFront, DocumentBack:
		return StepIdentity
	case FaceImage, LivenessCapture:
		return StepSelfie
	}
	return ""
}
