package evidence_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"rampa/internal/alert"
	"rampa/internal/console/evidence"
	"rampa/internal/limit"
	"rampa/internal/monitor"
	"rampa/internal/onboarding"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
	"rampa/internal/web/ui"
)

func words(t *testing.T, lang string) ui.Words {
	t.Helper()
	catalogue, err := ui.NewCatalogue(os.DirFS("../../web/ui"), os.DirFS(".."), evidence.Files)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Words(lang)
}

func TestEveryKindOfAlertAndEveryAnswerHasItsWords(t *testing.T) {
	t.Parallel()
	w := words(t, "en")
	need := func(key string) {
		t.Helper()
		if !w.Has("console." + key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, k := range alert.Kinds {
		need("alert.kind." + string(k))
	}
	for _, s := range []alert.State{alert.Open, alert.Cleared, alert.Confirmed} {
		need("alert.state." + string(s))
	}
	for _, company := range []bool{false, true} {
		for _, codes := range [][]string{onboarding.Sources(company), onboarding.Wealths(company), onboarding.Purposes(company)} {
			for _, code := range codes {
				need("choice." + code)
			}
		}
	}
	for _, code := range onboarding.EntityClasses() {
		need("declared.entity." + code)
	}
	for _, code := range onboarding.Relations() {
		need("declared.pep." + code)
	}
	for _, code := range onboarding.NoTINReasons() {
		need("declared.no_tin." + code)
	}
	for _, step := range onboarding.Steps() {
		if onboarding.Correctable(step) {
			need("declared.item." + step)
		}
	}
}

// clear seals nothing: what is tested here is the words.
type clear struct{}

func (clear) Seal(plaintext, _ []byte) ([]byte, error) { return plaintext, nil }
func (clear) Open(sealed, _ []byte) ([]byte, error)    { return sealed, nil }

var hole = regexp.MustCompile(`\{[a-z_]+\}`)

// TestEveryFindingOfMonitoringFillsItsSentence raises an alert by every kind of rule and reads it in every language: no
// figure may be missing.
func TestEveryFindingOfMonitoringFillsItsSentence(t *testing.T) {
	t.Parallel()
	d := storetest.Open(t, "sqlite", t.TempDir()+"/rampa.db")
	tenant, customers := storetest.Customers(t, d, 1)
	now := time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	alerts := alert.New(alert.Config{Store: compliance.New(d.DB).Alerts(), Sealer: clear{}, Now: func() time.Time { return now }})
	rules, err := monitor.LoadRules([]byte(`
version: 1
currency: EUR
rules:
  - {code: s, kind: structuring, holds: true, from: 1000.00, below: 9000.00, count: 2, window: 72h}
  - {code: v, kind: velocity, holds: false, count: 2, window: 72h}
  - {code: u, kind: unusual, holds: false, factor: 2, minimum: 1.00, least: 1, window: 90d}
  - {code: d, kind: volume, holds: false, share: 100, minimum: 1.00, window: 30d}
  - {code: i, kind: in_and_out, holds: true, share: 10, minimum: 1.00, window: 72h}
  - {code: n, kind: new_country, holds: false, minimum: 1.00, least: 1, window: 365d}
`))
	if err != nil {
		t.Fatal(err)
	}
	s := monitor.New(monitor.Config{Store: compliance.New(d.DB).Monitored(), Alerts: alerts, Rules: rules})
	for i, p := range []monitor.Transaction{
		{Direction: monitor.In, Amount: 1_200_50, Country: "ES"}, {Direction: monitor.In, Amount: 8_000_00, Country: "NG", Declared: 1_000_00}, {Direction: monitor.Out, Amount: 3_000_00},
	} {
		p.CustomerID, p.IntegrationID, p.Rail, p.Reference, p.At = customers[0], tenant, limit.Transfer, string(rune('a'+i)), now.Add(time.Duration(i)*time.Hour)
		if _, err := s.Observe(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	all, err := alerts.Of(t.Context(), customers[0])
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, lang := range ui.Languages {
		section := evidence.Reader{Words: words(t, lang)}.Section(all, evidence.Draft{})
		for i, a := range section.Alerts {
			if a.Says == "" || hole.MatchString(a.Says) || strings.Contains(a.Says, "⟦") || a.Form != nil {
				t.Errorf("%s: %q", lang, a.Says)
			}
			kinds[all[i].Summary["kind"]+lang] = a.Says
		}
	}
	if len(kinds) != 6*len(ui.Languages) {
		t.Errorf("not every kind spoke: %v", kinds)
	}
	for key, want := range map[string]string{
		"structuringes": "2 operaciones justo por debajo de 9.000,00 EUR en 72 horas: 9.200,50 EUR en conjunto.",
		"new_countryen": "The counterparty is in Nigeria, where none of the 1 before within 365 days was.",
		"in_and_outpt":  "Saíram 3.000,00 EUR em 72 horas desde que entraram 9.200,50 EUR.",
	} {
		if kinds[key] != want {
			t.Errorf("%s: %q", key, kinds[key])
		}
	}
}

func TestPointsAndPercentagesAreWritten(t *testing.T) {
	t.Parallel()
	for score, want := range map[string]string{"10000": "100 %", "9150": "91.5 %", "9105": "91.05 %", "9999": "99.99 %", "5": "0.05 %", "x": "x"} {
		a := alert.Alert{ID: 1, Kind: alert.Screening, State: alert.Open, Summary: map[string]string{"name": "A", "entry": "B", "list": "eu", "score": score, "parts": "+20\tone\n-150\ttwo\nthree"}}
		got := evidence.Reader{Words: words(t, "en"), Decide: true}.Section([]alert.Alert{a}, evidence.Draft{}).Alerts[0]
		if !strings.HasSuffix(got.Says, want+".") {
			t.Errorf("%s: %q", score, got.Says)
		}
		parts := []evidence.Part{{Points: "+0.2 %", Text: "one"}, {Points: "−1.5 %", Text: "two"}, {Text: "three"}}
		for i := range parts {
			if got.Parts[i] != parts[i] {
				t.Errorf("%+v", got.Parts[i])
			}
		}
	}
}

func TestWhatFollowsFromAConfirmationIsSaidBeforeIt(t *testing.T) {
	t.Parallel()
	for category, want := range map[string]string{"sanctions": "Confirm and ban", "pep": "Confirm"} {
		a := alert.Alert{ID: 1, Kind: alert.Screening, State: alert.Open, Summary: map[string]string{"category": category}}
		if got := (evidence.Reader{Words: words(t, "en"), Decide: true}).Section([]alert.Alert{a}, evidence.Draft{}).Alerts[0].Form.Confirm; got != want {
			t.Errorf("%s: %q", category, got)
		}
	}
}
