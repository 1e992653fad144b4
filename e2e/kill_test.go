package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKillLoopLosesNoAcknowledgedRegistration kills a server again and again while partners register, and then looks for
// each answer in the file. RAMPA_SOAK_KILLS makes it longer: `make soak` asks for 1,000.
func TestKillLoopLosesNoAcknowledgedRegistration(t *testing.T) {
	t.Parallel()
	kills := 60
	if testing.Short() {
		kills = 5
	}
	if n, err := strconv.Atoi(os.Getenv("RAMPA_SOAK_KILLS")); err == nil {
		kills = n
	}
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("RAMPA_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("seed %d (again: RAMPA_SEED=%d go test -run KillLoop ./e2e)", seed, seed)
	random := rand.New(rand.NewPCG(seed, 1))

	l := &killLoop{s: start(t), acknowledged: map[string]company{}}
	for round := range kills {
		l.round(round, time.Duration(20+random.IntN(181))*time.Millisecond)
		l.s.begin()
	}
	l.settle()
	l.s.stop()
	l.judge()
	t.Logf("%d kills, %d acknowledged, %d retried under their key", kills, len(l.acknowledged), l.retried)
}

const registrars = 8

type killLoop struct {
	s       *server
	retried int

	mu           sync.Mutex
	acknowledged map[string]company // by e-mail
	open         []attempt          // sent under a key and not answered
}

// attempt is a registration that may or may not have happened.
type attempt struct{ email, key string }

// round lets partners register until the server dies under them.
func (l *killLoop) round(n int, life time.Duration) {
	c := l.s.client()
	l.retry(c)
	var partners sync.WaitGroup
	for p := range registrars {
		partners.Go(func() {
			for i, answered := 0, true; answered; i++ {
				a := attempt{email: fmt.Sprintf("kill-%d-%d-%d@acmecorp.com", n, p, i)}
				if p%2 == 0 {
					a.key = a.email
				}
				answered = l.register(c, a)
			}
		})
	}
	<-time.After(life) // the life is the test's input, not a wait for something
	l.s.kill()
	partners.Wait()
	c.http.CloseIdleConnections()
}

// register sends one registration and notes its answer. It reports whether there was one.
func (l *killLoop) register(c *client, a attempt) bool {
	got, err := c.try("POST", "/register/company", map[string]string{"email": a.email, "company_name": "Acme " + a.email}, a.headers()...)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		if a.key != "" {
			l.open = append(l.open, a)
		}
		return false
	}
	registered := company{}
	if err := json.Unmarshal(got.body, &struct{ Data *company }{&registered}); err != nil || registered.ID == 0 {
		l.s.Errorf("%s: %d %s", a.email, got.status, got.body)
		return true
	}
	l.acknowledged[a.email] = registered
	return true
}

func (a attempt) headers() []string {
	if a.key == "" {
		return nil
	}
	return []string{"Idempotency-Key", a.key}
}

// retry sends what was not answered again under its key: it succeeds, whether it had happened or not, and a third time it
// is answered the same.
func (l *killLoop) retry(c *client) {
	for _, a := range l.open {
		l.retried++
		body := map[string]string{"email": a.email, "company_name": "Acme " + a.email}
		var registered company
		first := c.call("POST", "/register/company", body, a.headers()...)
		first.data(&registered)
		second := c.call("POST", "/register/company", body, a.headers()...)
		if !bytes.Equal(first.body, second.body) || second.header.Get("Idempotent-Replayed") != "true" {
			l.s.Errorf("%s: %s and then %s", a.email, first.body, second.body)
		}
		l.acknowledged[a.email] = registered
	}
	l.open = nil
}

// settle finds every acknowledged company through the API.
func (l *killLoop) settle() {
	c := l.s.client()
	l.retry(c)
	for email, registered := range l.acknowledged {
		var found struct {
			ID   int64
			UUID string
		}
		c.call("GET", "/users/find?email="+email, nil).data(&found)
		if found.ID != registered.ID || found.UUID != registered.UUID {
			l.s.Errorf("%s was acknowledged as %d %s and is %d %s", email, registered.ID, registered.UUID, found.ID, found.UUID)
		}
	}
	if len(l.acknowledged) == 0 {
		l.s.Error("nothing was acknowledged: the loop proves nothing")
	}
}

// judge reads the file itself.
func (l *killLoop) judge() {
	for what, query := range map[string]string{
		"e-mails that stand twice":       `SELECT count(*) - count(DISTINCT email_key) FROM customers`,
		"customers without one record":   `SELECT count(*) FROM customers c WHERE 1 <> (SELECT count(*) FROM kyb_records r WHERE r.customer_id = c.id)`,
		"customers without one link":     `SELECT count(*) FROM customers c WHERE 1 <> (SELECT count(*) FROM links l WHERE l.customer_id = c.id)`,
		"customers without first event":  `SELECT count(*) FROM customers c WHERE 1 <> (SELECT count(*) FROM events e WHERE e.object_id = CAST(c.id AS TEXT) AND e.sequence = 1 AND e.type = 'CUSTOMER_CREATED')`,
		"customers with another event":   `SELECT count(*) FROM events WHERE sequence <> 1`,
		"customers without audit entry":  `SELECT count(*) FROM customers c WHERE 1 <> (SELECT count(*) FROM audit_entries a WHERE a.object = 'customer' AND a.object_id IN (CAST(c.id AS TEXT), c.uuid))`,
		"records without a customer":     `SELECT count(*) FROM kyb_records WHERE customer_id NOT IN (SELECT id FROM customers)`,
		"links without a customer":       `SELECT count(*) FROM links WHERE customer_id NOT IN (SELECT id FROM customers)`,
		"keys without an answer":         `SELECT count(*) FROM idempotency_keys WHERE sealed_answer IS NULL OR status <> 200`,
		"more keys than customers":       `SELECT max(0, (SELECT count(*) FROM idempotency_keys) - (SELECT count(*) FROM customers))`,
		"customers that no tally counts": `SELECT (SELECT count(*) FROM customers) - (SELECT sum(n) FROM tallies WHERE name = 'customers')`,
	} {
		if n := l.s.column(query); n != "0" {
			l.s.Errorf("%s %s", n, what)
		}
	}
	if n, err := strconv.Atoi(l.s.column(`SELECT count(*) FROM customers`)); err != nil || n < len(l.acknowledged) {
		l.s.Errorf("%d customers, %d acknowledged", n, len(l.acknowledged))
	}
	if verdict := l.s.column(`PRAGMA integrity_check`); verdict != "ok" {
		l.s.Errorf("integrity_check: %s", verdict)
	}
	if out := l.s.rampa("audit", "verify"); !strings.Contains(out, "The audit chain is whole") {
		l.s.Error(out)
	}
}
