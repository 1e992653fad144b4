package api_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const jsonBody = "application/json"

func TestEachErrorHasTheContractsShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	p := w.main
	company := func(body, kind string) answer {
		return p.send(call{"POST", "/register/company", body, header("Content-Type", kind)})
	}
	for what, body := range map[string]string{
		"syntax": `{"email":`, "trailing data": `{"email":"a@b.com"} {}`, "doubled key": `{"email":"a@b.com","email":"c@d.com"}`,
		"bad UTF-8": "{\"email\":\"\xff@b.com\"}", "lone surrogate": `{"email":"\ud800@b.com"}`, "NUL": `{"email":"a\u0000@b.com"}`,
		"depth": `{"email":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
	} {
		if a := company(body, jsonBody); a.status != 400 || a.body != `{"status":"error","error":"malformed_json"}` {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	p.get("/nothing/here").fails(404, "not_found")
	p.get("/").fails(404, "not_found")
	if a := p.send(call{"DELETE", "/customers/list", "", nil}).fails(405, "method_not_allowed"); a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow: %s", a.header.Get("Allow"))
	}
	if a := p.get("/register/company").fails(405, "method_not_allowed"); a.header.Get("Allow") != "POST" {
		t.Errorf("Allow: %s", a.header.Get("Allow"))
	}
	company(`{"email":"`+strings.Repeat("a", 1<<20)+`@b.com"}`, jsonBody).fails(413, "payload_too_large")
	company("<email>a@b.com</email>", "text/xml").fails(415, "unsupported_media_type")
	const missing = `{"message":"The email field is required. (and 1 more error)","errors":{"email":["The email field is required."],"company_name":["The company name field is required."]}}`
	for _, empty := range []string{"", "{}", "[]", "7", `"x"`, "null"} {
		company(empty, jsonBody).want(422, missing)
	}
	p.send(call{"POST", "/register/company", "", nil}).want(422, missing)
	p.get("/users/find?email=nobody@b.com").fails(404, "user_not_found")
	p.get("/kyc/check?user_id=4711").fails(200, "user_not_found")
	p.post("/register/company", map[string]string{"email": "x@mailinator.com", "company_name": "X"}).fails(200, "email_not_allowed")
	p.post("/register/company", map[string]string{"email": "x@eu.mailinator.com", "company_name": "X"}).fails(200, "email_not_allowed")
}

func TestTheRequestIDIsEchoedOrMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if got := w.main.get("/customers/list", "X-Request-Id", "order-7").header.Get("X-Request-Id"); got != "order-7" {
		t.Error(got)
	}
	one, two := w.main.get("/customers/list").header.Get("X-Request-Id"), w.main.get("/customers/list").header.Get("X-Request-Id")
	if one == two || len(one) < 16 {
		t.Error(one, two)
	}
	if !strings.Contains(w.log.String(), "request_id=order-7") {
		t.Error("the log does not name the request")
	}
}

// TestABodyMeansTheSameInEveryEncoding: the same fields as JSON, as a form and as multipart.
func TestABodyMeansTheSameInEveryEncoding(t *testing.T) {
	t.Parallel()
	p := newWorld(t, nil).main
	for name, fields := range map[string]map[string]string{
		"good": {"email": " ACENTOS@exämple.com ", "company_name": "Ñandú & Söhne", "country": "es", "external_id": "a b+c", "callback_url": "https://shop.example/back?x=1&y=2"},
		"bad":  {"email": "nobody", "company_name": strings.Repeat("x", 256), "country": "ESP", "callback_url": "ftp:/x"},
		"none": {"email": "  ", "company_name": ""},
	} {
		encoded, _ := json.Marshal(fields)
		form := url.Values{}
		var parts bytes.Buffer
		m := multipart.NewWriter(&parts)
		for field, value := range fields {
			form.Set(field, value)
			m.WriteField(field, value)
		}
		m.Close()
		var answers []string
		for kind, body := range map[string]string{jsonBody: string(encoded), jsonBody + "; charset=utf-8": string(encoded),
			"application/x-www-form-urlencoded": form.Encode(), m.FormDataContentType(): parts.String()} {
			a := p.send(call{"POST", "/register/company", body, header("Content-Type", kind)})
			answers = append(answers, http.StatusText(a.status)+" "+strings.Split(a.body, `"data"`)[0])
		}
		ok := 0
		for _, a := range answers {
			switch {
			case strings.HasPrefix(a, `OK {"status":"ok"`):
				ok++
			case name == "good" && a != `OK {"status":"error","error":"user_already_exists"}`, name != "good" && a != answers[0]:
				t.Errorf("%s: %q", name, answers)
			}
		}
		if name == "good" && ok != 1 || name != "good" && ok != 0 {
			t.Errorf("%s: %d registered: %q", name, ok, answers)
		}
	}
}

// TestNoTextBreaksTheStorage: what an engine cannot keep or compare is refused or finds nothing, and is never our failure.
func TestNoTextBreaksTheStorage(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		for _, odd := range []string{"%00", "a%00b", "%FF", "%ED%A0%80", "%F0%9F%92%A9", "%25%5F", "%27%20OR%201=1--", strings.Repeat("%C3%B1", 250), "%E2%80%AE"} {
			form := header("Content-Type", "application/x-www-form-urlencoded")
			for _, c := range []call{
				{"GET", "/customers/list?search=" + odd, "", nil}, {"GET", "/customers/list?external_id=" + odd, "", nil}, {"GET", "/customers/list?email=" + odd, "", nil},
				{"GET", "/customers/list?cursor=" + odd, "", nil}, {"GET", "/users/find?external_id=" + odd, "", nil}, {"GET", "/users/find?email=" + odd, "", nil},
				{"GET", "/users/find?identification_number=" + odd, "", nil}, {"GET", "/kyc/check?user_id=" + odd, "", nil}, {"POST", "/register/company/" + odd + "/link", "", nil},
				{"POST", "/register/company", "email=" + odd + "&company_name=x", form}, {"POST", "/register/company", "email=" + odd + "@acmecorp.com&company_name=x", form},
				{"POST", "/register/company", "email=nombre@acmecorp.com&company_name=" + odd, form}, {"POST", "/register/company", "email=externo@acmecorp.com&company_name=x&external_id=" + odd, form},
			} {
				if a := w.main.send(c); strings.Contains(a.body, "unexpected_error") || a.status >= 500 {
					w.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, a.status, a.body)
				}
			}
		}
	})
}
