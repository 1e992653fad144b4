package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	openapi "rampa/api"
	"rampa/internal/app"
	"rampa/internal/audit"
	"rampa/internal/config"
	"rampa/internal/integration"
	"rampa/internal/testenv"
)

// world is the whole program in this process, behind a real socket.
type world struct {
	*testing.T
	base string // with /api
	cfg  *config.Config
	main *partner // the sandbox's own integration
	rpc  string   // JSON-RPC of the sandbox's chain
	log  *logText
}

// partner is one integration with a token.
type partner struct {
	w     *world
	keys  integration.Keys
	name  string
	token string
}

// engines runs a test on both engines.
func engines(t *testing.T, flags map[string]string, test func(w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(newWorld(t, flags))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f := map[string]string{"db": testenv.Postgres(t)}
		maps.Copy(f, flags)
		test(newWorld(t, f))
	})
}

// newWorld starts a sandbox with flags, and ends it with the test. Its log must not hold an error.
func newWorld(t *testing.T, flags map[string]string) *world {
	t.Helper()
	given := map[string]string{"listen": "127.0.0.1:0", "data": t.TempDir(), "drain-timeout": "100ms"}
	maps.Copy(given, flags)
	cfg, err := config.Load(config.Sandbox, config.Sources{Flags: given})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, cfg: cfg, log: &logText{}}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan app.Running, 1), make(chan error, 1)
	go func() {
		ended <- app.Run(ctx, cfg, slog.New(slog.NewTextHandler(w.log, nil)), func(r app.Running) error { ready <- r; return nil })
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		for line := range strings.Lines(w.log.String()) {
			if strings.Contains(line, "level=ERROR") {
				t.Error(line)
			}
		}
	})
	select {
	case r := <-ready:
		w.base, w.rpc = r.BaseURL, r.Credentials.RPCURL
		w.main = &partner{w: w, keys: integration.Keys{APIKey: r.Credentials.APIKey, APISecret: r.Credentials.APISecret}, name: "Sandbox"}
	case err := <-ended:
		ended <- err
		t.Fatal(err)
	}
	w.main.authenticate()
	return w
}

// admin does what an operator does at the command line, beside the server.
func (w *world) admin(do func(ctx context.Context, a *app.Admin) error) {
	w.Helper()
	a, err := app.OpenAdmin(w.Context(), w.cfg)
	if err != nil {
		w.Fatal(err)
	}
	defer a.Close()
	if err := do(w.Context(), a); err != nil {
		w.Fatal(err)
	}
}

// frozen gives why payouts are frozen, "" when they are not.
func (w *world) frozen() (why string) {
	w.Helper()
	w.admin(func(ctx context.Context, a *app.Admin) error {
		f, stands, err := a.Prove.Frozen(ctx)
		if stands {
			why = f.Reason
		}
		return err
	})
	return why
}

// partner makes another integration.
func (w *world) partner(name string) *partner {
	w.Helper()
	p := &partner{w: w, name: name}
	w.admin(func(ctx context.Context, a *app.Admin) (err error) {
		_, p.keys, err = a.Integrations.Create(ctx, integration.Spec{Name: name, Mode: integration.Sandbox}, audit.System("test"))
		return err
	})
	p.authenticate()
	return p
}

func (p *partner) authenticate() {
	p.w.Helper()
	var data struct{ Token string }
	p.post("/authenticate", map[string]string{"api_key": p.keys.APIKey, "api_secret": p.keys.APISecret}).data(&data)
	p.token = data.Token
}

// call is a request before it is sent.
type call struct {
	method, path string
	body         string
	header       http.Header
}

// answer is what came back.
type answer struct {
	w      *world
	status int
	header http.Header
	body   string
}

func (p *partner) post(path string, body any, headers ...string) answer {
	p.w.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		p.w.Fatal(err)
	}
	return p.send(call{"POST", path, string(encoded), header(append([]string{"Content-Type", "application/json"}, headers...)...)})
}

func (p *partner) get(path string, headers ...string) answer {
	p.w.Helper()
	return p.send(call{"GET", path, "", header(headers...)})
}

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// send sends a call with the partner's token, unless it brings one, and holds the answer against the OpenAPI file.
func (p *partner) send(c call) answer {
	p.w.Helper()
	a, err := p.try(c)
	if err != nil {
		p.w.Fatal(err)
	}
	return a
}

func (p *partner) try(c call) (answer, error) {
	r, err := http.NewRequest(c.method, p.w.base+c.path, strings.NewReader(c.body))
	if err != nil {
		return answer{}, err
	}
	r.Header = c.header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if p.token != "" && len(r.Header.Values("Auth"))+len(r.Header.Values("Authorization")) == 0 {
		r.Header.Set("Auth", p.token)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	p.w.conforms(r, response, body)
	return answer{p.w, response.StatusCode, response.Header, string(body)}, nil
}

// described is the validator of the OpenAPI file. It keeps caches: one call at a time.
var described = sync.OnceValues(func() (validator.Validator, []error) {
	doc, err := libopenapi.NewDocument(openapi.OpenAPI)
	if err != nil {
		return nil, []error{err}
	}
	return validator.NewValidator(doc)
})

var describing sync.Mutex

// conforms holds an answer against the OpenAPI file. Paths and methods that the file does not have answer 404 and 405.
func (w *world) conforms(r *http.Request, response *http.Response, body []byte) {
	w.Helper()
	if response.Header.Get("X-Request-Id") == "" || response.Header.Get("X-Content-Type-Options") != "nosniff" {
		w.Errorf("%s %s: headers %v", r.Method, r.URL.Path, response.Header)
	}
	if response.StatusCode == http.StatusNotFound && strings.Contains(string(body), `"not_found"`) || response.StatusCode == http.StatusMethodNotAllowed || r.Method == http.MethodHead {
		return
	}
	describing.Lock()
	defer describing.Unlock()
	v, problems := described()
	if len(problems) > 0 {
		w.Fatal(problems)
	}
	// The file's own server stands for this one.
	asked := r.Clone(context.Background())
	asked.URL = &url.URL{Scheme: "http", Host: "127.0.0.1:8080", Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	copied := *response
	copied.Body = io.NopCloser(bytes.NewReader(body))
	if ok, failures := v.ValidateHttpResponse(asked, &copied); !ok {
		for _, f := range failures {
			w.Errorf("%s %s → %d %s\n%s: %s", r.Method, r.URL.Path, response.StatusCode, body, f.Message, f.Reason)
			for _, s := range f.SchemaValidationErrors {
				w.Errorf("  %s at %s", s.Reason, s.FieldPath)
			}
		}
	}
}

// data wants success and reads what is inside.
func (a answer) data(into any) {
	a.w.Helper()
	envelope := struct {
		Status string
		Data   any
	}{Data: into}
	if err := json.Unmarshal([]byte(a.body), &envelope); err != nil || a.status != http.StatusOK || envelope.Status != "ok" {
		a.w.Fatalf("%d %s (%v)", a.status, a.body, err)
	}
}

// want checks status and body.
func (a answer) want(status int, body string) answer {
	a.w.Helper()
	if a.status != status || a.body != body {
		a.w.Errorf("%d %s\nwant %d %s", a.status, a.body, status, body)
	}
	return a
}

// fails wants an error's code.
func (a answer) fails(status int, code string) answer {
	a.w.Helper()
	return a.want(status, `{"status":"error","error":"`+code+`"}`)
}

// registered is a new company.
type registered struct {
	ID       int64
	UUID     string
	Link     string `json:"kyb_link"`
	Password string
}

func (p *partner) register(email string) (r registered) {
	p.w.Helper()
	p.post("/register/company", map[string]string{"email": email, "company_name": "Acme " + email}).data(&r)
	return r
}

func (p *partner) total() int {
	p.w.Helper()
	var list struct{ Pagination struct{ Total int } }
	a := p.get("/customers/list")
	if err := json.Unmarshal([]byte(a.body), &list); err != nil {
		p.w.Fatal(err)
	}
	return list.Pagination.Total
}

// advance moves the clock; tokens age with it.
func (w *world) advance(by time.Duration) {
	w.Helper()
	w.main.post("/sandbox/clock", map[string]string{"advance": by.String()}).data(&struct{}{})
}

// logText is a log that is written by many.
type logText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
