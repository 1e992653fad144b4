package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/alert"
	"rampa/internal/console"
	"rampa/internal/customer"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

// bell is the service of alerts in memory, over the cabinet's files.
type bell struct {
	mu      sync.Mutex
	cabinet *cabinet
	all     []alert.Alert
}

func (b *bell) raise(id, customerID int64, kind alert.Kind, ago time.Duration, holds bool, summary map[string]string) *alert.Alert {
	b.all = append(b.all, alert.Alert{ID: id, CustomerID: customerID, IntegrationID: 1, Kind: kind, Key: fmt.Sprint(id), Summary: summary, Holds: holds, State: alert.Open, RaisedAt: start().Add(-ago)})
	return &b.all[len(b.all)-1]
}

func (b *bell) Open(_ context.Context, p alert.Page) (rows []alert.Waiting, next string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from, _ := strconv.Atoi(p.Cursor)
	for _, a := range b.all {
		if a.State != alert.Open || p.Kind != "" && a.Kind != p.Kind {
			continue
		}
		if from--; from >= 0 {
			continue
		}
		if len(rows) == p.Limit {
			before, _ := strconv.Atoi(p.Cursor)
			return rows, strconv.Itoa(before + p.Limit), nil
		}
		a.Summary = nil
		name := fmt.Sprint("Customer ", a.CustomerID)
		if r, ok := b.cabinet.files[a.CustomerID]; ok {
			name = r.Customer.Name
		}
		rows = append(rows, alert.Waiting{Alert: a, Customer: name, Integration: "Envíos Atlántico"})
	}
	return rows, "", nil
}

func (b *bell) Of(_ context.Context, customerID int64) (out []alert.Alert, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.all {
		if a.CustomerID == customerID {
			out = append([]alert.Alert{a}, out...)
		}
	}
	return out, nil
}

func (b *bell) HeldAmong(_ context.Context, ids []int64) (map[int64]bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	held := map[int64]bool{}
	for _, a := range b.all {
		if a.Holds && a.State != alert.Cleared {
			held[a.CustomerID] = true
		}
	}
	return held, nil
}

func (b *bell) find(id int64) (*alert.Alert, error) {
	for i := range b.all {
		if b.all[i].ID == id {
			return &b.all[i], nil
		}
	}
	return nil, alert.ErrNotFound
}

func (b *bell) Get(_ context.Context, id int64) (alert.Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.find(id)
	if err != nil {
		return alert.Alert{}, err
	}
	return *a, nil
}

func (b *bell) Decide(_ context.Context, id int64, d alert.Decision) (alert.Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.find(id)
	switch {
	case err != nil:
		return alert.Alert{}, err
	case strings.TrimSpace(d.Reason) == "":
		return alert.Alert{}, alert.ErrReasonMissing
	case len([]rune(d.Reason)) > 2000:
		return alert.Alert{}, alert.ErrReasonLong
	case a.State != alert.Open:
		return alert.Alert{}, alert.ErrDecided
	}
	if a.State = alert.Cleared; d.Confirm {
		a.State = alert.Confirmed
	}
	a.Reason, a.DecidedAt, a.DecidedBy = strings.TrimSpace(d.Reason), b.cabinet.now(), d.Actor.ID
	return *a, nil
}

// Ban implements console.Bans.
func (c *cabinet) Ban(_ context.Context, id int64, b customer.Banning) error {
	return c.setBan(id, b, true)
}

// Unban implements console.Bans.
func (c *cabinet) Unban(_ context.Context, id int64, b customer.Banning) error {
	return c.setBan(id, b, false)
}

func (c *cabinet) setBan(id int64, b customer.Banning, ban bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.files[id]
	switch {
	case !ok:
		return customer.ErrUserNotFound
	case b.Reason == "":
		return customer.ErrBanReason
	case ban && r.Customer.Banned():
		return customer.ErrBanned
	case !ban && !r.Customer.Banned():
		return customer.ErrNotBanned
	}
	r.Customer.BannedAt, r.Customer.BanReason = time.Time{}, ""
	if ban {
		r.Customer.BannedAt, r.Customer.BanReason = c.now(), b.Reason
	}
	return nil
}

// alerted puts an alert of every kind on customer 7, one decided, and a few on others.
func (w *world) alerted() {
	w.bell.raise(1, 7, alert.Screening, 8*24*time.Hour, true, map[string]string{
		"name": "Ana Ruiz Peña", "subject": "person:p1", "subject_birth_date": "1984-05-17", "subject_countries": "ES", "matched": "RUIS PENA, Anna", "entry": "RUIZ PEÑA, Ana María",
		"aliases": "La Contadora; RUIS PENA, Anna", "entry_birth_date": "1984", "entry_countries": "ES CO", "category": "sanctions", "programs": "SDNTK",
		"list": "ofac-sdn", "list_hash": "9f2c4e1a7b7d4c53a0e1", "entry_id": "7157", "score": "9150", "config": "1",
		"parts": "8800\tnames: RUIZ = RUIS, PEÑA = PENA, ANA ~ ANNA\n500\tborn in 1984\n-150\tthe name is a weak alias"})
	w.bell.raise(2, 7, alert.Monitoring, 4*24*time.Hour, true, map[string]string{"rule": "structuring_transaction", "kind": "structuring", "explanation": "3 transactions just below 1000.00 EUR.",
		"reference": "Zk3VwQ9mP2nQ4rTvX8sLbYc01", "references": "Aa3VwQ9mP2nQ4rTvX8sLbYc01 Zk3VwQ9mP2nQ4rTvX8sLbYc01", "amount": "999.99", "direction": "in", "rail": "card", "at": "2026-11-18T09:00:00Z", "hours": "72", "count": "3", "below": "1000.00", "total": "2939.99"})
	w.bell.raise(3, 7, alert.DuplicateIdentification, 2*time.Hour, false, map[string]string{"other_customer": "8"})
	done := w.bell.raise(4, 7, alert.Verification, 9*24*time.Hour, true, map[string]string{"provider": "built-in", "note": "the selfie is dark"})
	done.State, done.Reason, done.DecidedBy, done.DecidedAt = alert.Cleared, "Vista en videollamada.\nEs ella.", "nobody", start().Add(-8*24*time.Hour)
	w.bell.raise(5, 9, alert.Screening, time.Hour, true, map[string]string{"name": "Lisboa Câmbios", "entry": "LISBON EXCHANGE", "list": "eu", "score": "8500"})
}

func TestAlertsLookAsApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filed(7, verification.InReview, 80*time.Hour)
	w.filed(8, verification.InReview, 9*24*time.Hour)
	w.filed(9, verification.InReview, time.Hour)
	w.alerted()
	b := w.as(operator.Compliance)
	check := func(name string, a answer) {
		t.Helper()
		uitest.Golden(t, name, styleHash.ReplaceAllString(a.body, "console.HASH.css"))
	}
	for _, lang := range ui.Languages {
		check("alerts-"+lang, b.get("/console/alerts?lang="+lang))
		check("file-alerts-"+lang, b.get("/console/files/7"))
	}
	b.get("/console?lang=en")
	check("alerts-none", b.get("/console/alerts?kind=review"))
	check("queue-held", b.get("/console"))
	check("alert-refused", b.post("/console/alerts/1/confirm", url.Values{"reason": {" "}}))
	check("ban-refused", b.post("/console/files/8/ban", url.Values{"reason": {""}}))
}

func TestAnAlertIsDecidedOnTheFileWithAReason(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	w.alerted()
	b := w.as(operator.Compliance)
	if got := b.post("/console/alerts/1/clear", url.Values{}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#reason-alert-1"`) {
		t.Fatal(got.status)
	}
	if got := b.post("/console/alerts/1/clear", url.Values{"reason": {strings.Repeat("ñ", 2001)}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "at most 2,000") {
		t.Fatal(got.status)
	}
	got := b.post("/console/alerts/1/clear", url.Values{"reason": {"Nació en otro año <1>."}})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/console/files/7?alert=1#alert-1" {
		t.Fatal(got.status, got.header)
	}
	page := b.get("/console/files/7?alert=1").body
	if !strings.Contains(page, "Alert cleared") || !strings.Contains(page, "Nació en otro año &lt;1&gt;.") || !strings.Contains(page, "by Carla Ruiz") {
		t.Error("the outcome is not shown")
	}
	if page := b.get("/console/files/7?alert=2").body; strings.Contains(page, "Alert cleared") || strings.Contains(page, "Alert confirmed") {
		t.Error("an address alone shows an outcome")
	}
	other := b.post("/console/alerts/1/confirm", url.Values{"reason": {"Tarde"}})
	if other.status != http.StatusConflict || !strings.Contains(other.body, "before you did") {
		t.Error(other.status)
	}
	if got := b.post("/console/alerts/2/confirm", url.Values{"reason": {"Sí."}}); got.status != http.StatusSeeOther {
		t.Error(got.status)
	}
	if a, _ := w.bell.find(2); a.State != alert.Confirmed || a.Reason != "Sí." {
		t.Errorf("%+v", a)
	}
	if a, _ := w.bell.find(1); a.State != alert.Cleared {
		t.Errorf("%+v", a)
	}
	for _, path := range []string{"/console/alerts/99/clear", "/console/alerts/0/clear", "/console/alerts/x/confirm"} {
		if got := b.post(path, url.Values{"reason": {"x"}}); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

func TestReadingTheEvidenceIsWrittenDown(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	w.alerted()
	b := w.as(operator.Viewer)
	if page := b.get("/console/alerts").body; strings.Contains(page, "RUIZ") || strings.Contains(page, "9150") || len(w.reads()) != 0 {
		t.Errorf("the queue tells what alerts say: %v", w.reads())
	}
	if page := b.get("/console/files/7").body; !strings.Contains(page, "RUIZ PEÑA, Ana María") || strings.Contains(page, "decide-alert-1") || strings.Contains(page, `id="ban-card"`) {
		t.Error("a viewer reads the evidence and decides nothing")
	}
	if reads := w.reads(); len(reads) != 1 || reads[0] != "7 kyb.read operator" {
		t.Error(reads)
	}
}

// TestSupportIsNotToldOfAlerts: who answers customers must not be able to warn them.
func TestSupportIsNotToldOfAlerts(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	w.alerted()
	b := w.as(operator.Support)
	for _, path := range []string{"/console", "/console/files/7"} {
		if page := b.get(path).body; strings.Contains(page, "RUIZ PEÑA") || strings.Contains(page, "/console/alerts") || strings.Contains(page, "Held") || strings.Contains(page, `id="alerts"`) {
			t.Errorf("%s tells support of alerts", path)
		}
	}
}

func TestTheQueueOfAlertsIsFilteredAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for i := range 60 {
		kind := alert.Screening
		if i == 30 {
			kind = alert.Monitoring
		}
		w.bell.raise(int64(100+i), 7, kind, time.Hour, i%2 == 0, nil)
	}
	b := w.as(operator.Viewer)
	page := b.get("/console/alerts").body
	if strings.Count(page, "<tr data-alert=") != 50 || !strings.Contains(page, `href="/console/alerts?after=50"`) || !strings.Contains(page, `href="/console/files/7#alert-100"`) {
		t.Error("the first page")
	}
	if next := b.get("/console/alerts?after=50").body; strings.Count(next, "<tr data-alert=") != 10 || !strings.Contains(next, `<a href="/console/alerts">`) {
		t.Error("the second page")
	}
	if one := b.get("/console/alerts?kind=monitoring").body; strings.Count(one, "<tr data-alert=") != 1 {
		t.Error("the filter")
	}
	if all := b.get("/console/alerts?kind=nonsense").body; strings.Count(all, "<tr data-alert=") != 50 {
		t.Error("an unknown filter")
	}
}

// holding refuses to approve as the service does for a held file.
type holding struct{ *cabinet }

func (holding) Approve(context.Context, int64, customer.Decision) error { return customer.ErrFileHeld }

func TestAHeldFileIsNotApprovedAndSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w = newWorld(t, func(c *console.Config) { c.Decider = holding{w.cabinet} })
	w.filed(7, verification.InReview, time.Hour)
	w.alerted()
	b := w.as(operator.Compliance)
	if page := b.get("/console/files/7").body; !strings.Contains(page, ` disabled aria-describedby="held">`) {
		t.Error("a held file can be approved")
	}
	got := b.post("/console/files/7/approve", url.Values{"version": {version(w, 7)}, "confirmed": {"yes"}})
	if got.status != http.StatusConflict || !strings.Contains(got.body, `id="error-summary"`) || !strings.Contains(got.body, `<a href="#alerts">`) {
		t.Fatal(got.status)
	}
}

func TestABanAndItsEndNeedAReason(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Compliance)
	for _, reason := range []string{"", "  ", strings.Repeat("ñ", 2001)} {
		if got := b.post("/console/files/7/ban", url.Values{"reason": {reason}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#ban-reason"`) {
			t.Errorf("%.5q: %d", reason, got.status)
		}
	}
	got := b.post("/console/files/7/ban", url.Values{"reason": {" Fraude con tarjetas. "}})
	if got.header.Get("Location") != "/console/files/7?done=ban" {
		t.Fatal(got.status, got.header)
	}
	if page := b.get("/console/files/7?done=ban").body; !strings.Contains(page, "Customer banned") || !strings.Contains(page, "Fraude con tarjetas.") || !strings.Contains(page, `action="/console/files/7/unban"`) || strings.Contains(page, "/7/ban\"") {
		t.Error("the ban is not shown")
	}
	if got := b.post("/console/files/7/ban", url.Values{"reason": {"Otra vez"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "before you") {
		t.Error(got.status)
	}
	if got := b.post("/console/files/7/unban", url.Values{"reason": {"Era otro."}}); got.header.Get("Location") != "/console/files/7?done=unban" {
		t.Fatal(got.status, got.header)
	}
	if page := b.get("/console/files/7?done=unban").body; !strings.Contains(page, "The ban is lifted") || strings.Contains(page, "Fraude") {
		t.Error("the end of the ban is not shown")
	}
	if got := b.post("/console/files/99/ban", url.Values{"reason": {"x"}}); got.status != http.StatusNotFound {
		t.Error(got.status)
	}
}

func TestAnAlertIsDecidedInABrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filed(7, verification.InReview, time.Hour)
	w.filed(9, verification.InReview, time.Hour)
	w.alerted()
	b := uitest.NewBrowser(t)
	signIn(b, w, operator.Compliance)
	look(t, b, w, "queue-held", "/console")
	look(t, b, w, "alerts", "/console/alerts")
	look(t, b, w, "alerts-none", "/console/alerts?kind=review")
	look(t, b, w, "file-alerts", "/console/files/7?lang=en")
	click(b, "#confirm-alert-1", "#error-summary")
	shoot(b, "alert-error", 1280)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	fill(b, "#reason-alert-1", "Another birth date, another country.")
	click(b, "#clear-alert-1", "#alert-1[data-state=cleared]")
	if a, _ := w.bell.Get(t.Context(), 1); a.State != alert.Cleared {
		t.Fatalf("%+v", a)
	}
	fill(b, "#reason-alert-2", "It was one payment in three parts.")
	click(b, "#confirm-alert-2", "#alert-2[data-state=confirmed]")
	if a, _ := w.bell.Get(t.Context(), 2); a.State != alert.Confirmed {
		t.Fatalf("%+v", a)
	}
	shoot(b, "alerts-decided", 1280)
	b.Open(w.url+"/console/files/9", 390)
	click(b, "#open-ban", "#ban-reason")
	click(b, "#ban button", "#error-summary")
	shoot(b, "ban", 390)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	fill(b, "#ban-reason", "Fraud.")
	click(b, "#ban button", "#banned")
	click(b, "#open-unban", "#unban-reason")
	shoot(b, "unban", 390)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
}
