package onboarding

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/onboarding"
	"rampa/internal/onboarding/onboardingtest"
	"rampa/internal/verification"
)

var (
	funds   = url.Values{"source_of_funds": {"savings", "salary"}, "source_of_funds_text": {""}, "source_of_wealth": {"employment"}}
	purpose = url.Values{"purpose": {"savings", "other"}, "purpose_text": {"A flat for my daughter."}, "expected_monthly_volume": {"6.000 €"}, "expected_transactions": {"4"}}
	tax     = together(residence(0, "ES", "12345678-z"), url.Values{"us_person": {"no"}})
)

func TestADeclarationIsFilledInStepByStepAndSigned(t *testing.T) {
	t.Parallel()
	m := newMemory()
	b := visitor(t, m)
	b.redirected(b.post(base+"/funds", funds), base+"/purpose")
	b.redirected(b.post(base+"/purpose", purpose), base+"/tax")
	b.redirected(b.post(base+"/tax", tax), base+"/pep")
	b.redirected(b.get(base+"/declaration"), base+"/check")
	b.redirected(b.post(base+"/pep", url.Values{"pep": {"no"}, "pep_function": {"left over"}}), base+"/check")
	b.redirected(b.post(base+"/check", nil), base+"/declaration")
	if diff := cmp.Diff(onboardingtest.Complete(false), m.visit.File); diff != "" {
		t.Error(diff)
	}
	b.redirected(b.post(base+"/declaration", url.Values{"signature": {"mara quinones"}, "terms": {"yes"}, "truthful": {"yes"}}), base)
	if m.visit.Form.Customer.Stage != verification.Submitted || m.visit.File.Declaration.Address != "203.0.113.9" {
		t.Errorf("%s, %+v", m.visit.Form.Customer.Stage, m.visit.File.Declaration)
	}
	b.redirected(b.get(base+"/tax"), base)
	body := b.get(base + "?lang=en").Body.String()
	for _, want := range []string{`data-stage="submitted"`, `href="https://app.lumbre.example/done"`, "A flat for my daughter.", "Signed by mara quinones"} {
		if !strings.Contains(body, want) {
			t.Errorf("the status page lacks %q", want)
		}
	}
}

func TestCountriesAreAddedAndRemovedWithoutSaving(t *testing.T) {
	t.Parallel()
	m := newMemory()
	b := visitor(t, m)
	legends := func(in url.Values, action string) (body string, n int) {
		body = b.post(base+"/tax?lang=en", together(in, url.Values{"action": {action}})).Body.String()
		return body, strings.Count(body, `class="card-legend"`)
	}
	two := together(residence(0, "ES", "12345678Z"), residence(1, "PT", "123456789"))
	if body, n := legends(residence(0, "ES", "12345678Z"), "add"); n != 2 || !strings.Contains(body, `value="12345678Z"`) {
		t.Errorf("%d countries after one more:\n%s", n, body)
	}
	if body, n := legends(two, "remove:0"); n != 1 || strings.Contains(body, "12345678Z") || !strings.Contains(body, "123456789") {
		t.Errorf("%d countries after one less:\n%s", n, body)
	}
	five := together(two, residence(2, "DE", "1"), residence(3, "FR", "1"), residence(4, "BE", "1"))
	if body, n := legends(five, "add"); n != 5 || strings.Contains(body, `value="add"`) {
		t.Errorf("%d countries, or more on offer", n)
	}
	for _, action := range []string{"remove:9", "remove:-1", "remove:x"} {
		if _, n := legends(two, action); n != 2 {
			t.Errorf("%s leaves %d", action, n)
		}
	}
	if m.saves != 0 {
		t.Errorf("%d were saved", m.saves)
	}
	b.redirected(b.post(base+"/tax", together(five, url.Values{"us_person": {"no"}})), base+"/pep")
	if w := b.post(base+"/tax?lang=en", together(five, residence(5, "AT", "1"), url.Values{"us_person": {"no"}})); w.Code != 422 || !strings.Contains(w.Body.String(), "at most 5 countries") {
		t.Errorf("six: %d", w.Code)
	}
}

func TestAStepLeftForLaterKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	m := newMemory()
	b := visitor(t, m)
	b.redirected(b.post(base+"/purpose", url.Values{"purpose": {"other"}, "expected_transactions": {"12"}, "action": {"later"}}), base+"?saved")
	if m.visit.File.Use.Transactions != "12" || !slices.Equal(m.visit.File.Use.Purpose.Codes, []string{"other"}) {
		t.Errorf("%+v", m.visit.File.Use)
	}
	if w := b.post(base+"/purpose", url.Values{"expected_transactions": {"a few"}, "action": {"later"}}); w.Code != 422 {
		t.Errorf("what is wrong is kept: %d", w.Code)
	}
}

func TestOnlyWhatTheReviewerAskedForCanBeChanged(t *testing.T) {
	t.Parallel()
	m := needsCorrection()
	b := visitor(t, m)
	b.redirected(b.get(base+"/declaration"), base+"/check")
	b.redirected(b.post(base+"/tax", together(residence(0, "ES", "12345678Z"), residence(1, "PT", "123456789"), url.Values{"us_person": {"no"}})), base)
	b.redirected(b.post(base+"/check", nil), base+"/declaration")
	b.redirected(b.post(base+"/declaration", url.Values{"signature": {"Mara Quiñones"}, "terms": {"y"}, "truthful": {"y"}}), base)
	if m.visit.Form.Customer.Stage != verification.Submitted || len(m.visit.File.Tax.Residences) != 2 {
		t.Fatal(m.visit.Form.Customer.Stage, m.visit.File.Tax)
	}
}

func TestACompanysRepresentativeIsNotNamed(t *testing.T) {
	t.Parallel()
	for _, s := range scenes() {
		if !strings.HasSuffix(s.name, "company") {
			continue
		}
		for _, lang := range []string{"es", "en", "pt"} {
			if _, _, body := s.page(t, lang); strings.Contains(body, "Mara") {
				t.Errorf("%s in %s names who may sign", s.name, lang)
			}
		}
	}
}

func TestNothingThatWasTypedBecomesMarkup(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>`
	b := visitor(t, complete())
	for path, in := range map[string]url.Values{
		"/funds":       {"source_of_funds": {evil}, "source_of_funds_text": {evil}, "source_of_wealth_text": {evil + strings.Repeat("x", 2000)}},
		"/purpose":     {"purpose": {evil}, "expected_monthly_volume": {evil}, "expected_transactions": {evil}},
		"/tax":         together(residence(0, evil, evil), residence(1, "ES", evil), url.Values{"us_person": {evil}, "entity_class": {evil}}),
		"/pep":         {"pep": {evil}, "pep_function": {evil + "\x00"}, "pep_name": {evil}},
		"/declaration": {"signature": {evil}, "terms": {evil}},
	} {
		w := b.post(base+path, in)
		if w.Code != 422 || strings.Contains(w.Body.String(), "<script>alert") || !strings.Contains(w.Body.String(), `id="error-summary"`) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	m := complete()
	b = visitor(t, m)
	b.redirected(b.post(base+"/pep", url.Values{"pep": {"self"}, "pep_function": {evil}}), base+"/check")
	if body := b.get(base + "/check").Body.String(); strings.Contains(body, "<script>alert") || m.visit.File.PEP != (onboarding.PEP{Relation: "self", Function: evil}) {
		t.Error("a stored text became markup")
	}
}
