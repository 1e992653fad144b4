package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// together sends n calls at once and counts the answers.
func (p *partner) together(n int, request func(i int) call) map[string]int {
	p.w.Helper()
	var mu sync.Mutex
	counted := map[string]int{}
	begin := gate(n)
	var calls sync.WaitGroup
	for i := range n {
		calls.Go(func() {
			begin()
			a, err := p.try(request(i))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				p.w.Error(err)
			}
			counted[fmt.Sprint(a.status, " ", a.body)]++
		})
	}
	calls.Wait()
	return counted
}

// gate gives a gate that opens when n have come to it.
func gate(n int) func() {
	var waiting sync.WaitGroup
	waiting.Add(n)
	return func() { waiting.Done(); waiting.Wait() }
}

func registration(email string, headers ...string) call {
	return call{"POST", "/register/company", `{"email":"` + email + `","company_name":"Acme"}`, header(append([]string{"Content-Type", jsonBody}, headers...)...)}
}

// TestAHundredCallsWithOneAddressMakeOneCompany, however the address is spelt.
func TestAHundredCallsWithOneAddressMakeOneCompany(t *testing.T) {
	t.Parallel()
	spelt := []string{"contact@exämple.com", "CONTACT@EXÄMPLE.COM", "Contact@xn--exmple-cua.com", " contact@XN--EXMPLE-CUA.com ", "contact@exa\u0308mple.com"}
	engines(t, nil, func(w *world) {
		other := w.partner("Otra")
		counted := w.main.together(100, func(i int) call { return registration(spelt[i%len(spelt)]) })
		if counted[`200 {"status":"error","error":"user_already_exists"}`] != 99 || len(counted) != 2 {
			w.Errorf("%v", counted)
		}
		if n := w.main.total(); n != 1 {
			w.Errorf("%d customers", n)
		}
		for _, s := range spelt {
			w.main.send(registration(s)).fails(200, "user_already_exists")
		}
		other.send(registration(spelt[1])).data(&registered{}) // another integration's customers block nobody
	})
}

// TestAKeyMakesACallHappenOnce, also when many send it at the same instant.
func TestAKeyMakesACallHappenOnce(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		const keys, each = 10, 20
		counted := w.main.together(keys*each, func(i int) call {
			return registration(fmt.Sprintf("storm-%d@acmecorp.com", i%keys), "Idempotency-Key", fmt.Sprintf("storm-%d", i%keys))
		})
		const busy = `409 {"status":"error","error":"idempotency_in_progress"}`
		answered := slices.DeleteFunc(slices.Collect(maps.Keys(counted)), func(a string) bool { return a == busy })
		for _, a := range answered {
			if !strings.HasPrefix(a, `200 {"status":"ok"`) {
				w.Errorf("%s", a)
			}
		}
		if len(answered) != keys || w.main.total() != keys {
			w.Errorf("%d different answers, %d customers, %d keys", len(answered), w.main.total(), keys)
		}
	})
}

func TestAnAnswerIsGivenAgainByteForByte(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		p, other := w.main, w.partner("Otra")
		keyed := registration("una@acmecorp.com", "Idempotency-Key", "k 1")
		first := p.send(keyed)
		first.data(&registered{})
		if first.header.Get("Idempotent-Replayed") != "" {
			w.Error("the first answer says that it is a replay")
		}
		if again := p.send(keyed).want(first.status, first.body); again.header.Get("Idempotent-Replayed") != "true" {
			w.Errorf("%v", again.header)
		}
		p.send(registration("dos@acmecorp.com", "Idempotency-Key", "k 1")).fails(409, "idempotency_key_reused")
		p.post("/sandbox/kyc", map[string]any{"user_id": 1, "decision": "valid"}, "Idempotency-Key", "k 1").fails(409, "idempotency_key_reused")

		// The key is the integration's own.
		var theirs, ours registered
		other.send(keyed).data(&theirs)
		first.data(&ours)
		if theirs.ID == ours.ID {
			w.Error("another integration was given the company")
		}

		// What did nothing is not remembered.
		invalid := registration("nobody", "Idempotency-Key", "k 2")
		if a := p.send(invalid); a.status != 422 {
			w.Errorf("%d %s", a.status, a.body)
		}
		p.send(registration("una@acmecorp.com", "Idempotency-Key", "k 2")).fails(200, "user_already_exists")
		p.send(registration("tres@acmecorp.com", "Idempotency-Key", "k 2")).data(&registered{})

		for _, bad := range []string{strings.Repeat("k", 256), "tab\there", "ñ"} {
			if a := p.send(registration("cuatro@acmecorp.com", "Idempotency-Key", bad)); a.status != 400 {
				w.Errorf("%q: %d %s", bad, a.status, a.body)
			}
		}
		p.send(registration("cuatro@acmecorp.com", "Idempotency-Key", strings.Repeat("k", 255))).data(&registered{})
	})
}

func TestAuthenticateKnowsNoKeys(t *testing.T) {
	t.Parallel()
	p := newWorld(t, nil).main
	body := map[string]string{"api_key": p.keys.APIKey, "api_secret": p.keys.APISecret}
	one, two := p.post("/authenticate", body, "Idempotency-Key", "k"), p.post("/authenticate", body, "Idempotency-Key", "k")
	if one.body == two.body || two.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%s\n%s", one.body, two.body)
	}
}
