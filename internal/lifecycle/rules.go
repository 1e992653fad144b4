// Package lifecycle is what time does to approved files: identity papers expire and reviews fall due, so files open again,
// with notice. It stands on package customer, which keeps the files and moves them; it must not know HTTP or SQL.
package lifecycle

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"rampa/internal/customer"
)

//go:embed review.yaml
var reviewYAML []byte

// text is a message in every language that customers read.
type text map[string]string

func (t text) in(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	return t["es"] // as the letters do
}

// ruleset is review.yaml; its head explains it.
type ruleset struct {
	Version  int
	Notice   int
	Months   map[customer.Kind]map[string]int
	Ask      map[customer.Kind][]string
	Messages map[string]text
}

// The messages of review.yaml.
const (
	messageExpired  = "expired"  // the paper has expired
	messagePeriodic = "periodic" // the review has come
	messageExpires  = "expires"  // the paper will expire
	messageComes    = "comes"    // the review will come
)

const (
	pepMonths    = "pep"
	longestMonth = 60 // article 26 of Regulation (EU) 2024/1624
)

// rules is the embedded ruleset. It is read once; a test proves that it loads.
var rules = sync.OnceValue(func() *ruleset {
	r, err := loadRules(reviewYAML)
	if err != nil {
		panic("lifecycle: review.yaml: " + err.Error())
	}
	return r
})

// loadRules reads a ruleset and refuses one with any mistake.
func loadRules(data []byte) (*ruleset, error) {
	var r ruleset
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&r); err != nil {
		return nil, err
	}
	var wrong []error
	refuse := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if r.Version != 1 || r.Notice < 1 || r.Notice > 90 {
		refuse("version 1 with 1 to 90 days of notice is wanted")
	}
	for _, kind := range []customer.Kind{customer.Individual, customer.Company} {
		for _, tier := range []string{"1", "2", pepMonths} {
			if n := r.Months[kind][tier]; n < 1 || n > longestMonth {
				refuse("months.%s.%s is %d", kind, tier, n)
			}
		}
		if len(r.Ask[kind]) == 0 {
			refuse("nothing is asked of a %s", kind)
		}
	}
	for _, name := range []string{messageExpired, messagePeriodic, messageExpires, messageComes} {
		if m := r.Messages[name]; m["es"] == "" || m["en"] == "" || m["pt"] == "" {
			refuse("the message %s is not there in es, en and pt", name)
		}
	}
	return &r, errors.Join(wrong...)
}

// Approval is what the next review depends on.
type Approval struct {
	Kind           customer.Kind
	Tier           int
	PEP            bool
	PaperExpiresAt string // YYYY-MM-DD, "" = no end
	At             time.Time
}

// NextReview gives the instant at which an approved file must be looked at again: months after the approval, or when the
// identity paper has expired if that is sooner. A paper is good to the end of its last day (UTC).
func NextReview(a Approval) time.Time { return rules().next(a) }

func (r *ruleset) next(a Approval) time.Time {
	months := r.Months[a.Kind][strconv.Itoa(max(1, min(a.Tier, 2)))]
	if a.PEP {
		months = min(months, r.Months[a.Kind][pepMonths])
	}
	next := a.At.AddDate(0, months, 0)
	if over, ok := over(a.PaperExpiresAt); ok && over.After(a.At) && over.Before(next) {
		next = over
	}
	return next
}

// over gives the instant from which a paper is no good any more.
func over(expiresAt string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, expiresAt)
	return day.AddDate(0, 0, 1), err == nil
}

// ReviewOf is NextReview of a customer who was approved just now: what customer.Config.NextReview wants.
func ReviewOf(now func() time.Time) func(c customer.Customer, r *customer.Record) time.Time {
	return func(c customer.Customer, r *customer.Record) time.Time {
		return NextReview(Approval{Kind: c.Kind, Tier: c.Tier, PEP: r.PEP(), PaperExpiresAt: expiry(r), At: now()})
	}
}

// expiry is when a person's paper ends; "" for a company.
func expiry(r *customer.Record) string {
	if r.Person == nil {
		return ""
	}
	return r.Person.Paper.ExpiresAt
}
