// Package uitest is what the tests of the hosted pages and of the console share: goldens of HTML, a check that every text
// that is used exists, and a browser with axe-core. It is imported by tests only.
package uitest

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/web/ui"
)

var update = flag.Bool("update", false, "write the golden files anew")

var assetHash = regexp.MustCompile(`(/static/[a-z0-9-]+)\.[0-9a-f]{12}\.`)

// Golden compares a page with testdata/golden/<name>.html; `go test -update` writes it. The hashes in the names of static
// files are left out, so that a change of colour is not a change of every page. A page with a missing text fails.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	if i := strings.Index(got, "⟦"); i >= 0 {
		t.Errorf("%s uses a text that does not exist: %.60s", name, got[i:])
	}
	got = assetHash.ReplaceAllString(got, "$1.HASH.")
	file := filepath.Join("testdata", "golden", name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with: go test ./... -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs from its golden (-want +got):\n%s", name, diff)
	}
}

var (
	inTemplate = regexp.MustCompile(`\btn? "([a-z0-9_.]+)"`)
	inField    = regexp.MustCompile(`\.(?:Input|Select|Radios|Area|File|Check) (?:"[^"]*"|\([^)]*\)|\$?[.\w]+) "([a-z0-9_.]+)"`)
	comment    = regexp.MustCompile(`(?m)^\s*//.*$`)
	inGo       = regexp.MustCompile(`\.(T|N)\("([a-z0-9_.]+)"`)
)

// Texts checks that every text named in the templates and in the Go files of the package under test, and of the folders
// below it that are named, exists. Keys built at run time are found by the goldens instead.
func Texts(t *testing.T, words ui.Words, templates fs.FS, folders ...string) {
	t.Helper()
	need := func(where, key string) {
		if !words.Has(key) && !words.Has(key+".one") {
			t.Errorf("%s uses the text %q, which does not exist", where, key)
		}
	}
	files, err := fs.Glob(templates, "templates/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, file := range files {
		b, err := fs.ReadFile(templates, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inTemplate.FindAllStringSubmatch(string(b), -1) {
			if !strings.HasSuffix(m[1], ".") {
				need(file, m[1])
			}
		}
		for _, m := range inField.FindAllStringSubmatch(string(b), -1) {
			need(file, m[1]+".label")
		}
	}
	var sources []string
	for _, folder := range append(folders, ".") {
		found, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	for _, file := range sources {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inGo.FindAllStringSubmatch(comment.ReplaceAllString(string(b), ""), -1) {
			if !strings.HasSuffix(m[2], ".") && !strings.HasSuffix(file, "_test.go") {
				need(file, m[2])
			}
		}
	}
}
