package identity

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

// disposableVersion is the version of npm's disposable-email-domains that the list was made of by disposable/renew.sh.
//
//go:embed disposable/VERSION
var disposableVersion string

// DisposableListVersion is the version of the embedded list of disposable mail domains.
var DisposableListVersion = strings.TrimSpace(disposableVersion)

//go:embed disposable/domains.txt.gz
var disposableGzip []byte

// disposableDomains is the list as one text: a "\n", then each domain followed by "\n", sorted by bytes. A map of it would
// cost ten times the memory. It is inflated when first asked.
var disposableDomains = sync.OnceValue(func() string {
	r, err := gzip.NewReader(bytes.NewReader(disposableGzip))
	if err != nil {
		panic("identity: embedded list of disposable domains: " + err.Error())
	}
	list, err := io.ReadAll(r)
	if err != nil {
		panic("identity: embedded list of disposable domains: " + err.Error())
	}
	return "\n" + string(list)
})

// Disposable decides which mail domains are throw-away ones: the embedded list and the operator's own.
type Disposable struct {
	allow, deny map[string]bool
}

// NewDisposable makes one with domains that the operator always allows or denies, each with what is below it. Entries that
// are no domain are ignored.
func NewDisposable(allow, deny []string) *Disposable {
	return &Disposable{allow: domainSet(allow), deny: domainSet(deny)}
}

func domainSet(domains []string) map[string]bool {
	set := map[string]bool{}
	for _, d := range domains {
		if name, ok := NormalizeDomain(bareDomain(d)); ok {
			set[name] = true
		}
	}
	return set
}

// Is tells whether a domain, or the domain of an address, is disposable: it or a parent is listed. Of the operator's
// entries the more specific wins, deny before allow on the same domain; both come before the embedded list.
func (d *Disposable) Is(domainOrEmail string) bool {
	domain, ok := "", false
	if a, isEmail := parseEmail(strings.TrimSpace(domainOrEmail)); isEmail {
		domain, ok = a.domain, true
	} else {
		domain, ok = NormalizeDomain(bareDomain(domainOrEmail))
	}
	if !ok {
		return false
	}
	for name := range upward(domain) {
		if d.deny[name] {
			return true
		}
		if d.allow[name] {
			return false
		}
	}
	for name := range upward(domain) {
		if listed(disposableDomains(), name) {
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
