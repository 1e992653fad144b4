package onramp

import (
	"strings"
	"unicode"

	"rampa/internal/customer"
)

// clearlyAnother reports whether the name that a bank gives cannot be the customer's: banks cut, reorder and misspell names, so one
// word in common is enough for it to be theirs. What has no letters that we can compare is nobody's in particular.
func clearlyAnother(holder, name string) bool {
	theirs, ours := words(holder), words(name)
	if len(theirs) == 0 || len(ours) == 0 {
		return false
	}
	for w := range theirs {
		for o := range ours {
			if w == o || near(w, o) {
				return false
			}
		}
	}
	return true
}

// words are the words of a name that tell something: without accents, initials and legal forms.
func words(name string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(customer.Folded(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len([]rune(w)) > 2 && !forms[w] && latin(w) {
			out[w] = true
		}
	}
	return out
}

// forms are words that many names share.
var forms = map[string]bool{"del": true, "los": true, "las": true, "van": true, "von": true, "der": true, "dos": true, "das": true, "ltd": true, "inc": true,
	"llc": true, "gmbh": true, "sociedad": true, "limitada": true, "anonima": true, "the": true, "and": true, "mrs": true, "don": true, "doña": true}

// near reports whether two words differ by one letter, or one begins with the other: "GONZALE" for "gonzalez".
func near(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 4 {
		return false
	}
	if strings.HasPrefix(string(y), string(x)) {
		return true
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return i == len(x) || string(x[i+1:]) == string(y[i+1:])
	}
	return string(x[i:]) == string(y[i+1:])
}

// latin reports whether a word is in the one script that customers' names are kept in.
func latin(word string) bool {
	for _, r := range word {
		if !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}
