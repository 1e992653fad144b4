// Package kyctest builds people's files for tests of what stands around package kyc. It must not be imported by anything
// that ships.
package kyctest

import (
	"rampa/internal/identity"
	"rampa/internal/kyc"
)

// Complete is the file of a Spanish adult with everything that is asked but the pictures and the signature: Papers names the
// former, Declaration is the latter.
func Complete(name, lastName string) *kyc.File {
	no := false
	return &kyc.File{
		Person: kyc.Person{
			Name: name, LastName: lastName, BirthDate: "1980-02-29", Nationality: "ES", Phone: "+34612345678", PEP: &no,
		},
		Address:  kyc.Address{Line: "Calle Mayor 1", City: "Madrid", PostalCode: "28013", Country: "ES"},
		Paper:    kyc.Paper{Type: "GOVERNMENT_ID", Number: identity.Example(identity.ESDNI), Country: "ES", ExpiresAt: "9999-01-01"},
		Liveness: []string{kyc.TurnLeft, kyc.Smile, kyc.LookUp},
	}
}

// Papers gives the codes of the pictures that f must have.
func Papers(f *kyc.File) []string {
	var codes []string
	for _, item := range kyc.Items(f) {
		if !item.Optional {
			codes = append(codes, item.Code)
		}
	}
	return codes
}

// Declaration is the signature under a file of Complete.
func Declaration(f *kyc.File) kyc.Declaration {
	return kyc.Declaration{Signature: kyc.FullName(f.Person), TermsVersion: "1"}
}
