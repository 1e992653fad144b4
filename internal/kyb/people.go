package kyb

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rampa/internal/identity"
	"rampa/internal/kyb/rule"
	"rampa/internal/kyb/share"
	"rampa/internal/kyb/ubo"
)

const (
	adultAge  = 18
	oldestAge = 120
	maxRows   = 50 // people, and owning companies
)

// CheckPeople checks and normalises people, owning companies and what they own together. f's company must have its country
// and legal form already. Nothing of f is changed; its other parts come back as they are.
func CheckPeople(rules *Ruleset, f File, now time.Time) (File, []Problem) {
	return checkPeople(rules, f, checker{now: now}, now)
}

func checkPeople(rules *Ruleset, f File, c checker, day time.Time) (File, []Problem) {
	who := rules.People(f.Company.Country, f.Company.LegalForm)
	f.People, f.Entities = slices.Clone(f.People), slices.Clone(f.Entities)
	if len(f.People) > maxRows || len(f.Entities) > maxRows {
		c.add("", CodeTooMany, "max", strconv.Itoa(maxRows))
		return f, c.problems
	}
	ids := map[string]bool{}
	for _, e := range f.Entities {
		ids[e.ID] = true
	}
	for i := range f.People {
		c.person(i, &f.People[i], who)
		c.through(fmt.Sprintf("people[%d][through]", i), f.People[i].Through, ids)
	}
	for i := range f.Entities {
		c.entity(i, &f.Entities[i], who)
		c.through(fmt.Sprintf("entities[%d][through]", i), f.Entities[i].Through, ids)
	}
	c.roles(&f, who)
	if who.Owners == OwnersHolders {
		c.ownership(&f, day)
	}
	return f, c.problems
}

func (c *checker) through(field, entity string, ids map[string]bool) {
	if entity != "" && !ids[entity] {
		c.add(field, CodeThroughUnknown)
	}
}

func (c *checker) person(i int, p *Person, who PeopleRule) {
	name := func(field string) string { return fmt.Sprintf("people[%d][%s]", i, field) }
	p.FirstName, p.LastName = c.line(name("first_name"), p.FirstName), c.line(name("last_name"), p.LastName)
	c.required(name("first_name"), p.FirstName)
	c.required(name("last_name"), p.LastName)
	p.BirthDate = c.birthDate(name("birth_date"), p.BirthDate)
	p.Nationality = c.country(name("nationality"), p.Nationality)
	switch p.Role {
	case "":
		c.add(name("role"), CodeRequired)
	case RoleRepresentative, RoleDirector, RoleOwner:
		if !slices.Contains(who.Roles, p.Role) {
			c.add(name("role"), CodeRoleNotAllowed)
		}
	default:
		c.add(name("role"), CodeRoleUnknown)
	}
	p.ByPower = p.ByPower && p.Role == RoleRepresentative
	p.Control = c.control(name("control"), p.Control, who)
	p.OwnershipPercent = strings.TrimSpace(p.OwnershipPercent)
	needless := p.Role != RoleOwner && p.Through == "" || p.Control != "" // a director or controller without a share
	if n, ok := share.Parse(p.OwnershipPercent); ok && n == 0 && needless {
		p.OwnershipPercent = ""
	}
	if p.OwnershipPercent != "" || !needless {
		p.OwnershipPercent = c.percent(name("ownership_percent"), p.OwnershipPercent, who)
	}
	if p.PEP == nil {
		c.add(name("pep"), CodeRequired)
	}
}

// control normalises how a person controls the company by other means; where nobody owns it, it is not asked.
func (c *checker) control(field, value string, who PeopleRule) string {
	value = strings.TrimSpace(value)
	switch {
	case value == ControlNone || who.Owners != OwnersHolders:
		return ""
	case value != "" && !slices.Contains(Controls, value):
		c.add(field, CodeControlUnknown)
	}
	return value
}

// birthDate wants an adult who can be alive.
func (c *checker) birthDate(field, value string) string {
	iso, born := c.date(field, value)
	c.required(field, iso)
	if born.IsZero() || c.now.IsZero() {
		return iso
	}
	today := c.now.UTC().Truncate(24 * time.Hour)
	switch {
	case born.AddDate(adultAge, 0, 0).After(today):
		c.add(field, CodePersonTooYoung, "age", strconv.Itoa(adultAge))
	case born.AddDate(oldestAge+1, 0, 0).Before(today):
		c.add(field, CodePersonTooOld, "age", strconv.Itoa(oldestAge))
	}
	return iso
}

func (c *checker) entity(i int, e *Entity, who PeopleRule) {
	name := func(field string) string { return fmt.Sprintf("entities[%d][%s]", i, field) }
	e.LegalName = c.line(name("legal_name"), e.LegalName)
	c.required(name("legal_name"), e.LegalName)
	if who.Owners != OwnersHolders {
		c.add(name("legal_name"), CodeOwnersNotAllowed)
		return
	}
	e.Country = c.country(name("country"), e.Country)
	e.RegistrationNumber = c.entityNumber(name("registration_number"), e.RegistrationNumber, e.Country)
	c.required(name("registration_number"), e.RegistrationNumber)
	e.OwnershipPercent = c.percent(name("ownership_percent"), strings.TrimSpace(e.OwnershipPercent), who)
}

// entityNumber checks less than the company's own number: an owner may be of any form, a foundation with a number of another
// kind too. Only what is clearly a mistyped number is refused.
func (c *checker) entityNumber(field, value, country string) string {
	value = c.line(field, value)
	scheme, _ := identity.CompanySchemes(country)
	normal, err := identity.Check(scheme, value)
	if err == nil {
		return normal
	}
	if p, ok := errors.AsType[*identity.Problem](err); ok && p.Code == identity.CodeCheckDigit {
		c.add(field, CodeIdentifierCheckDigit, "example", identity.Example(scheme))
	}
	return value
}

// percent normalises a share: above 0, at most 100, at most 4 decimals.
func (c *checker) percent(field, value string, who PeopleRule) string {
	if who.Owners != OwnersHolders {
		c.add(field, CodeOwnersNotAllowed)
		return value
	}
	n, ok := share.Parse(value)
	switch {
	case value == "":
		c.add(field, CodeRequired)
	case !ok:
		c.plain(field, value, maxShort)
		c.add(field, CodePercentFormat)
	case n <= 0 || n > share.Whole:
		c.add(field, CodePercentRange)
	default:
		return share.Format(n)
	}
	return value
}

// roles checks that those who must be named are named.
func (c *checker) roles(f *File, who PeopleRule) {
	representative, board := false, map[string]bool{}
	for _, p := range f.People {
		representative = representative || p.Role == RoleRepresentative
		if onBoard(p) {
			board[personKey(p)] = true
		}
	}
	switch {
	case !representative:
		c.add("", CodeRepresentative)
		if who.Board > len(board)+1 {
			c.add("", CodeBoardIncomplete, "min", strconv.Itoa(who.Board))
		}
	case who.Owners == OwnersSelf && len(board) == 0:
		c.add("", CodeTraderMissing)
	case who.Board > len(board):
		c.add("", CodeBoardIncomplete, "min", strconv.Itoa(who.Board))
	}
}

// onBoard tells whether a person manages the company by office.
func onBoard(p Person) bool {
	return p.Role == RoleDirector || p.Role == RoleRepresentative && !p.ByPower
}

// ownership checks the arithmetic of the shares, and by the rules of a day that no owner can be missing.
func (c *checker) ownership(f *File, day time.Time) {
	for _, p := range c.problems {
		if strings.HasSuffix(p.Field, "[ownership_percent]") || strings.HasSuffix(p.Field, "[through]") {
			return // sums over wrong figures would only confuse
		}
	}
	g := newGraph(f)
	sound := true
	if total := g.Total(ubo.Root); total > share.Whole {
		c.add("", CodeOwnersOver100, "total", share.Format(total), "names", g.holders(ubo.Root))
		sound = false
	}
	seen := map[string]bool{ubo.Root: true}
	for i, e := range f.Entities {
		key := f.entityKey(e)
		if circle := g.circle(key); circle != "" {
			c.add(fmt.Sprintf("entities[%d][through]", i), CodeOwnershipCycle, "names", circle)
			sound = false
		}
		if total := g.Total(key); total > share.Whole && !seen[key] {
			c.add("", CodeEntityOwnersOver100, "total", share.Format(total), "name", e.LegalName, "names", g.holders(key))
			sound = false
		}
		seen[key] = true
	}
	if law := ubo.On(day); sound && !f.NoOther && law.Hides(g.Graph) {
		reached, percent := law.Ownership.Words()
		c.add("no_other", CodeOwnersIncomplete, "total", share.FormatRat(g.known()), "reached", reached, "percent", percent)
	}
}

// CheckDeclaration checks the signature: one of the file's representatives signs, with his own name.
func CheckDeclaration(f *File, d Declaration) (Declaration, []Problem) {
	var c checker
	d.Signature = c.line("signature", d.Signature)
	c.required("signature", d.Signature)
	c.required("terms", d.TermsVersion)
	i := slices.IndexFunc(f.People, func(p Person) bool { return p.ID == d.PersonID && p.Role == RoleRepresentative })
	switch {
	case d.PersonID == "":
		c.add("person_id", CodeRequired)
	case i < 0:
		c.add("person_id", CodeSignerUnknown)
	case d.Signature != "" && !signs(f.People[i], d.Signature):
		c.add("signature", CodeSignatureMismatch, "name", f.People[i].FirstName+" "+f.People[i].LastName)
	}
	return d, c.problems
}

// signs tells whether a typed signature is a person's: a word of the first and a word of the last name stand in it.
func signs(p Person, signature string) bool {
	words := strings.Fields(signature)
	has := func(name string) bool {
		return slices.ContainsFunc(strings.Fields(name), func(part string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return rule.Fold(w) == rule.Fold(part) })
		})
	}
	return has(p.FirstName) && has(p.LastName)
}
