package idv_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/idv"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
	"rampa/internal/verification"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const customerID = 7

// world is a Service over a real database, with a provider, a file and an owner of files that are not.
type world struct {
	*testing.T
	*idv.Service
	storetest.Database
	provider *provider
	files    *files
	at       time.Time
	later    []string // cases whose job was inserted, of committed and of other transactions
}

func newWorld(t *testing.T, d storetest.Database) *world {
	w := &world{T: t, Database: d, provider: &provider{}, files: &files{stage: verification.Submitted}, at: noon}
	w.Service = idv.New(idv.Config{Store: compliance.New(d.DB).Cases(), Sealer: seal{}, Files: w.files, Decider: w.files, Provider: w.provider, Raise: w.files.raise,
		Now:       func() time.Time { return w.at },
		SendLater: func(_ context.Context, _ idv.Tx, caseID string) error { w.later = append(w.later, caseID); return nil }})
	return w
}

// submitted opens a case and asks the provider.
func (w *world) submitted() idv.Case {
	w.Helper()
	w.at = noon.Add(time.Duration(len(w.cases())) * time.Second)
	if err := w.Submitted(w.Context(), idv.Submission{CustomerID: customerID, IntegrationID: 1, Language: "es"}); err != nil {
		w.Fatal(err)
	}
	if err := w.Send(w.Context(), w.later[len(w.later)-1], fine); err != nil {
		w.Fatal(err)
	}
	return w.cases()[0]
}

func fine(context.Context, idv.Tx) error { return nil }

func (w *world) cases() []idv.Case {
	w.Helper()
	cases, err := w.Of(w.Context(), customerID)
	if err != nil {
		w.Fatal(err)
	}
	return cases
}

// actions gives what was audited, oldest first.
func (w *world) actions() []string {
	w.Helper()
	rows, err := w.DB.Query(w.Context(), `SELECT action, detail FROM audit_entries ORDER BY id`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var action, detail string
		if err := rows.Scan(&action, &detail); err != nil {
			w.Fatal(err)
		}
		out = append(out, action)
		if strings.Contains(detail, "blurred") || strings.Contains(detail, "García") {
			w.Errorf("the audit says %s", detail)
		}
	}
	return out
}

type seal struct{}

func (seal) Seal(plaintext, context []byte) ([]byte, error) {
	return slices.Concat(context, []byte("|"), plaintext), nil
}

func (seal) Open(sealed, context []byte) ([]byte, error) {
	plain, ok := bytes.CutPrefix(sealed, slices.Concat(context, []byte("|")))
	if !ok {
		return nil, errors.New("sealed elsewhere")
	}
	return plain, nil
}

// provider names cases after themselves and remembers the questions.
type provider struct {
	mu    sync.Mutex
	asked []string
	fails error
}

func (*provider) Name() string { return "fake" }

func (p *provider) Start(_ context.Context, c idv.Case, s idv.Subject) (idv.Started, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.LastName != "García" {
		return idv.Started{}, fmt.Errorf("asked about %+v", s)
	}
	p.asked = append(p.asked, c.ID)
	return idv.Started{Reference: "ref-" + c.ID, RedirectURL: "https://check.example/" + c.ID}, p.fails
}

// files is one customer's file and who decides on it.
type files struct {
	mu     sync.Mutex
	stage  verification.Stage
	held   bool
	given  []idv.Verdict
	read   []audit.Actor
	alerts []alert.Alert
	fails  error
}

func (f *files) raise(_ context.Context, a alert.Alert) (bool, error) {
	f.alerts = append(f.alerts, a)
	return true, nil
}

func (f *files) Subject(context.Context, int64) (idv.Subject, error) {
	images := []verification.Document{{Item: "document_front"}, {Item: "document_back"}, {Item: "face_image"}, {Item: "liveness_capture.smile"}}
	return idv.Subject{Name: "Ana", LastName: "García", Images: images}, nil
}

func (f *files) OpenDocument(_ context.Context, id int64, documentID string, by audit.Actor) (verification.Document, io.ReadCloser, error) {
	f.read = append(f.read, by)
	return verification.Document{ID: documentID}, io.NopCloser(strings.NewReader("picture")), nil
}

func (f *files) DecideByProvider(_ context.Context, id int64, v idv.Verdict) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails != nil {
		return f.fails
	}
	next, err := f.stage.After(map[idv.Outcome]verification.Event{idv.Approved: verification.OnApproved, idv.Rejected: verification.OnRejected, idv.Retry: verification.OnCorrection}[v.Outcome])
	if err != nil {
		return err
	}
	if f.held && v.Outcome == idv.Approved {
		return errs.New(errs.Conflict, "file_held", "held")
	}
	f.stage, f.given = next, append(f.given, v)
	return nil
}

func answer(id string, c idv.Case, o idv.Outcome) idv.Callback {
	return idv.Callback{ID: id, Reference: c.Reference, Evidence: idv.Evidence{Outcome: o, Reasons: []string{"blurred"},
		Checks: idv.Checks{Document: idv.Pass, FaceMatch: idv.Pass, Liveness: idv.Pass, Score: 9600}, DocumentExpiresAt: "2031-01-01"}}
}

func TestASubmittedFileIsCheckedByTheProvider(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		c := w.submitted()
		want := idv.Case{ID: w.provider.asked[0], CustomerID: customerID, IntegrationID: 1, Provider: "fake", Language: "es", Reference: "ref-" + w.later[0],
			RedirectURL: "https://check.example/" + w.later[0], CreatedAt: noon, StartedAt: noon}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Fatal(diff)
		}
		if _, body, err := w.OpenDocument(t.Context(), c.ID, "doc", "192.0.2.1"); err != nil || body.Close() != nil || w.files.read[0].Address != "192.0.2.1" {
			t.Errorf("%v %+v", err, w.files.read)
		}
		got, err := w.Receive(t.Context(), answer("m1", c, idv.Approved))
		if err != nil || got.Effect != idv.EffectApproved || w.files.stage != verification.Approved {
			t.Fatalf("%+v, %v, %s", got, err, w.files.stage)
		}
		c = w.cases()[0]
		if c.Open() || c.Effect != idv.EffectApproved || c.Evidence == nil || c.Evidence.Checks.Score != 9600 || c.Evidence.ReceivedAt != noon {
			t.Errorf("%+v", c)
		}
		if _, _, err := w.OpenDocument(t.Context(), c.ID, "doc", ""); !errors.Is(err, idv.ErrCaseNotFound) {
			t.Errorf("a closed case opens its pictures: %v", err)
		}
		if diff := cmp.Diff([]string{"idv.opened", "idv.started", "idv.received"}, w.actions()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEveryAnswerHasItsEffect(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		change  func(f *files, c *idv.Callback)
		outcome idv.Outcome
		want    idv.Effect
		stage   verification.Stage
	}{
		{"rejected", func(*files, *idv.Callback) {}, idv.Rejected, idv.EffectRejected, verification.Rejected},
		{"once more", func(*files, *idv.Callback) {}, idv.Retry, idv.EffectCorrection, verification.NeedsCorrection},
		{"approved, with a doubt", func(_ *files, c *idv.Callback) { c.Checks.Liveness = idv.Unsure }, idv.Approved, idv.EffectDoubtful, verification.Submitted},
		{"approved, and a check failed", func(_ *files, c *idv.Callback) { c.Checks.Document = idv.Fail }, idv.Approved, idv.EffectDoubtful, verification.Submitted},
		{"approved, and held by an alert", func(f *files, _ *idv.Callback) { f.held = true }, idv.Approved, idv.EffectHeld, verification.Submitted},
		{"rejected, and held by an alert", func(f *files, _ *idv.Callback) { f.held = true }, idv.Rejected, idv.EffectRejected, verification.Rejected},
		{"an operator was faster", func(f *files, _ *idv.Callback) { f.stage = verification.NeedsCorrection }, idv.Approved, idv.EffectLate, verification.NeedsCorrection},
	}
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		for i, c := range cases {
			w := newWorld(t, d)
			of := w.submitted()
			callback := answer(fmt.Sprint("m", i), of, c.outcome)
			c.change(w.files, &callback)
			got, err := w.Receive(t.Context(), callback)
			if err != nil || got.Effect != c.want || w.files.stage != c.stage {
				t.Errorf("%s: %+v, %v, file %s", c.name, got, err, w.files.stage)
			}
			if doubt := len(w.files.alerts) == 1 && w.files.alerts[0].Holds && w.files.alerts[0].Key == "idv:"+of.ID; doubt != (c.want == idv.EffectDoubtful) {
				t.Errorf("%s: alerts %+v", c.name, w.files.alerts)
			}
			if of = w.cases()[0]; of.Effect != c.want || of.Open() || of.Evidence == nil {
				t.Errorf("%s: %+v", c.name, of)
			}
		}
	})
}

func TestARetrySendsBackWhatDidNotPass(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		for i, c := range []struct {
			checks  idv.Checks
			reasons []string
			want    []string
		}{
			{idv.Checks{Document: idv.Fail, FaceMatch: idv.Pass}, []string{"blurred", "cut off"}, []string{"identity: blurred cut off", "documents.document_front: blurred cut off", "documents.document_back: blurred cut off"}},
			{idv.Checks{Document: idv.Unsure, FaceMatch: idv.Pass}, []string{"dark"}, []string{"documents.document_front: dark", "documents.document_back: dark"}},
			{idv.Checks{Document: idv.Pass, Liveness: idv.Unsure}, []string{"dark"}, []string{"documents.face_image: dark", "documents.liveness_capture.smile: dark"}},
			{idv.Checks{}, []string{"all"}, []string{"documents.document_front: all", "documents.document_back: all", "documents.face_image: all", "documents.liveness_capture.smile: all"}},
		} {
			w := newWorld(t, d)
			callback := answer(fmt.Sprint("m", i), w.submitted(), idv.Retry)
			callback.Checks, callback.Reasons = c.checks, c.reasons
			if _, err := w.Receive(t.Context(), callback); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, k := range w.files.given[0].Corrections {
				got = append(got, k.Item+": "+k.Message)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		}
		w := newWorld(t, d)
		callback := answer("m9", w.submitted(), idv.Retry)
		callback.Reasons = nil
		if _, err := w.Receive(t.Context(), callback); err != nil || !strings.Contains(w.files.given[0].Corrections[0].Message, "documento de identidad") {
			t.Errorf("%v, %+v", err, w.files.given)
		}
	})
}

func TestAMessageCountsOnceAndLaterOnesDoNotUndoIt(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		c := w.submitted()
		first := answer("m1", c, idv.Rejected)
		for i := range 3 {
			got, err := w.Receive(t.Context(), first)
			if err != nil || got.Repeated != (i > 0) {
				t.Errorf("%d: %+v, %v", i, got, err)
			}
		}
		got, err := w.Receive(t.Context(), answer("m2", c, idv.Approved))
		if err != nil || got.Effect != idv.EffectLate || w.files.stage != verification.Rejected || w.cases()[0].Evidence.Outcome != idv.Rejected {
			t.Errorf("%+v, %v, %s", got, err, w.files.stage)
		}
		if n := len(w.files.given); n != 1 {
			t.Errorf("the file was moved %d times", n)
		}
	})
}

func TestAnUnknownReferenceMayComeAgainOnceItIsKnown(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		if err := w.Submitted(t.Context(), idv.Submission{CustomerID: customerID, IntegrationID: 1}); err != nil {
			t.Fatal(err)
		}
		early := answer("m1", idv.Case{Reference: "ref-" + w.later[0]}, idv.Approved)
		if _, err := w.Receive(t.Context(), early); !errors.Is(err, idv.ErrReferenceUnknown) {
			t.Fatalf("%v", err)
		}
		if err := w.Send(t.Context(), w.later[0], fine); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Receive(t.Context(), early); err != nil || got.Effect != idv.EffectApproved {
			t.Errorf("%+v, %v", got, err)
		}
		if diff := cmp.Diff([]string{"idv.opened", "idv.reference_unknown", "idv.started", "idv.received"}, w.actions()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestANewSubmissionEndsTheCaseOfTheOld(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		old := w.submitted()
		young := w.submitted()
		if old.ID == young.ID || w.cases()[1].Effect != idv.EffectSuperseded {
			t.Fatalf("%+v", w.cases())
		}
		if got, err := w.Receive(t.Context(), answer("m1", old, idv.Rejected)); err != nil || got.Effect != idv.EffectLate || w.files.stage != verification.Submitted {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := w.Receive(t.Context(), answer("m2", young, idv.Approved)); err != nil || got.Effect != idv.EffectApproved {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestAKilledJobAsksAboutTheSameCaseAgain(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		if err := w.Submitted(t.Context(), idv.Submission{CustomerID: customerID, IntegrationID: 1}); err != nil {
			t.Fatal(err)
		}
		killed := errors.New("killed before the commit")
		if err := w.Send(t.Context(), w.later[0], func(context.Context, idv.Tx) error { return killed }); !errors.Is(err, killed) {
			t.Fatal(err)
		}
		if c := w.cases()[0]; c.Reference != "" {
			t.Errorf("half a start was kept: %+v", c)
		}
		w.provider.fails = errors.New("down")
		if err := w.Send(t.Context(), w.later[0], fine); !errors.Is(err, w.provider.fails) {
			t.Fatal(err)
		}
		w.provider.fails = nil
		for range 2 { // the second finds the case started and asks nobody
			if err := w.Send(t.Context(), w.later[0], fine); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{w.later[0], w.later[0], w.later[0]}, w.provider.asked); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAFailureKeepsNeitherMessageNorEffect(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		c := w.submitted()
		w.files.fails = errors.New("no disk")
		if _, err := w.Receive(t.Context(), answer("m1", c, idv.Approved)); !errors.Is(err, w.files.fails) {
			t.Fatal(err)
		}
		w.files.fails = nil
		if got, err := w.Receive(t.Context(), answer("m1", c, idv.Approved)); err != nil || got.Repeated || got.Effect != idv.EffectApproved {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestOfManyAnswersAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		c := w.submitted()
		var all sync.WaitGroup
		receipts := make([]idv.Receipt, 16)
		for i := range receipts {
			outcome := []idv.Outcome{idv.Approved, idv.Rejected}[i%2]
			all.Go(func() {
				var err error
				if receipts[i], err = w.Receive(context.WithoutCancel(t.Context()), answer(fmt.Sprint("m", i/4), c, outcome)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		effective, repeated := 0, 0
		for _, r := range receipts {
			if r.Repeated {
				repeated++
			} else if r.Effect != idv.EffectLate {
				effective++
			}
		}
		if effective != 1 || repeated != 12 || len(w.files.given) != 1 || w.cases()[0].Evidence.Outcome != w.files.given[0].Outcome {
			t.Errorf("%d effects, %d repetitions, %+v", effective, repeated, w.files.given)
		}
	})
}

func TestWhatNoProviderMeansIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		c := w.submitted()
		for name, spoil := range map[string]func(m *idv.Callback){
			"no reference":            func(m *idv.Callback) { m.Reference = "" },
			"a long reference":        func(m *idv.Callback) { m.Reference = strings.Repeat("r", 201) },
			"no outcome":              func(m *idv.Callback) { m.Outcome = "" },
			"another outcome":         func(m *idv.Callback) { m.Outcome = "maybe" },
			"a rejection without why": func(m *idv.Callback) { m.Reasons = nil },
			"an empty reason":         func(m *idv.Callback) { m.Reasons = []string{" "} },
			"a long reason":           func(m *idv.Callback) { m.Reasons = []string{strings.Repeat("ñ", 501)} },
			"many reasons":            func(m *idv.Callback) { m.Reasons = slices.Repeat([]string{"a"}, 21) },
			"a score above all":       func(m *idv.Callback) { m.Checks.Score = 10001 },
			"a negative score":        func(m *idv.Callback) { m.Checks.Score = -1 },
			"a check of its own":      func(m *idv.Callback) { m.Checks.Document = "ok" },
			"a day that is none":      func(m *idv.Callback) { m.DocumentExpiresAt = "2031-02-30" },
		} {
			m := answer("m1", c, idv.Rejected)
			spoil(&m)
			if _, err := w.Receive(t.Context(), m); errs.CodeOf(err) != "callback_invalid" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(w.files.given) > 0 || !w.cases()[0].Open() {
			t.Error("something was done")
		}
	})
}

func TestWithoutAProviderTheOperatorsReviewEverything(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		w.Provider = nil
		if err := w.Submitted(t.Context(), idv.Submission{CustomerID: customerID}); err != nil || len(w.cases()) > 0 || len(w.later) > 0 || w.Name() != idv.ManualProvider {
			t.Errorf("%v, %v", err, w.cases())
		}
		if _, err := w.Receive(t.Context(), answer("m1", idv.Case{Reference: "r"}, idv.Approved)); !errors.Is(err, idv.ErrReferenceUnknown) {
			t.Error(err)
		}
	})
}

func TestAnAnswerThatCannotBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := newWorld(t, d)
		for _, bad := range []idv.Started{{Reference: strings.Repeat("r", 201)}, {RedirectURL: "http://check.example"}, {RedirectURL: "javascript:alert(1)"},
			{RedirectURL: "https://a:b@check.example"}, {RedirectURL: "https://check.example/" + strings.Repeat("x", 2000)}} {
			w.Provider = fixed(bad)
			if err := w.Submitted(t.Context(), idv.Submission{CustomerID: customerID}); err != nil {
				t.Fatal(err)
			}
			if err := w.Send(t.Context(), w.later[len(w.later)-1], fine); errs.CodeOf(err) != "answer_invalid" {
				t.Errorf("%.40v: %v", bad, err)
			}
		}
		w.Provider = fixed(idv.Started{})
		if c := w.submitted(); c.Reference != c.ID {
			t.Errorf("%+v", c)
		}
	})
}

type fixed idv.Started

func (fixed) Name() string { return "fixed" }

func (f fixed) Start(context.Context, idv.Case, idv.Subject) (idv.Started, error) {
	return idv.Started(f), nil
}
