package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	openapi "rampa/api"
	"rampa/internal/api"
	"rampa/internal/config"
	"rampa/internal/db"
)

// byID are the calls that name a customer, with the place of the name: kind tells whose name fits there. told is the answer
// to a name of another integration's where the contract gives it one of its own.
var byID = []struct {
	route string
	kind  string
	call  func(name string) call
	told  string
}{
	{"POST /register/company/{user_id}/link", "id", path("POST", "/register/company/%s/link", ""), ""},
	{"POST /registerUser/{user_id}/link", "id", path("POST", "/registerUser/%s/link", ""), ""},
	{"POST /customers/{user_id}/documents", "id", path("POST", "/customers/%s/documents", `{"type":"other","file":"JVBERi0xLjcK"}`), `403 {"status":"error","error":"user_not_in_integration"}`},
	{"POST /customers/{user_id}/documents", "id", path("POST", "/customers/%s/documents", `{"type":"other","file":"nothing at all"}`), `403 {"status":"error","error":"user_not_in_integration"}`},
	{"GET /customers/{user_id}/limits", "id", path("GET", "/customers/%s/limits", ""), ""},
	{"POST /onboarding-form", "id", inBody("/onboarding-form", `{"user_id":"%s"}`), ""},
	{"GET /kyc/check", "id", path("GET", "/kyc/check?user_id=%s", ""), ""},
	{"GET /users/find", "id", path("GET", "/users/find?user_id=%s", ""), ""},
	{"GET /users/find", "uuid", path("GET", "/users/find?uuid=%s", ""), ""},
	{"GET /users/find", "email", path("GET", "/users/find?email=%s", ""), ""},
	{"GET /users/find", "external_id", path("GET", "/users/find?external_id=%s", ""), ""},
	{"GET /users/find", "identification_number", path("GET", "/users/find?identification_number=%s", ""), ""},
	{"POST /createPayment", "id", inBody("/createPayment", paymentOf("transfer")), ""},
	{"POST /createGuidedPayment", "id", inBody("/createGuidedPayment", paymentOf("card")), ""},
	{"POST /sandbox/kyc", "id", inBody("/sandbox/kyc", `{"user_id":"%s","decision":"valid"}`), ""},
}

func path(method, pattern, body string) func(string) call {
	return func(name string) call {
		return call{method, fmt.Sprintf(pattern, name), body, header("Content-Type", jsonBody)}
	}
}

func inBody(path, pattern string) func(string) call {
	return func(name string) call {
		return call{"POST", path, fmt.Sprintf(pattern, name), header("Content-Type", jsonBody)}
	}
}

// nameless are the calls that name no customer.
var nameless = []string{"GET /openapi.yaml", "POST /authenticate", "POST /register/company", "POST /registerUser", "POST /registerUser/kyc-delegated", "GET /customers/list",
	"GET /available-assets", "GET /payment-methods", "GET /token-price", "GET /quote", "GET /getRampoffQuote", "GET /sandbox/clock", "POST /sandbox/clock",
	// these name payments and transfers: TestAPaymentOfOthersIsAnsweredAsOneThatIsNotThere
	"GET /payment/{id}", "GET /payments", "POST /sandbox/payment", "POST /sandbox/bank-transfer", "POST /sandbox/bank-return"}

// paymentOf is a payment whose customer is yet to be named.
func paymentOf(method string) string {
	return `{"user_id":"%s","payment_type":"` + method + `","fiat_symbol":"EUR","fiat_amount":100,"coin_symbol":"USDC","coin_chain":"polygon","wallet":"` + somebodysWallet + `"}`
}

// routes are those of the API with everything on.
func routes() []string { return api.New(api.Config{Now: time.Now, Clock: stoppedClock{}}).Routes() }

type stoppedClock struct{ api.SandboxClock }

// TestEveryRouteIsInTheMatrix: a new call must say whether it names a customer, and the path's names are counted.
func TestEveryRouteIsInTheMatrix(t *testing.T) {
	t.Parallel()
	covered := slices.Clone(nameless)
	for _, c := range byID {
		covered = append(covered, c.route)
	}
	for _, r := range routes() {
		if !slices.Contains(covered, r) {
			t.Errorf("%s is not in the matrix: say here whether it names a customer", r)
		}
		if strings.Contains(r, "{") && slices.Contains(nameless, r) && r != "GET /payment/{id}" || strings.Count(r, "{") > 1 {
			t.Errorf("%s names something that the matrix does not try", r)
		}
	}
	for _, c := range covered {
		if !slices.Contains(routes(), c) {
			t.Errorf("%s is no call any more", c)
		}
	}
}

// missing and malformed are names of nobody.
var (
	missing = map[string]string{"id": "987654321", "uuid": "0199aaaa-0000-7000-8000-000000000001", "email": "none@acmecorp.com", "external_id": "none", "identification_number": "87654321X"}
	wrong   = map[string][]string{"id": {"x", "1.5", "-1", "0", "99999999999999999999", "1%20OR%201=1", "%00", "1%2F..%2F2", "%E2%80%AE1"}, "uuid": {"x", "0199aaaa"}, "email": {"x", "%00"},
		"external_id": {"%F0%9F%92%A9"}, "identification_number": {"%27--", "%F0%9F%92%A9"}}
)

// TestACustomerOfOthersIsAnsweredAsOneThatIsNotThere: every call that names a customer × its own, another integration's, a
// missing and a malformed name. Status, headers and body are those of the missing one, and nothing changes anywhere, unless
// the contract names another answer.
func TestACustomerOfOthersIsAnsweredAsOneThatIsNotThere(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		other := w.partner("Otra")
		mine := newNamed(w.main, "mia", "12345678Z")
		theirs := newNamed(other, "ajena", "00000000T")
		before := w.rows()
		for _, c := range byID {
			nothing := w.main.send(c.call(missing[c.kind]))
			if !strings.Contains(nothing.body, `"user_not_found"`) {
				w.Errorf("%s: %s", c.route, nothing.body)
			}
			foreign := w.main.send(c.call(theirs[c.kind]))
			switch got := fmt.Sprint(foreign.status, " ", foreign.body); {
			case c.told != "" && got != c.told:
				w.Errorf("%s: %s, want %s", c.route, got, c.told)
			case c.told == "" && plain(foreign) != plain(nothing):
				w.Errorf("%s tells that another integration's customer is there:\n%s\n%s", c.route, plain(foreign), plain(nothing))
			}
			for _, bad := range wrong[c.kind] {
				if a := w.main.send(c.call(bad)); strings.Contains(a.body, `"status":"ok"`) || strings.Contains(a.body, "unexpected") || a.status >= 500 {
					w.Errorf("%s %s: %d %s", c.route, bad, a.status, a.body)
				}
			}
		}
		if diff := cmp.Diff(before, w.rows()); diff != "" {
			w.Errorf("something was changed (-before +after):\n%s", diff)
		}
		for _, c := range byID {
			if a := w.main.send(c.call(mine[c.kind])); !strings.Contains(a.body, `"status":"ok"`) && !strings.Contains(a.body, "invalid_file") && !strings.Contains(a.body, "require_kyc") && c.route != "POST /register/company/{user_id}/link" {
				w.Errorf("%s refuses one's own: %d %s", c.route, a.status, a.body)
			}
		}
		if a := other.get("/kyc/check?user_id=" + theirs["id"]); !strings.Contains(a.body, `"stage":"draft"`) {
			w.Errorf("another integration changed it: %s", a.body)
		}
		for _, search := range []string{"", "?search=ajena", "?email=ajena@acmecorp.com", "?external_id=ajena"} {
			if a := w.main.get("/customers/list" + search); strings.Contains(a.body, "ajena") {
				w.Errorf("the list%s shows another integration's: %s", search, a.body)
			}
		}
	})
}

// rows counts what every table that a call may write holds, beside the server; versions and times of change are added up.
func (w *world) rows() map[string]int64 {
	w.Helper()
	source := w.cfg.Storage.DB.DSN()
	if source == "" || w.cfg.Storage.DB.Engine() != config.Postgres {
		source = w.cfg.Storage.DB.Path(w.cfg.Storage.Data)
	}
	d, err := db.Open(w.Context(), db.Options{Source: source})
	if err != nil {
		w.Fatal(err)
	}
	defer d.Close()
	counted := map[string]int64{}
	for _, what := range []string{"COUNT(*) FROM integrations", "COUNT(*) FROM customers", "COUNT(*) FROM kyb_records", "COUNT(*) FROM links", "COUNT(*) FROM documents", "COUNT(*) FROM events",
		"COUNT(*) FROM audit_entries WHERE action <> 'books.proved'", "COUNT(*) FROM idempotency_keys", "COUNT(*) FROM mails", "COUNT(*) FROM alerts", "COUNT(*) FROM limit_uses", "COUNT(*) FROM idv_cases", "COUNT(*) FROM declarations",
		"COUNT(*) FROM erasures", "COUNT(*) FROM quotes", "COUNT(*) FROM payments", "COUNT(*) FROM bank_transactions", "COUNT(*) FROM psp_charges", "SUM(updated_at) FROM customers", "SUM(updated_at) FROM kyb_records", "SUM(version) FROM kyb_records"} {
		var n int64
		if err := d.QueryRow(w.Context(), "SELECT CAST("+strings.Replace(what, " FROM", " AS BIGINT) FROM", 1)).Scan(&n); err != nil {
			w.Fatal(what, err)
		}
		counted[what] = n
	}
	if counted["COUNT(*) FROM customers"] == 0 {
		w.Error("the wrong database is counted")
	}
	return counted
}

func newNamed(p *partner, name, number string) map[string]string {
	p.w.Helper()
	var r registered
	email := name + "@acmecorp.com"
	p.post("/registerUser", map[string]string{"email": email, "name": name, "external_id": name, "country": "ES", "identification_type": "GOVERNMENT_ID", "identification_number": number}).data(&r)
	return map[string]string{"id": strconv.FormatInt(r.ID, 10), "uuid": r.UUID, "email": email, "external_id": name, "identification_number": number}
}

// plain is an answer without what differs in each.
func plain(a answer) string {
	h := a.header.Clone()
	h.Del("X-Request-Id")
	h.Del("Date")
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		lines = append(lines, name+": "+strings.Join(h[name], ","))
	}
	return fmt.Sprint(a.status, "\n", strings.Join(lines, "\n"), "\n\n", a.body)
}

// TestTheRoutesAreThoseOfTheOpenAPIFile, no more and no fewer.
func TestTheRoutesAreThoseOfTheOpenAPIFile(t *testing.T) {
	t.Parallel()
	var doc struct {
		Paths map[string]map[string]any `yaml:"paths"`
	}
	if err := yaml.Unmarshal(openapi.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, item := range doc.Paths {
		for method := range item {
			if method = strings.ToUpper(method); slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
				described = append(described, method+" "+path)
			}
		}
	}
	slices.Sort(described)
	if served := routes(); !slices.Equal(served, described) {
		t.Errorf("served:    %q\ndescribed: %q", served, described)
	}
	for _, r := range api.New(api.Config{Now: time.Now}).Routes() {
		if strings.Contains(r, "/sandbox/") {
			t.Errorf("production has %s", r)
		}
	}
}
