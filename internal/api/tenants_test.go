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

	"gopkg.in/yaml.v3"

	openapi "rampa/api"
	"rampa/internal/api"
)

// byID are the calls that name a customer, with the place of the name. kinds tells whose name fits there.
var byID = []struct {
	route string
	kind  string
	call  func(name string) call
}{
	{"POST /register/company/{user_id}/link", "id", func(n string) call { return call{"POST", "/register/company/" + n + "/link", "", nil} }},
	{"GET /kyc/check", "id", func(n string) call { return call{"GET", "/kyc/check?user_id=" + n, "", nil} }},
	{"GET /users/find", "id", func(n string) call { return call{"GET", "/users/find?user_id=" + n, "", nil} }},
	{"GET /users/find", "uuid", func(n string) call { return call{"GET", "/users/find?uuid=" + n, "", nil} }},
	{"GET /users/find", "email", func(n string) call { return call{"GET", "/users/find?email=" + n, "", nil} }},
	{"GET /users/find", "external_id", func(n string) call { return call{"GET", "/users/find?external_id=" + n, "", nil} }},
	{"POST /sandbox/kyc", "id", func(n string) call {
		return call{"POST", "/sandbox/kyc", `{"user_id":"` + n + `","decision":"valid"}`, header("Content-Type", jsonBody)}
	}},
}

// nameless are the calls that name no customer.
var nameless = []string{"GET /openapi.yaml", "POST /authenticate", "POST /register/company", "GET /customers/list", "GET /sandbox/clock", "POST /sandbox/clock"}

// routes are those of the API with everything on.
func routes() []string { return api.New(api.Config{Now: time.Now, Clock: stoppedClock{}}).Routes() }

type stoppedClock struct{ api.SandboxClock }

// TestACustomerOfOthersIsAnsweredAsOneThatIsNotThere: every call that names a customer × whose it is.
func TestACustomerOfOthersIsAnsweredAsOneThatIsNotThere(t *testing.T) {
	t.Parallel()
	covered := slices.Clone(nameless)
	for _, c := range byID {
		covered = append(covered, c.route)
	}
	for _, r := range routes() {
		if !slices.Contains(covered, r) {
			t.Errorf("%s is not in the matrix: say here whether it names a customer", r)
		}
	}
	engines(t, nil, func(w *world) {
		other := w.partner("Otra")
		mine := newNamed(w.main, "mia")
		theirs := newNamed(other, "ajena")
		missing := map[string]string{"id": "987654321", "uuid": "0199aaaa-0000-7000-8000-000000000001", "email": "none@acmecorp.com", "external_id": "none"}
		malformed := map[string][]string{"id": {"x", "1.5", "-1", "0", "99999999999999999999", "1%20OR%201=1"}, "uuid": {"x", "0199aaaa"}, "email": {"x", "%00"}, "external_id": {"%F0%9F%92%A9"}}
		for _, c := range byID {
			nothing := w.main.send(c.call(missing[c.kind]))
			if !strings.Contains(nothing.body, `"user_not_found"`) {
				w.Errorf("%s: %s", c.route, nothing.body)
			}
			foreign := w.main.send(c.call(theirs[c.kind]))
			if plain(foreign) != plain(nothing) {
				w.Errorf("%s tells that another integration's customer is there:\n%s\n%s", c.route, plain(foreign), plain(nothing))
			}
			for _, bad := range malformed[c.kind] {
				if a := w.main.send(c.call(bad)); strings.Contains(a.body, `"status":"ok"`) || strings.Contains(a.body, "unexpected") || a.status >= 500 {
					w.Errorf("%s %s: %d %s", c.route, bad, a.status, a.body)
				}
			}
			if a := w.main.send(c.call(mine[c.kind])); a.status != 200 || !strings.Contains(a.body, `"status":"ok"`) {
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

func newNamed(p *partner, name string) map[string]string {
	p.w.Helper()
	var r registered
	email := name + "@acmecorp.com"
	p.post("/register/company", map[string]string{"email": email, "company_name": name, "external_id": name}).data(&r)
	return map[string]string{"id": strconv.FormatInt(r.ID, 10), "uuid": r.UUID, "email": email, "external_id": name}
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
