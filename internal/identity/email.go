package identity

import (
	"strings"

	"rampa/internal/identity/address"
	"rampa/internal/identity/disposable"
)

// ValidEmail tells whether s is one e-mail address, as Laravel's default rule has it but never with control characters;
// see address.Parse. Spaces around it are the caller's to trim.
func ValidEmail(s string) bool {
	_, ok := address.Parse(s)
	return ok
}

// NormalizeEmail gives the key under which addresses compare: lower case, Unicode in NFC, domain in A-labels, without
// comments and needless quotes. Spaces around are ignored. Keys are fixed points. err is a *Problem for what is no address.
// Keys are for comparing only: mail goes to the address as it was given.
func NormalizeEmail(s string) (key string, err error) {
	a, ok := address.Parse(strings.TrimSpace(s))
	if !ok {
		return "", &Problem{Code: CodeFormat, Params: map[string]string{"example": "name@example.com"}}
	}
	return a.String(), nil
}

// Disposable decides which mail domains are throw-away ones.
type Disposable = disposable.List

// DisposableListVersion is the version of the embedded list of disposable mail domains.
var DisposableListVersion = disposable.Version

// NewDisposable makes one with domains that the operator always allows or denies, each with what is below it.
func NewDisposable(allow, deny []string) *Disposable { return disposable.New(allow, deny) }
