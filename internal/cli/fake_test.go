package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/cli"
	"rampa/internal/config"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/integration"
	"rampa/internal/operator"
	"rampa/internal/privacy"
	"rampa/internal/screening"
)

var day = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// fake is a Backend that keeps everything in memory.
type fake struct {
	serve        func(ctx context.Context, s cli.Start) error // nil: becomes ready and drains when told to
	from, to     int64
	config       *config.Config // what the last command was given
	integrations []integration.Integration
	spec         integration.Spec
	overlap      time.Duration
	operators    []operator.Operator
	actor        audit.Actor
	checkpoint   string
	broken       error // what the audit chain says
	closed       int
	bans         []string // what was banned and unbanned
	erased       []int64
	kept         time.Time // what an erasure keeps until
	source       screening.Source
	content      string // of the source
	subject      screening.Subject
	listHash     string
	differs      bool // a replay comes out different
}

var running = cli.Running{
	BaseURL: "http://127.0.0.1:4711/api", PublicURL: "http://127.0.0.1:4711", APIKey: "pk_sandbox_1", APISecret: "sk-1",
	ConsoleURL: "http://127.0.0.1:4711/console", ConsoleUser: "ana@example.com", ConsolePassword: "pw-1", ConsoleTOTPSecret: "TOTP1",
}

func (f *fake) Sandbox(ctx context.Context, s cli.Start) error { return f.run(ctx, s) }

func (f *fake) Serve(ctx context.Context, s cli.Start) error { return f.run(ctx, s) }

func (f *fake) run(ctx context.Context, s cli.Start) error {
	f.config = s.Config
	if f.serve != nil {
		return f.serve(ctx, s)
	}
	return s.Ready(running)
}

func (f *fake) Migrate(_ context.Context, cfg *config.Config) (from, to int64, err error) {
	f.config = cfg
	return f.from, f.to, nil
}

func (f *fake) Admin(_ context.Context, cfg *config.Config) (*cli.Admin, error) {
	f.config = cfg
	return &cli.Admin{Integrations: f, Operators: accounts{f}, Audit: f, Customers: people{f}, Privacy: people{f}, Screening: listed{f}, Close: func() error { f.closed++; return nil }}, nil
}

func (f *fake) Create(_ context.Context, spec integration.Spec, by audit.Actor) (integration.Integration, integration.Keys, error) {
	f.spec, f.actor = spec, by
	i := integration.Integration{UUID: "uuid-1", Name: spec.Name, Mode: spec.Mode, DelegatedKYC: spec.DelegatedKYC, CreatedAt: day}
	return i, integration.Keys{APIKey: "pk_1", APISecret: "secret-1"}, nil
}

func (f *fake) Rotate(_ context.Context, ref string, overlap time.Duration, _ audit.Actor) (integration.Integration, integration.Keys, error) {
	f.overlap = overlap
	i, err := f.find(ref)
	if err != nil {
		return integration.Integration{}, integration.Keys{}, err
	}
	return *i, integration.Keys{APIKey: "pk_2", APISecret: "secret-2"}, nil
}

func (f *fake) Update(_ context.Context, ref string, change func(*integration.Integration) error, _ audit.Actor) (integration.Integration, error) {
	i, err := f.find(ref)
	if err != nil {
		return integration.Integration{}, err
	}
	return *i, change(i)
}

func (f *fake) find(ref string) (*integration.Integration, error) {
	for i := range f.integrations {
		if f.integrations[i].UUID == ref || f.integrations[i].Name == ref {
			return &f.integrations[i], nil
		}
	}
	return nil, integration.ErrNotFound
}

func (f *fake) List(context.Context) ([]integration.Integration, error) { return f.integrations, nil }

func (f *fake) Verify(_ context.Context, checkpoint string) (audit.Report, error) {
	f.checkpoint = checkpoint
	return audit.Report{Entries: 12, Batches: 3, Unsealed: 1, Checkpoint: "3:abc"}, f.broken
}

// accounts is the operators of a fake.
type accounts struct{ *fake }

func (a accounts) Create(_ context.Context, e operator.Entrant, _ audit.Actor) (string, error) {
	a.operators = append(a.operators, operator.Operator{Email: e.Email, Name: e.Name, Role: e.Role, CreatedAt: day})
	return "one-time-1", nil
}

func (a accounts) Reset(_ context.Context, email string, _ audit.Actor) (string, error) {
	return "one-time-2", a.known(email)
}

func (a accounts) Disable(_ context.Context, email string, _ audit.Actor) error {
	if err := a.known(email); err != nil {
		return err
	}
	a.operators[0].DisabledAt = day
	return nil
}

func (a accounts) List(context.Context) ([]operator.Operator, error) { return a.operators, nil }

func (a accounts) known(email string) error {
	for _, o := range a.operators {
		if o.Email == email {
			return nil
		}
	}
	return errs.New(errs.NotFound, "operator_not_found", "There is no such account.").Because(os.ErrNotExist)
}

// people is the customers of a fake: there is number 7.
type people struct{ *fake }

func (p people) Ban(_ context.Context, id int64, b customer.Banning) error {
	p.bans = append(p.bans, fmt.Sprintf("%d %s %s", id, b.Reason, b.Actor.ID))
	return p.there(id)
}

func (p people) Unban(_ context.Context, id int64, b customer.Banning) error {
	p.bans = append(p.bans, fmt.Sprintf("not %d %s %s", id, b.Reason, b.Actor.ID))
	return p.there(id)
}

func (p people) Export(_ context.Context, id int64, _ privacy.Request, w io.Writer) (privacy.Exported, error) {
	_, err := io.WriteString(w, "half of it")
	return privacy.Exported{Papers: 3}, errors.Join(err, p.there(id))
}

func (p people) Erase(_ context.Context, id int64, r privacy.Request) (privacy.Erasure, error) {
	p.erased = append(p.erased, id)
	e := privacy.Erasure{CustomerID: id, ErasedAt: day, KeepUntil: p.kept}
	if !p.kept.IsZero() {
		e.Grounds = []string{"decided", "held"}
	}
	return e, p.there(id)
}

func (people) there(id int64) error {
	if id == 7 {
		return nil
	}
	return privacy.ErrNotFound
}

// listed is the lists of a fake.
type listed struct{ *fake }

var sdn = screening.List{Name: "ofac-sdn", Category: "sanctions", Format: "csv", Hash: "abc", Entries: 2, PublishedAt: day, ImportedAt: day, Active: true}

func (l listed) Import(_ context.Context, s screening.Source) (screening.Imported, error) {
	body, err := io.ReadAll(s.Body)
	s.Progress(int64(len(body)))
	unchanged := l.content == string(body)
	l.source, l.content = s, string(body)
	return screening.Imported{List: sdn, Unchanged: unchanged}, err
}

func (l listed) Lists(context.Context) ([]screening.List, error) {
	return []screening.List{sdn, {Name: "peps", Category: "pep", Format: "csv", Hash: "def", Entries: 1, ImportedAt: day}}, nil
}

var viktor = screening.Hit{Name: "Victor But", List: "ofac-sdn", ListHash: "abc", Category: "sanctions", EntryID: "8279", Entry: "BOUT, Viktor", Matched: "BUT, Viktor",
	Programs: []string{"SDNT"}, Score: 9150, Parts: []screening.Part{{Code: "name", Points: 9650, Text: "one letter"}, {Code: "country", Points: -500, Text: "another"}}}

func (l listed) Check(_ context.Context, s screening.Subject, hash string) ([]screening.Hit, error) {
	l.subject, l.listHash = s, hash
	if s.Name != "Victor But" {
		return nil, nil
	}
	return []screening.Hit{viktor}, nil
}

func (l listed) Replay(_ context.Context, alertID int64) (screening.Replayed, error) {
	return screening.Replayed{AlertID: alertID, Recorded: 9150, Hit: viktor, Config: "v1", Same: !l.differs}, nil
}

// outcome is what a run left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// run runs a command line against a backend, with variables if any.
func run(t *testing.T, backend cli.Backend, args []string, environ ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Run(t.Context(), cli.Process{
		Args: args, Stdout: &stdout, Stderr: &stderr, Environ: environ, Backend: backend,
		Version: cli.Version{Number: "v1.2.3", Commit: "abc", Date: "2026-11-22T10:00:00Z"},
		Exit:    func(int) { t.Error("ended at once") },
	})
	return outcome{code, stdout.String(), stderr.String()}
}

// ok runs a command line that must succeed and gives its stdout.
func ok(t *testing.T, backend cli.Backend, line string) string {
	t.Helper()
	got := run(t, backend, strings.Fields(line))
	if got.code != 0 || got.stderr != "" {
		t.Fatalf("rampa %s: exit %d, stderr %q", line, got.code, got.stderr)
	}
	return got.stdout
}
