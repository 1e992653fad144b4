package verifier_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/errs"
	"rampa/internal/idv"
	"rampa/internal/verification"
	"rampa/internal/verifier"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	secret = "0123456789abcdef0123456789abcdef"
	good   = `{"reference":"r1","outcome":"approved","reasons":["all well"],"checks":{"document":"pass","face_match":"pass","liveness":"unsure","score":9600},"document_expires_at":"2031-01-01"}`
)

// signed is what openssl makes: the implementation of the test is not ours.
func signed(key, id string, at time.Time, body string) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	return http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {timestamp}, "Webhook-Signature": {"v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))}}
}

// cases remembers what reached it.
type cases struct {
	got    []idv.Callback
	fails  error
	opened []string
}

func (c *cases) Receive(_ context.Context, m idv.Callback) (idv.Receipt, error) {
	c.got = append(c.got, m)
	return idv.Receipt{}, c.fails
}

func (c *cases) OpenDocument(_ context.Context, caseID, documentID, _ string) (verification.Document, io.ReadCloser, error) {
	c.opened = append(c.opened, caseID+"/"+documentID)
	return verification.Document{Type: "image/jpeg", Size: 7}, io.NopCloser(strings.NewReader("picture")), c.fails
}

func config(url string) verifier.Config {
	return verifier.Config{URL: url, Secret: []byte(secret), PublicURL: "https://pay.example", Wall: func() time.Time { return noon },
		DocumentMAC: func(data []byte) []byte { sum := sha256.Sum256(append([]byte("key"), data...)); return sum[:] }}
}

// edge serves callbacks and pictures.
func edge(c *cases) http.Handler {
	mux := http.NewServeMux()
	verifier.NewEdge(config(""), c, slog.New(slog.DiscardHandler)).Mount(mux)
	return mux
}

func send(h http.Handler, header http.Header, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, verifier.CallbackPath, strings.NewReader(body))
	r.Header = header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAnAuthenticCallbackIsTaken(t *testing.T) {
	t.Parallel()
	c := &cases{}
	h := edge(c)
	for _, off := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute} {
		if w := send(h, signed(secret, "msg_1", noon.Add(off), good), good); w.Code != http.StatusOK || w.Body.String() != `{"status":"ok"}` {
			t.Errorf("%v: %d %s", off, w.Code, w.Body)
		}
	}
	want := idv.Callback{ID: "msg_1", Reference: "r1", Evidence: idv.Evidence{Outcome: idv.Approved, Reasons: []string{"all well"}, DocumentExpiresAt: "2031-01-01",
		Checks: idv.Checks{Document: idv.Pass, FaceMatch: idv.Pass, Liveness: idv.Unsure, Score: 9600}}}
	if diff := cmp.Diff(want, c.got[0]); diff != "" {
		t.Error(diff)
	}
	both := signed("another secret of thirty-two bytes", "msg_2", noon, good)
	both["Webhook-Signature"][0] += " " + signed(secret, "msg_2", noon, good).Get("Webhook-Signature")
	if w := send(h, both, good); w.Code != http.StatusOK {
		t.Errorf("while the secret changes: %d", w.Code)
	}
}

func TestWhatIsNotAuthenticDoesNothing(t *testing.T) {
	t.Parallel()
	c := &cases{}
	h := edge(c)
	with := func(change func(h http.Header)) http.Header {
		header := signed(secret, "m1", noon, good)
		change(header)
		return header
	}
	for name, header := range map[string]http.Header{
		"nothing":          {},
		"another secret":   signed("another secret of thirty-two bytes", "m1", noon, good),
		"another body":     signed(secret, "m1", noon, good+" "),
		"too old":          signed(secret, "m1", noon.Add(-5*time.Minute-time.Second), good),
		"too young":        signed(secret, "m1", noon.Add(5*time.Minute+time.Second), good),
		"an id with a dot": signed(secret, "m.1", noon, good),
		"a long id":        signed(secret, strings.Repeat("m", 129), noon, good),
		"two ids":          with(func(h http.Header) { h.Add("Webhook-Id", "m2") }),
		"two times":        with(func(h http.Header) { h.Add("Webhook-Timestamp", "1") }),
		"another scheme":   with(func(h http.Header) { h.Set("Webhook-Signature", "v1a"+h.Get("Webhook-Signature")[2:]) }),
		"nothing signed":   with(func(h http.Header) { h.Set("Webhook-Signature", "v1,") }),
		"buried behind a dozen": with(func(h http.Header) {
			h.Set("Webhook-Signature", strings.Repeat("v1,x ", 12)+h.Get("Webhook-Signature"))
		}),
	} {
		if w := send(h, header, good); w.Code != http.StatusUnauthorized || w.Body.String() != `{"status":"error","error":"signature_invalid"}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if len(c.got) > 0 {
		t.Errorf("%d were taken", len(c.got))
	}
}

func TestNoneOfTenThousandMutatedCallbacksIsTaken(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	flip := func(s string) string {
		b := []byte(s)
		b[random.IntN(len(b))] ^= 1 << random.IntN(8)
		return string(b)
	}
	c := &cases{}
	h := edge(c)
	for i := range 10_000 {
		header, body := signed(secret, "msg_"+strconv.Itoa(i), noon, good), good
		switch random.IntN(6) {
		case 0:
			body = flip(body)
		case 1:
			at := random.IntN(len(body))
			body = body[:at] + body[at+1:]
		case 2:
			at := random.IntN(len(body) + 1)
			body = body[:at] + string(rune(random.IntN(128))) + body[at:]
		default:
			name := []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"}[random.IntN(3)]
			header.Set(name, flip(header.Get(name)))
		}
		if w := send(h, header, body); w.Code == http.StatusOK {
			t.Fatalf("seed %d: %v %s", seed, header, body)
		}
	}
	if len(c.got) > 0 {
		t.Errorf("seed %d: %d were taken", seed, len(c.got))
	}
}

func TestAMalformedMessageIsSaidToBe(t *testing.T) {
	t.Parallel()
	c := &cases{}
	h := edge(c)
	for name, body := range map[string]string{
		"nothing": "", "not JSON": "{", "a list": "[]", "two objects": good + good, "an unknown name": `{"reference":"r","status":"x"}`, "another case": `{"Reference":"r"}`,
		"a name twice": `{"reference":"r","reference":"s"}`, "a check twice": `{"checks":{"score":1,"score":2}}`, "an unknown check": `{"checks":{"age":"pass"}}`,
		"a number for a text": `{"reference":1}`, "half a point": `{"checks":{"score":95.5}}`, "checks that are none": `{"checks":"pass"}`,
	} {
		if w := send(h, signed(secret, "m1", noon, body), body); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "malformed_json") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	long := `{"reference":"` + strings.Repeat("r", 64<<10) + `"}`
	if w := send(h, signed(secret, "m1", noon, long), long); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too long: %d", w.Code)
	}
	if len(c.got) > 0 {
		t.Errorf("%d were taken", len(c.got))
	}
}

func TestRefusalsTellTheProviderWhetherToComeAgain(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{
		http.StatusNotFound:            idv.ErrReferenceUnknown,
		http.StatusUnprocessableEntity: errs.New(errs.Invalid, "callback_invalid", "no"),
		http.StatusServiceUnavailable:  errs.New(errs.Unavailable, "unavailable", "later"),
		http.StatusInternalServerError: errors.New("the password is hunter2"),
	} {
		w := send(edge(&cases{fails: err}), signed(secret, "m1", noon, good), good)
		if w.Code != want || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}

// asked is a question as a provider reads it, in words of its own.
type asked struct {
	CaseID      string `json:"case_id"`
	CallbackURL string `json:"callback_url"`
	Person      map[string]string
	Document    map[string]string
	Movements   []string `json:"liveness_movements"`
	Images      []struct {
		Item, Type, URL string
		Size            int64
	}
}

func subject() idv.Subject {
	return idv.Subject{CustomerUUID: "uuid", Name: "Ana", LastName: "García", BirthDate: "1980-02-29", Nationality: "ES", Country: "ES", PaperType: "PASSPORT", PaperNumber: "AAA1", PaperCountry: "ES",
		Movements: []string{"smile"}, Images: []verification.Document{{ID: "d1", Item: "document_front", Type: "image/jpeg", Size: 7}}}
}

func TestAProviderReadsTheCaseAndFetchesItsPictures(t *testing.T) {
	t.Parallel()
	c := &cases{}
	h := edge(c)
	var ids []string
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		id := r.Header.Get("Webhook-Id")
		ids = append(ids, id)
		if want := signed(secret, id, noon, string(body)); err != nil || want.Get("Webhook-Signature") != r.Header.Get("Webhook-Signature") {
			t.Errorf("the question is not signed: %v", r.Header)
		}
		var q asked
		if err := json.Unmarshal(body, &q); err != nil || q.CaseID != "case-1" || q.CallbackURL != "https://pay.example/idv/callback" || q.Person["last_name"] != "García" || q.Document["type"] != "PASSPORT" || q.Movements[0] != "smile" {
			t.Errorf("%v: %s", err, body)
		}
		picture := httptest.NewRecorder()
		h.ServeHTTP(picture, httptest.NewRequest(http.MethodGet, q.Images[0].URL, nil))
		if picture.Code != http.StatusOK || picture.Body.String() != "picture" || picture.Header().Get("Content-Type") != "image/jpeg" || picture.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%d %s", picture.Code, picture.Body)
		}
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprint(w, `{"reference":"r1","redirect_url":"https://check.example/r1","more":1}`)
	}))
	defer provider.Close()
	remote := verifier.NewRemote(config(provider.URL))
	for range 2 {
		got, err := remote.Start(t.Context(), idv.Case{ID: "case-1"}, subject())
		if err != nil || got != (idv.Started{Reference: "r1", RedirectURL: "https://check.example/r1"}) {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if diff := cmp.Diff([]string{"case-1", "case-1"}, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"case-1/d1", "case-1/d1"}, c.opened); diff != "" {
		t.Error(diff)
	}
}

func TestAProviderThatDoesNotAnswerIsAskedAgainLater(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("personal data followed a redirect") }))
	defer elsewhere.Close()
	for name, answer := range map[string]http.HandlerFunc{
		"an error":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"a refusal": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusPermanentRedirect)
		},
		"no JSON":        func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") },
		"a long answer":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte(" "), 64<<10+1)) },
		"a broken reply": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		provider := httptest.NewServer(answer)
		_, err := verifier.NewRemote(config(provider.URL)).Start(t.Context(), idv.Case{ID: "c"}, subject())
		if errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
		provider.Close()
	}
	empty := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer empty.Close()
	if got, err := verifier.NewRemote(config(empty.URL)).Start(t.Context(), idv.Case{ID: "c"}, subject()); err != nil || got != (idv.Started{}) {
		t.Errorf("an empty answer: %+v, %v", got, err)
	}
}

func TestAddressesOfPicturesCannotBeMadeUpAndDie(t *testing.T) {
	t.Parallel()
	var address string
	provider := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var q asked
		_ = json.NewDecoder(r.Body).Decode(&q)
		address = q.Images[0].URL
	}))
	defer provider.Close()
	if _, err := verifier.NewRemote(config(provider.URL)).Start(t.Context(), idv.Case{ID: "case-1"}, subject()); err != nil {
		t.Fatal(err)
	}
	get := func(address string, at time.Time) int {
		conf := config("")
		conf.Wall = func() time.Time { return at }
		mux := http.NewServeMux()
		verifier.NewEdge(conf, &cases{}, slog.New(slog.DiscardHandler)).Mount(mux)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		return w.Code
	}
	if code := get(address, noon.Add(time.Hour-time.Second)); code != http.StatusOK {
		t.Errorf("before its end: %d", code)
	}
	for name, other := range map[string]string{
		"another picture":  strings.Replace(address, "/d1?", "/d2?", 1),
		"another case":     strings.Replace(address, "case-1", "case-2", 1),
		"a longer life":    strings.Replace(address, "expires=1", "expires=2", 1),
		"no signature":     address[:strings.Index(address, "&sig=")],
		"half a signature": address[:len(address)-5],
	} {
		if code := get(other, noon); code != http.StatusNotFound {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code := get(address, noon.Add(time.Hour)); code != http.StatusNotFound {
		t.Errorf("after its end: %d", code)
	}
}

// FuzzCallback proves that whatever is signed is taken or refused, and never makes the edge fail.
func FuzzCallback(f *testing.F) {
	for _, seed := range []string{good, `{}`, `{"checks":{}}`, `{"reasons":null}`, `[`, "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c := &cases{}
		w := send(edge(c), signed(secret, "m1", noon, body), body)
		if taken := len(c.got) == 1; taken != (w.Code == http.StatusOK) || !taken && w.Code >= 500 {
			t.Errorf("%q: %d, %d taken", body, w.Code, len(c.got))
		}
	})
}
