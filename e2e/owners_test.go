package e2e

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestAChainOfOwnersShowsItsBeneficialOwners: a company tells on a phone who owns it through whom, and is told who its
// beneficial owners are by the directive. An operator who opens the file when the regulation applies sees one more.
func TestAChainOfOwnersShowsItsBeneficialOwners(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	s := start(t)
	s.secret("surname", surname)
	partner := s.client()
	c := partner.register("socios@acmecorp.com", "Cadena de Socios S.L.")
	w, a := newWalker(s).unlock(c), newAnswers("Cadena de Socios S.L.")
	for _, step := range []string{"country", "company", "addresses", "activity"} {
		w.submit("step-"+step, merge(a[step], "action", "save"), nil).want(200)
	}

	phone := newBrowser(s, 390, true)
	phone.unlock(c, `#status[data-stage="in_progress"]`)
	phone.open(c.Link+"/people", "#step-people")
	phone.owners()
	if told := phone.shown("#error-summary"); !strings.Contains(told, "add up to 101 %") || !strings.Contains(told, "Alfa Participaciones S.A. 61 %, Eva Sanz 40 %") {
		s.Errorf("shares of 101 %% are refused with %q", told)
	}
	phone.save("people", map[string]string{rowInput("entities", 0, "ownership_percent"): "60"}, "#step-documents")
	phone.documents(newPapers(s))
	told := phone.shown("main")
	for _, want := range []string{
		"Beneficial owner: Ana Ruiz", "Holds 36 %", "60 % of Alfa Participaciones S.A., which holds 60 % of Cadena de Socios S.L. = 36 %",
		"Beneficial owner: Eva Sanz", "40 % directly",
	} {
		if !strings.Contains(told, want) {
			s.Errorf("the company is not told %q: %s", want, told)
		}
	}
	if strings.Contains(told, "Beneficial owner: Iker") {
		s.Error("24 % makes nobody a beneficial owner by the directive")
	}
	phone.sign()

	partner.advance(time.Until(time.Date(2027, 7, 10, 0, 0, 0, 0, time.UTC)) + time.Hour)
	phone.signIn(s)
	phone.open(s.ConsoleURL+"/files/"+strconv.FormatInt(c.ID, 10)+"?lang=en", "section #owners") // "#owners" alone would also find "#ownership" in a link
	told = phone.shown("#owners")
	for _, want := range []string{
		"Regulation (EU) 2024/1624", "60 % of Alfa Participaciones S.A., which holds 60 % of Cadena de Socios S.L. = 36 %",
		"Iker " + surname, "Holds 40 % of Alfa Participaciones S.A., which controls the company",
	} {
		if !strings.Contains(told, want) {
			s.Errorf("from 10 July 2027 the operator is not told %q: %s", want, told)
		}
	}
}

// owners names three people and the company through which two of them own, with one percent too many.
func (b *browser) owners() {
	b.t.Helper()
	person := func(first, last, percent string) map[string]string {
		p := maps.Clone(owner)
		p["first_name"], p["last_name"], p["ownership_percent"] = first, last, percent
		return p
	}
	ana := maps.Clone(representative)
	ana["ownership_percent"] = "60"
	add := func(what, until string) { b.click(`#step-people button[value="add_`+what+`"]`, `[name="`+until+`"]`) }
	b.fill("step-people", row("people", 0, ana))
	for n, p := range []map[string]string{person("Iker", surname, "40"), person("Eva", "Sanz", "40")} {
		add("person", rowInput("people", n+1, "first_name"))
		b.fill("step-people", row("people", n+1, p))
	}
	add("entity", rowInput("entities", 0, "legal_name"))
	b.fill("step-people", row("entities", 0, map[string]string{"legal_name": "Alfa Participaciones S.A.", "country": "ES", "registration_number": "A58818501", "ownership_percent": "61"}))
	alfa := b.eval(`document.querySelector('[name="` + rowInput("entities", 0, "id") + `"]').value`)
	add("entity", rowInput("entities", 1, "legal_name")) // a company can be chosen once it is named; a blank one is left out
	b.save("people", map[string]string{rowInput("people", 0, "through"): alfa, rowInput("people", 1, "through"): alfa}, "#error-summary")
}

// shown is what an element shows, without the spaces that keep words together.
func (b *browser) shown(selector string) string {
	b.t.Helper()
	return strings.ReplaceAll(b.text(selector), "\u00a0", " ")
}
