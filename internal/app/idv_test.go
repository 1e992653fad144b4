package app

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/config"
	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/link"
	"rampa/internal/storetest"
	"rampa/internal/verification"
	"rampa/internal/verifier"
)

const (
	sharedSecret = "0123456789abcdef0123456789abcdef"
	testMaster   = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
)

// peer is one process of Rampa without its edges, but for the provider's.
type peer struct {
	*testing.T
	*services
	storage *storage
}

// site is where nodes run: a database, a provider, and the address that both meet at.
type site struct {
	*testing.T
	source   string
	data     string
	provider *fakeProvider
	edge     *httptest.Server
	mu       sync.Mutex
	handler  http.Handler
	tenant   int64
}

func newSite(t *testing.T, d storetest.Database) *site {
	s := &site{T: t, source: d.Source, data: t.TempDir(), provider: newFakeProvider(t)}
	s.edge = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		h := s.handler
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.edge.Close)
	if _, _, err := migrate(t.Context(), d.Source); err != nil {
		t.Fatal(err)
	}
	i := integration.Integration{UUID: id.UUID(time.Now()), Name: "Remesas del Sur", Mode: integration.Sandbox, CreatedAt: time.Now()}
	err := d.Store.Integrations().InTx(t.Context(), func(ctx context.Context, tx integration.Tx) error {
		_, err := tx.InsertIntegration(ctx, &i, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.tenant = i.ID
	return s
}

// boot starts a peer, which the test stops.
func (s *site) boot() *peer {
	s.Helper()
	cfg, err := config.Load(config.Tool, config.Sources{Flags: map[string]string{"db": s.source, "data": s.data, "master-key": testMaster,
		"idv-url": s.provider.URL, "idv-secret": sharedSecret}})
	if err != nil {
		s.Fatal(err)
	}
	n := &peer{T: s.T}
	if n.storage, err = openStorage(s.Context(), cfg, s.data, nil); err != nil {
		s.Fatal(err)
	}
	w := &world{cfg: cfg, log: slog.New(slog.DiscardHandler), now: wallClock, publicURL: s.edge.URL}
	if n.services, err = newServices(w, n.storage); err != nil {
		s.Fatal(err)
	}
	mux := http.NewServeMux()
	verifier.NewEdge(w.provider(n.storage), n.checks, w.log).Mount(mux)
	s.mu.Lock()
	s.handler = mux
	s.mu.Unlock()
	if err := n.jobs.Start(s.Context()); err != nil {
		s.Fatal(err)
	}
	return n
}

// kill ends a peer at once: what it was doing is cut off.
func (n *peer) kill() {
	n.Helper()
	now, cancel := context.WithCancel(context.WithoutCancel(n.Context()))
	cancel()
	_ = n.jobs.Stop(now)
	if err := n.storage.Close(); err != nil {
		n.Error(err)
	}
}

// submit registers a person and submits a complete file.
func (n *peer) submit(tenant int64, name string) int64 {
	n.Helper()
	ctx := n.Context()
	must := func(err error) {
		n.Helper()
		if err != nil {
			n.Fatal(err)
		}
	}
	file := kyctest.Complete(name, "García")
	r, err := n.customers.Register(ctx, customer.Registration{Kind: customer.Individual, IntegrationID: tenant, Email: name + "@people.example", Language: "es", Country: "ES",
		Person: file, Actor: audit.System("test")})
	must(err)
	uuid, secret := link.Split(r.LinkURL[strings.LastIndex(r.LinkURL, "/")+1:])
	problems, err := n.customers.Save(ctx, uuid, secret, customer.Edit{Step: kyc.StepPersonal, Person: func(*kyc.File) []kyb.Problem { return nil }})
	must(err)
	if len(problems) > 0 {
		n.Fatal(problems)
	}
	for _, item := range kyctest.Papers(file) {
		_, err := n.customers.AddDocument(ctx, uuid, secret, customer.Upload{Item: item, Name: "a.jpg", Body: bytes.NewReader(picture())})
		must(err)
	}
	missing, err := n.customers.Submit(ctx, uuid, secret, kyctest.Declaration(file), customer.Visitor{})
	must(err)
	if len(missing) > 0 {
		n.Fatal(missing)
	}
	return r.Customer.ID
}

func picture() []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil) // into memory
	return b.Bytes()
}

// stage gives where a file stands.
func (n *peer) stage(tenant, id int64) verification.Stage {
	n.Helper()
	c, err := n.customers.Store.Customer(n.Context(), tenant, id)
	if err != nil {
		n.Fatal(err)
	}
	return c.Stage
}

// fakeProvider takes cases and fetches their pictures. It is written against docs/idv.md, with nothing of ours.
type fakeProvider struct {
	*testing.T
	*httptest.Server
	asked chan string // message ids
	mu    sync.Mutex
	deaf  bool // reads the question and never answers
	cases map[string]taken
}

type taken struct {
	CaseID      string `json:"case_id"`
	CallbackURL string `json:"callback_url"`
	Images      []struct{ Item, Type, URL string }
}

func newFakeProvider(t *testing.T) *fakeProvider {
	p := &fakeProvider{T: t, asked: make(chan string, 100), cases: map[string]taken{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *fakeProvider) setDeaf(deaf bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = deaf
}

func (p *fakeProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	message := r.Header.Get("webhook-id")
	if r.Header.Get("webhook-signature") != stamp(message, r.Header.Get("webhook-timestamp"), body) {
		p.Errorf("not signed: %v", r.Header)
	}
	var c taken
	if err := json.Unmarshal(body, &c); err != nil || c.CaseID != message {
		p.Errorf("%v: %s", err, body)
	}
	p.mu.Lock()
	deaf := p.deaf
	p.cases[c.CaseID] = c
	p.mu.Unlock()
	p.asked <- message
	if deaf {
		<-r.Context().Done()
		return
	}
	fmt.Fprintf(w, `{"reference":"ref-%s"}`, c.CaseID)
}

func stamp(message, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(sharedSecret))
	fmt.Fprintf(mac, "%s.%s.%s", message, timestamp, body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// fetch gives the pictures of a case, by item.
func (p *fakeProvider) fetch(caseID string) (items []string) {
	p.Helper()
	p.mu.Lock()
	c := p.cases[caseID]
	p.mu.Unlock()
	for _, i := range c.Images {
		response, err := http.Get(i.URL)
		if err != nil {
			p.Fatal(err)
		}
		content, err := io.ReadAll(response.Body)
		response.Body.Close()
		if kind := http.DetectContentType(content); err != nil || response.StatusCode != http.StatusOK || kind != "image/jpeg" || i.Type != kind {
			p.Errorf("%s: %d %s, %v", i.Item, response.StatusCode, kind, err)
		}
		items = append(items, i.Item)
	}
	return items
}

// say calls back.
func (p *fakeProvider) say(caseID, message, body string) int {
	p.Helper()
	p.mu.Lock()
	c := p.cases[caseID]
	p.mu.Unlock()
	request, err := http.NewRequest(http.MethodPost, c.CallbackURL, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	request.Header.Set("webhook-id", message)
	request.Header.Set("webhook-timestamp", timestamp)
	request.Header.Set("webhook-signature", stamp(message, timestamp, []byte(body)))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func answer(caseID, outcome string) string {
	return fmt.Sprintf(`{"reference":"ref-%s","outcome":%q,"reasons":["blurred"],"checks":{"document":"pass","face_match":"pass","liveness":"pass","score":9700}}`, caseID, outcome)
}

// wait gives the next question's message id.
func (p *fakeProvider) wait() string {
	p.Helper()
	select {
	case message := <-p.asked:
		return message
	case <-time.After(time.Minute):
		p.Fatal("the provider was not asked")
		return ""
	}
}

// settle waits until the answer to Start is kept: before, a callback is told to come again.
func (p *fakeProvider) settle(caseID, message, body string) {
	p.Helper()
	for range 600 {
		switch code := p.say(caseID, message, body); code {
		case http.StatusOK:
			return
		case http.StatusNotFound:
			<-time.After(100 * time.Millisecond)
		default:
			p.Fatalf("answered %d", code)
		}
	}
	p.Fatal("the callback was never taken")
}

func TestAProviderDecidesASubmittedFile(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := newSite(t, d)
		n := s.boot()
		defer n.kill()
		ana := n.submit(s.tenant, "Ana")
		first := s.provider.wait()
		items := s.provider.fetch(first)
		if len(items) != 6 || !slices.Contains(items, "document_back") || !strings.HasPrefix(items[5], "liveness_capture.") {
			t.Errorf("pictures %v", items)
		}
		s.provider.settle(first, "m1", answer(first, "retry"))
		if got := n.stage(s.tenant, ana); got != verification.NeedsCorrection {
			t.Errorf("after a retry: %s", got)
		}
		if code := s.provider.say(first, "m1", answer(first, "approved")); code != http.StatusOK || n.stage(s.tenant, ana) != verification.NeedsCorrection {
			t.Errorf("a replay: %d, %s", code, n.stage(s.tenant, ana))
		}
		luis := n.submit(s.tenant, "Luis")
		second := s.provider.wait()
		s.provider.settle(second, "m2", answer(second, "approved"))
		if got := n.stage(s.tenant, luis); got != verification.Approved {
			t.Errorf("after an approval: %s", got)
		}
		cases, err := n.checks.Of(t.Context(), luis)
		if err != nil || len(cases) != 1 || cases[0].Evidence.Checks.Score != 9700 {
			t.Errorf("%+v, %v", cases, err)
		}
	})
}

func TestAKilledServerAsksAboutTheSameCaseAgain(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := newSite(t, d)
		s.provider.setDeaf(true)
		n := s.boot()
		ana := n.submit(s.tenant, "Ana")
		first := s.provider.wait()
		n.kill() // the question is out, its answer is not in
		s.provider.setDeaf(false)
		n = s.boot()
		defer n.kill()
		if again := s.provider.wait(); again != first {
			t.Errorf("asked about %s, then about %s", first, again)
		}
		s.provider.settle(first, "m1", answer(first, "rejected"))
		if got := n.stage(s.tenant, ana); got != verification.Rejected {
			t.Errorf("the file is %s", got)
		}
		if cases, err := n.checks.Of(t.Context(), ana); err != nil || len(cases) != 1 {
			t.Errorf("%+v, %v", cases, err)
		}
	})
}
