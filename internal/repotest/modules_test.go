package repotest

import (
	"bufio"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// requirement is a line of a go.mod: "	modernc.org/libc v1.79.0 // indirect".
var requirement = regexp.MustCompile(`^(?:require)?\s+([^\s]+\.[^\s]+) (v[^\s]+)(?: // indirect)?$`)

// requirements reads the modules that a go.mod requires, with their versions.
func requirements(t *testing.T, file string) map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	modules := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if m := requirement.FindStringSubmatch(lines.Text()); m != nil {
			modules[m[1]] = m[2]
		}
	}
	return modules
}

// TestEveryDirectDependencyIsReasonedFor wants each module that we import named in ARCHITECTURE.md.
func TestEveryDirectDependencyIsReasonedFor(t *testing.T) {
	t.Parallel()
	architecture, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	modules := slices.Collect(maps.Keys(requirements(t, filepath.Join(root, "go.mod"))))
	used := map[string]string{}
	for _, f := range openRepository(t).files {
		for _, imported := range f.imports() {
			if module := moduleOf(imported, modules); module != "" {
				used[module] = f.path
			}
		}
	}
	if len(used) == 0 {
		t.Fatal("no module is used: the test sees nothing")
	}
	for _, module := range slices.Sorted(maps.Keys(used)) {
		if !strings.Contains(string(architecture), module) {
			t.Errorf("%s (imported by %s) is not in ARCHITECTURE.md: say what it is for, or leave it out", module, used[module])
		}
	}
}

// moduleOf gives the longest module path that imported begins with.
func moduleOf(imported string, modules []string) (module string) {
	for _, m := range modules {
		if (imported == m || strings.HasPrefix(imported, m+"/")) && len(m) > len(module) {
			module = m
		}
	}
	return module
}

// TestLibcIsTheOneThatSQLiteWasTranslatedFor: modernc.org/sqlite is C translated to Go and fits one version of its libc
// only; another one builds, and breaks at run time.
func TestLibcIsTheOneThatSQLiteWasTranslatedFor(t *testing.T) {
	t.Parallel()
	const sqlite, libc = "modernc.org/sqlite", "modernc.org/libc"
	list := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", sqlite)
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := requirements(t, strings.TrimSpace(string(out)))[libc]
	have := requirements(t, filepath.Join(root, "go.mod"))[libc]
	if want == "" || have != want {
		t.Errorf("go.mod has %s %s, sqlite wants %q", libc, have, want)
	}
}

func TestModulesAreFoundByTheirLongestPath(t *testing.T) {
	t.Parallel()
	modules := []string{"github.com/riverqueue/river", "github.com/riverqueue/river/riverdriver/riverpgxv5"}
	for imported, want := range map[string]string{
		"github.com/riverqueue/river/rivermigrate":           modules[0],
		"github.com/riverqueue/river/riverdriver/riverpgxv5": modules[1],
		"github.com/riverqueue/riverui":                      "",
	} {
		if got := moduleOf(imported, modules); got != want {
			t.Errorf("%s: got %q, want %q", imported, got, want)
		}
	}
}
