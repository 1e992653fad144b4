// Package disposable knows throw-away mail domains: an embedded list, made by renew.sh, and the operator's own. It must not
// know what is done about them. Callers outside identity use identity.Disposable.
package disposable

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"

	"rampa/internal/identity/address"
)

// version is the version of npm's disposable-email-domains that the list was made of by disposable/renew.sh.
//
//go:embed VERSION
var version string

// Version is the version of the embedded list of disposable mail domains.
var Version = strings.TrimSpace(version)

//go:embed domains.txt.gz
var compressed []byte

// domains is the list as one text: a "\n", then each domain followed by "\n", sorted by bytes. A map of it would
// cost ten times the memory. It is inflated when first asked.
var domains = sync.OnceValue(func() string {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic("disposable: embedded list of disposable domains: " + err.Error())
	}
	list, err := io.ReadAll(r)
	if err != nil {
		panic("disposable: embedded list of disposable domains: " + err.Error())
	}
	return "\n" + string(list)
})

// List decides which mail domains are throw-away ones: the embedded list and the operator's own.
type List struct {
	allow, deny map[string]bool
}

// New makes one with domains that the operator always allows or denies, each with what is below it. Entries that
// are no domain are ignored.
func New(allow, deny []string) *List {
	return &List{allow: domainSet(allow), deny: domainSet(deny)}
}

func domainSet(names []string) map[string]bool {
	set := map[string]bool{}
	for _, d := range names {
		if name, ok := address.NormalizeDomain(bareDomain(d)); ok {
			set[name] = true
		}
	}
	return set
}

// Is tells whether a domain, or the domain of an address, is disposable: it or a parent is listed. Of the operator's
// entries the more specific wins, deny before allow on the same domain; both come before the embedded list.
func (l *List) Is(domainOrEmail string) bool {
	domain, ok := "", false
	if a, isEmail := address.Parse(strings.TrimSpace(domainOrEmail)); isEmail {
		domain, ok = a.Domain, true
	} else {
		domain, ok = address.NormalizeDomain(bareDomain(domainOrEmail))
	}
	if !ok {
		return false
	}
	for name := range upward(domain) {
		if l.deny[name] {
			return true
		}
		if l.allow[name] {
			return false
		}
	}
	for name := range upward(domain) {
		if listed(domains(), name) {
			return true
		}
	}
	return false
}

// bareDomain drops what people write around a domain: "@example.com.", " *.example.com".
func bareDomain(s string) string {
	s = strings.TrimSpace(s)
	s = s[strings.LastIndexByte(s, '@')+1:]
	return strings.TrimSuffix(strings.TrimPrefix(s, "*."), ".")
}

// upward yields a domain and its parents, the most specific first.
func upward(domain string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for more := true; more && yield(domain); {
			_, domain, more = strings.Cut(domain, ".")
		}
	}
}

// listed searches name among the lines of a sorted text that begins and ends with "\n", halving by bytes.
func listed(text, name string) bool {
	low, high := 0, len(text)-1 // both at a "\n"; the line sought lies between
	for low < high {
		start := strings.LastIndexByte(text[:low+(high-low+1)/2], '\n') + 1
		end := start + strings.IndexByte(text[start:], '\n')
		switch c := strings.Compare(text[start:end], name); {
		case c == 0:
			return true
		case c < 0:
			low = end
		default:
			high = start - 1
		}
	}
	return false
}
