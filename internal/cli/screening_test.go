package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listFile makes a file of a simple list.
func listFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(file, []byte("name,type\nViktor Bout,person\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAListIsImported(t *testing.T) {
	t.Parallel()
	backend, file := &fake{}, listFile(t)
	if out := ok(t, backend, "screening import "+file+" "+file+" --name mine --category pep"); out != "ofac-sdn has 2 entries now.\nHash: abc\n" {
		t.Errorf("got %s", out)
	}
	s := backend.source
	if s.Name != "mine" || s.Category != "pep" || len(s.Companions) != 1 || s.Actor.ID != "cli" || !strings.Contains(backend.content, "Viktor Bout") {
		t.Errorf("imported %+v: %q", s, backend.content)
	}
	want := map[string]any{"name": "ofac-sdn", "category": "sanctions", "format": "csv", "hash": "abc", "entries": 2.0,
		"published_at": "2026-11-22T10:00:00Z", "imported_at": "2026-11-22T10:00:00Z", "active": true, "unchanged": true}
	if diff := cmp.Diff(want, object(t, ok(t, backend, "screening import --json "+file))); diff != "" {
		t.Error(diff)
	}
	if out := ok(t, backend, "screening import "+file); out != "ofac-sdn had this very state already: nothing was changed.\n" {
		t.Errorf("got %s", out)
	}
}

func TestAListOfAnotherFormatThanSaidIsRefused(t *testing.T) {
	t.Parallel()
	backend, file := &fake{}, listFile(t)
	ok(t, backend, "screening import --format csv "+file)
	if !strings.HasPrefix(backend.content, "name,type") {
		t.Errorf("it was not read from its beginning: %q", backend.content)
	}
	backend = &fake{}
	got := run(t, backend, []string{"screening", "import", "--format", "eu-xml", file})
	if got.code != 1 || got.stderr != "rampa: "+file+": this is csv, not eu-xml\n" || backend.content != "" {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
	if got := run(t, &fake{}, []string{"screening", "import", "/nowhere.xml"}); got.code != 1 || !strings.Contains(got.stderr, "no such file") {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}

func TestListsAreListed(t *testing.T) {
	t.Parallel()
	out := ok(t, &fake{}, "screening lists")
	if !strings.Contains(out, "ofac-sdn  sanctions  csv     2        2026-11-22  2026-11-22  active  abc") || !strings.Contains(out, "kept    def") {
		t.Errorf("got\n%s", out)
	}
	if out := ok(t, &fake{}, "screening lists --json"); !strings.Contains(out, `"published_at": null`) {
		t.Errorf("got\n%s", out)
	}
}

func TestANameIsCheckedWithWhatIsKnownOfIt(t *testing.T) {
	t.Parallel()
	backend := &fake{}
	out := ok(t, backend, "screening check Victor But --birth-date 1967-01 --country ru,TJ --list abc --organisation")
	for _, part := range []string{"91.50 %  BOUT, Viktor  ofac-sdn 8279 (sanctions)", "known as BUT, Viktor", "programs SDNT", "  96.50 %  name     one letter", "  -5.00 %  country  another"} {
		if !strings.Contains(out, part) {
			t.Errorf("%q is not in\n%s", part, out)
		}
	}
	if s := backend.subject; s.Name != "Victor But" || s.BirthDate != "1967-01" || !cmp.Equal(s.Countries, []string{"RU", "TJ"}) || !s.Organisation || backend.listHash != "abc" {
		t.Errorf("checked %+v on %s", s, backend.listHash)
	}
	if out := ok(t, backend, "screening check Victor But --json"); !strings.Contains(out, `"score": 9150`) {
		t.Errorf("got %s", out)
	}
	if out := ok(t, backend, "screening check Nobody"); out != "No entry comes near.\n" {
		t.Errorf("got %s", out)
	}
	if out := ok(t, backend, "screening check Nobody --json"); out != "[]\n" {
		t.Errorf("got %s", out)
	}
}

func TestADecisionIsReplayed(t *testing.T) {
	t.Parallel()
	if out := ok(t, &fake{}, "screening replay 17"); !strings.Contains(out, "The alert says 91.50 %, weights v1.") {
		t.Errorf("got %s", out)
	}
	got := object(t, ok(t, &fake{}, "screening replay 17 --json"))
	if got["alert_id"] != 17.0 || got["recorded_score"] != 9150.0 || got["score"] != 9150.0 || got["same"] != true || got["list_hash"] != "abc" {
		t.Errorf("got %v", got)
	}
	for _, line := range []string{"screening replay 17", "screening replay 17 --json"} {
		if got := run(t, &fake{differs: true}, strings.Fields(line)); got.code != 1 || got.stderr != "rampa: the score came out different\n" || got.stdout == "" {
			t.Errorf("%s: exit %d, %s%s", line, got.code, got.stdout, got.stderr)
		}
	}
}
