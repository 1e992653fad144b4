package api_test

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the answers of the golden files anew")

// masks hide what differs each time.
var masks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`"(id|user_id)":\d+`), `"$1":1234`},
	{regexp.MustCompile(`/(kyc|onboarding)/[0-9a-f-]{36}-[0-9A-Za-z_-]+"`), `/$1/UUID-SECRET"`},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`"password":"[0-9A-Za-z]{12}"`), `"password":"PASSWORD-OF-12"`},
	{regexp.MustCompile(`"token":"[0-9A-Za-z_-]{43}"`), `"token":"TOKEN-OF-43"`},
	{regexp.MustCompile(`http://127\.0\.0\.1:\d+`), "https://b2b.example.com"},
	{regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z`), "2026-06-26T10:30:00.000000Z"},
	{regexp.MustCompile(`must be a date before \d{4}-\d{2}-\d{2}`), "must be a date before 2008-06-27"},
	{regexp.MustCompile(`liveness_capture\.[a-z_]+`), "liveness_capture.MOVEMENT"},
	{regexp.MustCompile(`"quote_id":"[0-9A-Za-z]{25}"`), `"quote_id":"kvYEJrPWtjhqfMRprzzaEtqde"`},
	{regexp.MustCompile(`"next_cursor":"[^"]+"`), `"next_cursor":"CURSOR"`},
}

// TestEveryDocumentedExampleIsAnsweredAsWritten plays testdata/*.txt: pairs of a request and its answer, divided by lines
// of "----". Each file has a server of its own, so that its first company is the first.
func TestEveryDocumentedExampleIsAnsweredAsWritten(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(string(content), "\n----\n")
			if len(parts)%2 != 0 {
				t.Fatal("a request without an answer")
			}
			w := newWorld(t, map[string]string{"prices": "testdata/prices.yaml"}) // which stand still
			played := make([]string, 0, len(parts))
			for i := 0; i < len(parts); i += 2 {
				played = append(played, parts[i], w.play(parts[i]))
			}
			got := strings.Join(played, "\n----\n") + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(content), got); diff != "" {
				t.Errorf("(-want +got; go test ./internal/api -update writes it)\n%s", diff)
			}
		})
	}
}

// play sends a request as written, $TOKEN and the credentials filled in, and writes the answer in the same way.
func (w *world) play(request string) string {
	w.Helper()
	request = strings.NewReplacer("$TOKEN", w.main.token, "$API_KEY", w.main.keys.APIKey, "$API_SECRET", w.main.keys.APISecret).Replace(request)
	head, body, _ := strings.Cut(request, "\n\n")
	lines := strings.Split(head, "\n")
	for strings.HasPrefix(lines[0], "#") {
		lines = lines[1:]
	}
	method, path, ok := strings.Cut(lines[0], " ")
	if !ok {
		w.Fatalf("no request line: %q", request)
	}
	c := call{method, path, strings.TrimSuffix(body, "\n"), http.Header{"Auth": {""}}}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		c.header.Set(name, value)
	}
	a := w.main.send(c)
	out := strconv.Itoa(a.status) + " " + http.StatusText(a.status) + "\nContent-Type: " + a.header.Get("Content-Type")
	for _, name := range []string{"Allow", "Idempotent-Replayed"} {
		if value := a.header.Get(name); value != "" {
			out += "\n" + name + ": " + value
		}
	}
	out += "\n\n" + a.body
	for _, m := range masks {
		out = m.what.ReplaceAllString(out, m.with)
	}
	return out
}
