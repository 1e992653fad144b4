package e2e

import (
	"strconv"
	"strings"
	"testing"
)

// TestADeclarationRaisesTheLimits: the integration asks for the enhanced declaration of a verified person, who fills it in on
// a phone; an operator accepts it, and the limits are those of tier 2.
func TestADeclarationRaisesTheLimits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	engines(t, func(s *server) {
		c := s.client()
		id := c.delegate("declares@acmecorp.com", "Muy Valid")
		c.want(id, "valid", "approved")
		if got := c.limits(id); got.Tier != 1 || got.highest() != "3000.00" {
			s.Errorf("before: %+v", got)
		}
		begun := c.declaration(id)
		if again := c.declaration(id); again != begun {
			s.Errorf("another link while the first lives: %+v and %+v", begun, again)
		}
		b := newBrowser(s, 390, false)
		b.open(begun.Link+"?lang=en", `#status[data-stage="draft"]`)
		b.declare(begun.Link, "Ana Valid")
		b.open(begun.Link, `#status[data-stage="approved"]`) // the sandbox decides by the name
		if got := c.limits(id); got.Tier != 2 || got.highest() != "50000.00" {
			s.Errorf("after: %+v", got)
		}
		if got := c.want(id, "valid", "approved"); got.Tier != 2 {
			s.Errorf("kyc/check says tier %d", got.Tier)
		}
		if kept := s.column(`SELECT count(*) FROM mails WHERE kind = 'declaration_accepted'`); kept != "1" {
			s.Errorf("%s letters", kept)
		}
	})
}

// TestADeclarationWaitsForAnOperator: what no name decides is not raised by being sent, and a link cut short opens nothing.
func TestADeclarationWaitsForAnOperator(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client()
	id := c.delegate("waits@acmecorp.com", "Ruiz")
	begun := c.declaration(id)
	newWalker(s).get(begun.Link[:len(begun.Link)-1]).want(404)
	b := newBrowser(s, 390, true)
	b.declare(begun.Link, "Ana Ruiz")
	b.open(begun.Link, `#status[data-stage="submitted"]`)
	if got := c.limits(id); got.Tier != 0 {
		s.Errorf("tier %d", got.Tier)
	}
	if waiting := s.column(`SELECT count(*) FROM declarations WHERE waiting_since IS NOT NULL`); waiting != "1" {
		s.Errorf("%s wait", waiting)
	}
}

// begun is what /onboarding-form answers.
type begun struct {
	Link      string `json:"onboarding_link"`
	ExpiresAt string `json:"expires_at"`
}

func (c *client) declaration(id int64) (out begun) {
	c.t.Helper()
	c.call("POST", "/onboarding-form", map[string]int64{"user_id": id}).data(&out)
	c.s.secret("declaration link", out.Link[strings.LastIndexByte(out.Link, '-')+1:])
	return out
}

// allowances is what /customers/{id}/limits answers.
type allowances struct {
	Tier   int
	Limits []struct{ Rail, Window, Limit string }
}

func (c *client) limits(id int64) (out allowances) {
	c.t.Helper()
	c.call("GET", "/customers/"+strconv.FormatInt(id, 10)+"/limits", nil).data(&out)
	return out
}

// highest gives the limit of 30 days over all rails.
func (a allowances) highest() string {
	best := ""
	for _, l := range a.Limits {
		if len(l.Limit) > len(best) || len(l.Limit) == len(best) && l.Limit > best {
			best = l.Limit
		}
	}
	return best
}

// declare fills in the whole declaration and signs it.
func (b *browser) declare(link, signature string) {
	b.open(link+"/funds?lang=en", "#step-funds")
	b.tick("source_of_funds", "salary")
	b.tick("source_of_wealth", "employment")
	b.save("funds", nil, "#step-purpose")
	b.tick("purpose", "savings")
	b.save("purpose", map[string]string{"expected_monthly_volume": "6000", "expected_transactions": "4"}, "#step-tax")
	b.save("tax", map[string]string{"tax_residences[0][country]": "ES", "tax_residences[0][tin]": "12345678A", "us_person": "no"}, "#error-summary")
	b.save("tax", map[string]string{"tax_residences[0][tin]": "12345678Z"}, "#step-pep")
	b.save("pep", map[string]string{"pep": "no"}, "#step-check")
	b.click("#step-check button", "#step-declaration")
	b.save("declaration", map[string]string{"truthful": "yes", "terms": "yes", "signature": signature}, "#status")
}

// tick ticks one of a list.
func (b *browser) tick(name, value string) {
	b.eval(`(document.querySelector('input[name="` + name + `"][value="` + value + `"]').checked = true, "")`)
}
