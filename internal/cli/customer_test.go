package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/cli"
)

func TestACustomerIsExportedIntoANewFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.zip")
	if out := ok(t, &fake{}, "customer export 7 --output "+file); !strings.HasPrefix(out, file+" holds data.json, internal.json and 3 papers.") {
		t.Errorf("got %s", out)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode() != 0o600 || info.Size() == 0 {
		t.Errorf("%v, %v", info, err)
	}
	if got := run(t, &fake{}, []string{"customer", "export", "7", "--output", file}); got.code != 1 || !strings.Contains(got.stderr, "file exists") {
		t.Errorf("over a file: exit %d, %s", got.code, got.stderr)
	}
	want := map[string]any{"customer_id": 7.0, "file": file + "2", "papers": 3.0, "erased": false}
	if diff := cmp.Diff(want, object(t, ok(t, &fake{}, "customer export 7 --json --output "+file+"2"))); diff != "" {
		t.Error(diff)
	}
}

func TestAnExportThatFailsLeavesNoFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.zip")
	got := run(t, &fake{}, []string{"customer", "export", "8", "--output", file})
	if got.code != 1 || got.stderr != "rampa: There is no customer with this number.\n" {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("half an export was left: %v", err)
	}
}

func TestACustomerIsErasedWhenSomebodyMeansIt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int{"7\n": 0, "7": 0, "8\n": 2, "yes\n": 2, "": 2} {
		backend := &fake{}
		var stdout, stderr bytes.Buffer
		code := cli.Run(t.Context(), cli.Process{Args: []string{"customer", "erase", "7"}, Stdin: strings.NewReader(typed), Stdout: &stdout, Stderr: &stderr, Backend: backend})
		if code != want || len(backend.erased) != 1-want/2 || !strings.Contains(stderr.String(), "cannot be undone") {
			t.Errorf("typed %q: exit %d, erased %v\n%s%s", typed, code, backend.erased, &stdout, &stderr)
		}
	}
	if out := ok(t, &fake{}, "customer erase 7 --yes"); out != "Customer 7 is erased. Nothing is kept.\n" {
		t.Errorf("got %s", out)
	}
}

func TestAnErasureTellsWhatTheLawKeeps(t *testing.T) {
	t.Parallel()
	backend := &fake{kept: time.Date(2031, 11, 22, 10, 0, 0, 0, time.UTC)}
	if out := ok(t, backend, "customer erase 7 --yes"); out != "Customer 7 is erased. The file and its papers stay sealed until 2031-11-22 (decided, held).\n" {
		t.Errorf("got %s", out)
	}
	want := map[string]any{"customer_id": 7.0, "erased_at": "2026-11-22T10:00:00Z", "kept_until": "2031-11-22T10:00:00Z", "grounds": []any{"decided", "held"}}
	if diff := cmp.Diff(want, object(t, ok(t, backend, "customer erase 7 --yes --json"))); diff != "" {
		t.Error(diff)
	}
	want = map[string]any{"customer_id": 7.0, "erased_at": "2026-11-22T10:00:00Z", "kept_until": nil, "grounds": []any{}}
	if diff := cmp.Diff(want, object(t, ok(t, &fake{}, "customer erase 7 --yes --json"))); diff != "" {
		t.Error(diff)
	}
}

func TestCustomersAreBannedAndUnbannedForAReason(t *testing.T) {
	t.Parallel()
	backend := &fake{}
	if out := ok(t, backend, "customer ban 7 --reason sold"); out != "Customer 7 is banned.\n" {
		t.Errorf("got %s", out)
	}
	if got := object(t, ok(t, backend, "customer unban 7 --reason shown --json")); got["banned"] != false {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff([]string{"7 sold cli", "not 7 shown cli"}, backend.bans); diff != "" {
		t.Error(diff)
	}
	if got := run(t, backend, []string{"customer", "ban", "8", "--reason", "x"}); got.code != 1 {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}
