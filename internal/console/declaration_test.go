package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/onboarding"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

// folder is the service of declarations in memory, over the cabinet's files.
type folder struct {
	mu      sync.Mutex
	cabinet *cabinet
	records map[int64]*onboarding.Record
	made    []onboarding.Decision
	reads   int
}

func (f *folder) Queue(_ context.Context, p customer.Page) (rows []onboarding.Waiting, next string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := int64(1); id < 1000; id++ {
		if r, ok := f.records[id]; ok && !r.WaitingSince().IsZero() {
			rows = append(rows, onboarding.Waiting{Customer: f.cabinet.files[id].Customer, IntegrationName: "Envíos Atlántico", SubmittedAt: r.SubmittedAt})
		}
	}
	if len(rows) > p.Limit {
		return rows[:p.Limit], "abc", nil
	}
	return rows, "", nil
}

func (f *folder) Read(_ context.Context, id int64, _ audit.Actor) (*onboarding.Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.records[id]
	if !ok {
		return nil, onboarding.ErrNotFound
	}
	f.reads++
	if r.Stage == verification.Submitted {
		r.Stage = verification.InReview
		r.Version++
	}
	out := *r
	return &out, nil
}

func (f *folder) decide(id int64, stage verification.Stage, d onboarding.Decision) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.records[id]
	switch {
	case !ok:
		return onboarding.ErrNotFound
	case r.Version != d.Version:
		return verification.ErrTransition
	}
	r.Stage, r.Reasons, r.Corrections, r.DecidedAt, r.DecidedBy = stage, d.Reasons, d.Corrections, start(), d.Actor.Kind+" "+d.Actor.ID
	r.Version++
	f.made = append(f.made, d)
	return nil
}

func (f *folder) Accept(_ context.Context, id int64, d onboarding.Decision) error {
	return f.decide(id, verification.Approved, d)
}

func (f *folder) Refuse(_ context.Context, id int64, d onboarding.Decision) error {
	return f.decide(id, verification.Rejected, d)
}

func (f *folder) RequestCorrection(_ context.Context, id int64, d onboarding.Decision) error {
	return f.decide(id, verification.NeedsCorrection, d)
}

// declared puts an enhanced declaration of a customer into the folder.
func (w *world) declared(id int64, stage verification.Stage, ago time.Duration) *onboarding.Record {
	r := &onboarding.Record{CustomerID: id, IntegrationID: 1, Stage: stage, Version: 4, SubmittedAt: start().Add(-ago), File: &onboarding.File{
		Funds:       onboarding.Funds{Source: onboarding.Choice{Codes: []string{"salary", "other"}, Text: "Premio de lotería, con el resguardo."}, Wealth: onboarding.Choice{Codes: []string{"savings", "inheritance"}}},
		Use:         onboarding.Use{Purpose: onboarding.Choice{Codes: []string{"remittances"}}, MonthlyVolume: "12000", Transactions: "8"},
		Tax:         onboarding.Tax{Residences: []onboarding.Residence{{Country: "ES", TIN: "12345678Z"}, {Country: "AE", NoTINReason: onboarding.TINNotIssued}}, USPerson: no()},
		PEP:         onboarding.PEP{Relation: onboarding.PEPRelative, Function: "Concejal de Sevilla", Name: "Eva Ruiz"},
		Declaration: &verification.Declaration{Signature: "Ana Ruiz Peña", SignedAt: start().Add(-ago), Address: "198.51.100.23", TermsVersion: "2026-01"},
	}}
	w.folder.records[id] = r
	return r
}

func TestDeclarationsLookAsApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, id := range []int64{7, 8, 9, 10} {
		w.filed(id, verification.Approved, 100*time.Hour)
	}
	w.declared(7, verification.Submitted, 75*time.Hour)
	w.declared(8, verification.Submitted, 8*24*time.Hour)
	back := w.declared(9, verification.NeedsCorrection, time.Hour)
	back.Corrections = []verification.Correction{{Item: "tax", Message: "Falta el número."}, {Item: "funds", Message: "Diga de dónde.", Done: true}}
	w.declared(10, verification.InProgress, 0).SubmittedAt = time.Time{}
	b := w.as(operator.Compliance)
	check := func(name string, a answer) {
		t.Helper()
		uitest.Golden(t, name, styleHash.ReplaceAllString(a.body, "console.HASH.css"))
	}
	for _, lang := range ui.Languages {
		check("declarations-"+lang, b.get("/console/declarations?lang="+lang))
		check("file-declaration-"+lang, b.get("/console/files/7"))
	}
	check("declaration-refused-without-reason", b.post("/console/files/7/declaration/refuse", url.Values{"version": {"5"}}))
	b.post("/console/files/8/declaration/refuse", url.Values{"version": {"4"}, "reason": {"No cuadra."}}) // the version before it was read: nothing happens
	check("file-declaration-unsent", b.get("/console/files/10?lang=en"))
	check("file-declaration-asked", b.get("/console/files/9"))
}

func TestADeclarationIsDecidedOnTheFile(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	for _, id := range []int64{7, 8, 9} {
		w.declared(id, verification.InReview, time.Hour)
	}
	b := w.as(operator.Compliance)
	got := b.post("/console/files/7/declaration/accept", url.Values{"version": {"4"}})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/console/files/7?done=declaration#enhanced-declaration" {
		t.Fatal(got.status, got.header)
	}
	if page := b.get("/console/files/7?done=declaration").body; !strings.Contains(page, "Declaration: Approved") || strings.Contains(page, "declaration-accept") || !strings.Contains(page, "by Carla Ruiz") {
		t.Error("the outcome is not shown")
	}
	if page := b.get("/console/files/8?done=declaration").body; strings.Contains(page, "Declaration: ") {
		t.Error("an address alone shows an outcome")
	}
	stale := b.post("/console/files/7/declaration/refuse", url.Values{"version": {"4"}, "reason": {"Tarde"}})
	if stale.status != http.StatusConflict || !strings.Contains(stale.body, "while you were looking") {
		t.Error(stale.status)
	}
	for _, bad := range []url.Values{{}, {"reason": {" "}}, {"reason": {strings.Repeat("ñ", 2001)}}} {
		bad.Set("version", "4")
		if got := b.post("/console/files/8/declaration/refuse", bad); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#declaration-reason"`) {
			t.Errorf("%.20v: %d", bad, got.status)
		}
	}
	for _, bad := range []url.Values{{}, {"item": {"tax"}}, {"item": {"tax"}, "message[tax]": {" "}}} {
		bad.Set("version", "4")
		if got := b.post("/console/files/8/declaration/correction", bad); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `id="error-summary"`) || strings.Contains(got.body, `name="item" value="company" checked`) {
			t.Errorf("%v: %d", bad, got.status)
		}
	}
	if got := b.post("/console/files/8/declaration/refuse", url.Values{"version": {"4"}, "reason": {"No cuadra con sus ingresos."}}); got.status != http.StatusSeeOther {
		t.Error(got.status)
	}
	if got := b.post("/console/files/9/declaration/correction", url.Values{"version": {"4"}, "item": {"tax"}, "message[tax]": {" Falta el número. "}}); got.status != http.StatusSeeOther {
		t.Error(got.status)
	}
	if made := w.folder.made; len(made) != 3 || made[0].Actor.Kind != "operator" || made[0].RequestID != "req-1" {
		t.Fatalf("%+v", made)
	}
	if diff := cmp.Diff([]string{"No cuadra con sus ingresos."}, w.folder.made[1].Reasons); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]verification.Correction{{Item: "tax", Message: "Falta el número."}}, w.folder.made[2].Corrections); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string]int{"/console/files/7/declaration/accept": http.StatusBadRequest, "/console/files/11/declaration/accept?version=1": http.StatusBadRequest} {
		if got := b.post(path, nil); got.status != want {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := b.post("/console/files/11/declaration/accept", url.Values{"version": {"4"}}); got.status != http.StatusNotFound {
		t.Errorf("no declaration: %d", got.status)
	}
}

func TestADeclarationIsReadWithoutBeingDecidedByWhoMayNot(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	w.declared(7, verification.InReview, time.Hour)
	page := w.as(operator.Viewer).get("/console/files/7").body
	if !strings.Contains(page, "Concejal de Sevilla") || strings.Contains(page, "declaration-accept") || w.folder.reads != 1 {
		t.Errorf("%d readings", w.folder.reads)
	}
}

func TestADeclarationIsDecidedInABrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, id := range []int64{7, 8} {
		w.filed(id, verification.Approved, 100*time.Hour)
		w.declared(id, verification.Submitted, 75*time.Hour)
	}
	b := uitest.NewBrowser(t)
	signIn(b, w, operator.Compliance)
	look(t, b, w, "declarations", "/console/declarations")
	look(t, b, w, "file-declaration", "/console/files/7?lang=es")
	click(b, "#open-declaration-refuse", "#declaration-reason")
	click(b, "#declaration-refuse button", "#error-summary")
	shoot(b, "declaration-error", 1280)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	b.Open(w.url+"/console/files/7", 390)
	click(b, "#declaration-accept button", ".banner.success")
	if stage := w.folder.records[7].Stage; stage != verification.Approved {
		t.Fatal(stage)
	}
	shoot(b, "declaration-accepted", 390)
}
