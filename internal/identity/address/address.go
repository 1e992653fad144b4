// Package address is the syntax of e-mail addresses and of the domains in them, and the form in which they compare. Pure
// functions; it must not know which addresses a customer may use. Callers outside identity use identity's own names.
package address

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Address is an address in its normal form: lower case, Unicode in NFC, the domain in A-labels, without comments and
// needless quotes.
type Address struct{ Local, Domain string }

// String is the address as one text: the key under which addresses compare.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// Parse reads one address as Laravel's default rule does (RFC 5321 and 5322 with RFC 6531's letters: quoted local parts,
// comments, address literals, no limit to the local part). Stricter in what no mailbox needs: control characters, line
// folds and invisible characters are refused everywhere. Time is linear in len(s).
func Parse(s string) (Address, bool) {
	s = norm.NFC.String(s) // first of all: the Greek question mark composes to a semicolon
	if !utf8.ValidString(s) || strings.ContainsFunc(s, isForbidden) {
		return Address{}, false
	}
	p := parser{rest: s}
	local, ok := p.localPart()
	if !ok || !p.blanks() || !p.take('@') {
		return Address{}, false
	}
	domain, ok := p.domain()
	if !ok || p.rest != "" {
		return Address{}, false
	}
	return Address{Local: local, Domain: domain}, true
}

// isForbidden holds for what may stand nowhere in an address, quoted or not: controls, invisible and unassigned characters,
// symbols and spaces outside ASCII.
func isForbidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P)
}

// parser eats an address from the left.
type parser struct{ rest string }

func (p *parser) take(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// run eats the characters for which ok holds.
func (p *parser) run(ok func(rune) bool) string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return !ok(r) })
	if end < 0 {
		end = len(p.rest)
	}
	eaten := p.rest[:end]
	p.rest = p.rest[end:]
	return eaten
}

// blanks eats spaces and comments. It fails on a comment that does not close.
func (p *parser) blanks() bool {
	for {
		p.run(func(r rune) bool { return r == ' ' })
		if p.rest == "" || p.rest[0] != '(' {
			return true
		}
		if !p.comment() {
			return false
		}
	}
}

// comment eats a comment with those inside it, by counting: a deep one must not grow the stack.
func (p *parser) comment() bool {
	depth, i := 0, 0
	for ; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			i++ // whatever follows is quoted
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.rest = p.rest[i+1:]
				return true
			}
		}
	}
	return false
}

func (p *parser) localPart() (string, bool) {
	if p.take('"') {
		return p.quoted()
	}
	local := p.run(func(r rune) bool { return r == '.' || isAtext(r) })
	return foldLocal(local), isDotAtom(local)
}

// quoted eats the rest of a quoted string. It comes out without quotes where it needs none.
func (p *parser) quoted() (string, bool) {
	var text strings.Builder
	for i := 0; i < len(p.rest); i++ {
		c := p.rest[i]
		if c == '"' {
			p.rest = p.rest[i+1:]
			return requote(foldLocal(text.String())), true
		}
		if c == '\\' {
			if i++; i == len(p.rest) || p.rest[i] >= utf8.RuneSelf {
				return "", false
			}
			c = p.rest[i]
		}
		text.WriteByte(c)
	}
	return "", false
}

func requote(text string) string {
	if isDotAtom(text) && !strings.ContainsFunc(text, func(r rune) bool { return r != '.' && !isAtext(r) }) {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// foldLocal lowers to a fixed point: composing after lowering can leave something to lower.
func foldLocal(s string) string {
	for range 3 {
		next := norm.NFC.String(strings.ToLower(norm.NFC.String(s)))
		next = strings.ReplaceAll(next, "ς", "σ") // both are the small of Σ
		if next == s {
			break
		}
		s = next
	}
	return s
}

// isDotAtom tells whether the dots of s stand between something.
func isDotAtom(s string) bool {
	return s != "" && s[0] != '.' && s[len(s)-1] != '.' && !strings.Contains(s, "..")
}

func isAtext(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return true // isForbidden has been through it
}

// domain eats a domain or an address literal, and comments after its labels.
func (p *parser) domain() (string, bool) {
	if p.take('[') {
		text := p.run(func(r rune) bool { return r < utf8.RuneSelf && r != '[' && r != ']' && r != '\\' })
		if text == "" || !p.take(']') || !p.comments() {
			return "", false
		}
		return "[" + foldLiteral(text) + "]", true
	}
	var labels strings.Builder
	for {
		label := p.run(isDomainRune)
		if label == "" || !p.comments() {
			return "", false
		}
		labels.WriteString(label)
		if !p.take('.') {
			return NormalizeDomain(labels.String())
		}
		labels.WriteByte('.')
	}
}

// comments eats comments without spaces.
func (p *parser) comments() bool {
	for p.rest != "" && p.rest[0] == '(' {
		if !p.comment() {
			return false
		}
	}
	return true
}

// foldLiteral writes an IPv6 address in its one canonical form.
func foldLiteral(text string) string {
	text = strings.ToLower(text)
	if v6, ok := strings.CutPrefix(text, "ipv6:"); ok {
		if ip, err := netip.ParseAddr(v6); err == nil && ip.Zone() == "" {
			return "ipv6:" + ip.String()
		}
	}
	return text
}

// isDomainRune holds for letters, digits and hyphens of any script, the full-width and ideographic dots and forms that IDNA
// maps to plain ones, and the few marks that some scripts write within words.
func isDomainRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N) || strings.ContainsRune("。．｡·͵׳״・－", r)
}

// idnaProfile maps as browsers do (UTS 46, non-transitional), but lets labels have hyphens in third and fourth place: such
// domains exist.
var idnaProfile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.CheckHyphens(false))

// NormalizeDomain gives a domain in lower-case A-labels, without a dot at the end allowed: exämple.com, EXÄMPLE.com and
// xn--exmple-cua.com are one. False for what is no host name.
func NormalizeDomain(s string) (string, bool) {
	// A-labels are never shorter than what they encode: refusing here keeps punycode's quadratic time away.
	if utf8.RuneCountInString(s) > 253 {
		return "", false
	}
	ascii := strings.ToLower(s)
	if !isASCII(s) {
		var err error
		if ascii, err = idnaProfile.ToASCII(s); err != nil || !isASCII(ascii) {
			return "", false
		}
	}
	if len(ascii) > 253 {
		return "", false
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsFunc(label, func(r rune) bool { return !isDomainRune(r) }) {
			return "", false
		}
	}
	return ascii, true
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
