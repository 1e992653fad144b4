package api_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/api"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/idempotency"
	"rampa/internal/integration"
	"rampa/internal/paper"
	"rampa/internal/web"
)

// shelf is Documents and Fetch that count: what was fetched, stashed, thrown away and taken in.
type shelf struct {
	mu                            sync.Mutex
	fetched, added                int
	stashed, discarded            []string
	owns, stash, add, unreachable error
}

func (s *shelf) Fetch(context.Context, string) ([]byte, error) {
	s.fetched++
	return []byte("%PDF-1.7"), s.unreachable
}

func (s *shelf) Stash(_ context.Context, _ string, body io.Reader) (customer.Stashed, error) {
	content, _ := io.ReadAll(body)
	if s.stash != nil {
		return customer.Stashed{}, s.stash
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := string(content) + " " + string(rune('0'+len(s.stashed)))
	s.stashed = append(s.stashed, id)
	return customer.Stashed{ID: id}, nil
}

func (s *shelf) Discard(_ context.Context, papers ...customer.Stashed) {
	for _, p := range papers {
		s.discarded = append(s.discarded, p.ID)
	}
}

func (s *shelf) Owns(context.Context, int64, int64) error { return s.owns }

func (s *shelf) AddEvidence(_ context.Context, e customer.Evidence) (string, error) {
	if s.add == nil {
		s.added++
	}
	return e.Paper.ID, s.add
}

// memory keeps keys for one call at a time, and forgets those whose call failed.
type memory struct{ entries map[string]*idempotency.Entry }

func (m *memory) InTx(ctx context.Context, f func(context.Context) error) error {
	before := map[string]*idempotency.Entry{}
	for k, e := range m.entries {
		before[k] = e
	}
	err := f(ctx)
	if err != nil {
		m.entries = before
	}
	return err
}

func (m *memory) ClaimKey(_ context.Context, k idempotency.Key, _ time.Time) (*idempotency.Entry, error) {
	if e := m.entries[k.Value]; e != nil {
		return e, nil
	}
	m.entries[k.Value] = &idempotency.Entry{Fingerprint: k.FingerprintText()}
	return nil, nil
}

func (m *memory) StoreAnswer(_ context.Context, k idempotency.Key, status int, sealed []byte) error {
	m.entries[k.Value] = &idempotency.Entry{Fingerprint: k.FingerprintText(), Status: status, SealedAnswer: sealed}
	return nil
}

func (m *memory) PurgeKeys(context.Context, time.Time) error { return nil }

type plainSealer struct{}

func (plainSealer) Seal(plain, _ []byte) ([]byte, error)  { return plain, nil }
func (plainSealer) Open(sealed, _ []byte) ([]byte, error) { return sealed, nil }

func newShelfAPI(s *shelf) http.Handler {
	log := slog.New(slog.DiscardHandler)
	a := api.New(api.Config{Log: log, Tenants: one{}, Now: time.Now, Documents: s, Fetch: s.Fetch,
		Keys: idempotency.New(&memory{map[string]*idempotency.Entry{}}, plainSealer{}, time.Now)})
	mux := http.NewServeMux()
	a.Mount(mux)
	return web.NewFront(web.Config{Log: log}, mux)
}

const byURL = `{"type":"payslip","file":"https://files.example/payslip.pdf"}`

func document(body, key string) call {
	h := header("Auth", "t", "Content-Type", jsonBody)
	if key != "" {
		h.Set("Idempotency-Key", key)
	}
	return call{"POST", "/customers/7/documents", body, h}
}

// TestAReplayNeedsNeitherTheAddressNorThePaper: the answer is given again when the address is gone.
func TestAReplayNeedsNeitherTheAddressNorThePaper(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	h := newShelfAPI(s)
	first := ask(t, h, document(byURL, "k"))
	s.unreachable = errors.New("gone")
	again := ask(t, h, document(byURL, "k"))
	if first.Code != 200 || again.Body.String() != first.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" || s.fetched != 1 || len(s.stashed) != 1 || s.added != 1 || s.discarded != nil {
		t.Errorf("%d %s\n%d %s\n%+v", first.Code, first.Body, again.Code, again.Body, s)
	}
	if other := ask(t, h, document(strings.Replace(byURL, "payslip.pdf", "other.pdf", 1), "k")); other.Code != 409 || s.fetched != 1 {
		t.Errorf("%d %s, fetched %d", other.Code, other.Body, s.fetched)
	}
}

// TestAPaperThatWasNotTakenInIsThrownAway, unless nobody knows whether it was.
func TestAPaperThatWasNotTakenInIsThrownAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		add    error
		status int
		gone   bool
	}{
		{nil, 200, false}, {errs.New(errs.Conflict, "too_many_files", "x"), 409, true}, {customer.ErrUserNotFound, 404, true},
		{errors.New("the connection broke at commit"), 200, false}, {errs.New(errs.Unavailable, "unavailable", "x"), 503, false},
	} {
		for _, key := range []string{"", "k"} {
			s := &shelf{add: c.add}
			a := ask(t, newShelfAPI(s), document(byURL, key))
			if a.Code != c.status || len(s.stashed) != 1 || slices.Equal(s.discarded, s.stashed) != c.gone {
				t.Errorf("%v: %d %s, stashed %v, discarded %v", c.add, a.Code, a.Body, s.stashed, s.discarded)
			}
		}
	}
}

// TestNothingIsFetchedForACallThatIsRefusedAnyway: by its token, its shape, or whose customer it is.
func TestNothingIsFetchedForACallThatIsRefusedAnyway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what   string
		shelf  *shelf
		body   string
		status int
		answer string
	}{
		{"foreign", &shelf{owns: customer.ErrNotInIntegration}, byURL, 403, `{"status":"error","error":"user_not_in_integration"}`},
		{"missing", &shelf{owns: customer.ErrUserNotFound}, byURL, 404, `{"status":"error","error":"user_not_found"}`},
		{"type", &shelf{}, `{"type":"selfie","file":"https://files.example/x"}`, 422, `{"message":"The selected type is invalid.","errors":{"type":["The selected type is invalid."]}}`},
		{"type and file", &shelf{}, `{"type":["other"],"file":{"a":1}}`, 422, `{"message":"The selected type is invalid. (and 1 more error)","errors":{"type":["The selected type is invalid."],"file":["The file field must be a string."]}}`},
		{"foreign with a bad file", &shelf{owns: customer.ErrNotInIntegration}, `{"type":"other","file":"nothing"}`, 403, `{"status":"error","error":"user_not_in_integration"}`},
	} {
		if a := ask(t, newShelfAPI(c.shelf), document(c.body, "")); a.Code != c.status || a.Body.String() != c.answer || c.shelf.fetched+len(c.shelf.stashed) != 0 {
			t.Errorf("%s: %d %s %+v", c.what, a.Code, a.Body, c.shelf)
		}
	}
}

// TestEveryReasonAgainstAFileIsOneAnswer, and a fault of ours is none of them.
func TestEveryReasonAgainstAFileIsOneAnswer(t *testing.T) {
	t.Parallel()
	for _, s := range []*shelf{{unreachable: errs.New(errs.Invalid, "url_not_fetched", "x")}, {stash: paper.ErrEmpty}, {stash: paper.ErrTooLarge}, {stash: paper.ErrTooManyPixels}, {stash: paper.ErrType}, {stash: paper.ErrUnreadable}} {
		if a := ask(t, newShelfAPI(s), document(byURL, "")); a.Code != 422 || a.Body.String() != `{"status":"error","error":"invalid_file"}` {
			t.Errorf("%+v: %d %s", s, a.Code, a.Body)
		}
	}
	if a := ask(t, newShelfAPI(&shelf{stash: errors.New("disk full")}), document(byURL, "")); a.Code != 200 || a.Body.String() != `{"status":"error","error":"unexpected_error"}` {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

// one is the integration that everybody is.
type one struct{ api.Tenants }

func (one) Resolve(context.Context, string, netip.Addr) (*integration.Integration, error) {
	return &integration.Integration{ID: 1}, nil
}
