package repotest

import (
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// violation is a broken rule: where, as exceptions name it, and what to do.
type violation struct{ where, what string }

// rules are all rules about the source, by the name that exceptions use.
var rules = map[string]func(*tree) []violation{
	"arrows":           checkArrows,
	"foreign imports":  checkForeignImports,
	"engine names":     checkEngines,
	"file sizes":       checkFileSizes,
	"function sizes":   checkFunctionSizes,
	"package sizes":    checkPackageSizes,
	"interfaces":       checkInterfaces,
	"package names":    checkPackageNames,
	"package comments": checkPackageComments,
	"init":             checkInit,
	"tests":            checkTests,
	"globals":          checkGlobals,
	"floats":           checkFloats,
	"tags":             checkTags,
}

func TestTheRepositoryKeepsItsRules(t *testing.T) {
	t.Parallel()
	all := openRepository(t)
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			used, told := map[string]bool{}, map[string]bool{}
			for _, v := range rule(all) {
				switch {
				case excepted(name, v.where):
					used[v.where] = true
				case !told[v.where]: // the first is enough to go there
					told[v.where] = true
					t.Errorf("%s: %s", v.where, v.what)
				}
			}
			for _, e := range exceptions {
				if e.rule == name && !used[e.where] {
					t.Errorf("the exception for %s is needed no more: remove it", e.where)
				}
			}
		})
	}
}

func excepted(rule, where string) bool {
	return slices.ContainsFunc(exceptions, func(e exception) bool { return e.rule == rule && e.where == where })
}

func TestEveryExceptionNamesARuleAndAReason(t *testing.T) {
	t.Parallel()
	for _, e := range exceptions {
		if rules[e.rule] == nil || len(e.reason) < 20 {
			t.Errorf("%+v", e)
		}
	}
}

// TestEveryRuleBites gives each rule code that breaks it, and code that only looks so.
func TestEveryRuleBites(t *testing.T) {
	t.Parallel()
	const p = "// Package p is good.\npackage p\n"
	long := strings.Repeat("\n", 700)
	cases := []struct{ rule, path, bad, good string }{
		{"arrows", "internal/customer/a.go", p + `import _ "rampa/internal/store"`, p + `import _ "rampa/internal/kyb"`},
		{"arrows", "internal/kyb/a.go", p + `import _ "rampa/internal/customer"`, p + `import _ "rampa/internal/identity/address"`},
		{"arrows", "internal/console/a.go", p + `import _ "rampa/internal/db"`, p + `import _ "rampa/internal/web/ui"`},
		{"arrows", "internal/pages/a.go", p + `import _ "rampa/internal/console"`, p + `import _ "rampa/internal/customer"`},
		{"arrows", "internal/store/a.go", p + `import _ "rampa/internal/api/wire"`, p + `import _ "rampa/internal/operator"`},
		{"arrows", "internal/app/a.go", p + `import _ "rampa/internal/cli"`, p + `import _ "rampa/internal/store"`},
		{"arrows", "internal/errs/a.go", p + `import _ "rampa/internal/id"`, p},
		{"arrows", "internal/web/a.go", p + `import _ "rampa/internal/operator/operatortest"`, p + `import _ "rampa/internal/errs"`},
		{"arrows", "internal/novel/a.go", p + `import _ "rampa/internal/id"`, p},
		{"arrows", "cmd/rampa/main.go", p + `import _ "rampa/internal/app"`, p + `import _ "rampa/internal/cli"`},
		{"foreign imports", "internal/customer/a.go", p + `import _ "net/http"`, p + `import _ "net/netip"`},
		{"foreign imports", "internal/operator/a.go", p + `import _ "github.com/jackc/pgx/v5"`, p + `import _ "golang.org/x/crypto/argon2"`},
		{"foreign imports", "internal/id/a.go", p + `import _ "github.com/google/uuid"`, p + `import _ "crypto/rand"`},
		{"engine names", "internal/store/a.go", p + `const a = "SELECT sqlite_version()"`, p + "// SQLite does it.\nconst a = 1"},
		{"engine names", "internal/customer/a.go", p + `func onPostgres() {}`, p + `func onDisk() {}`},
		{"file sizes", "internal/id/a.go", p + long, p + long[:400]},
		{"function sizes", "internal/id/a.go", p + "func f() {" + long + "}", p + "func f() {" + long[:50] + "}"},
		{"function sizes", "internal/id/a.go", p + "func f(a, b, c, d int, e string) {}", p + "func f(ctx context.Context, a, b, c, d int) {}"},
		{"package sizes", "internal/id/a.go", p + long + long + long, p + long + long},
		{"interfaces", "internal/id/a.go", p + "type I interface { A(); B(); C(); D(); E(); F() }", p + "type I interface { A(); B(); C(); D(); E() }"},
		{"package names", "internal/utils/a.go", "package utils", "package web"},
		{"package comments", "internal/p/a.go", "package p", p},
		{"package comments", "internal/p/a.go", "// This is p.\npackage p", p},
		{"init", "internal/p/a.go", p + "func init() {}", p + "type a int\nfunc (a) init() {}"},
		{"tests", "internal/p/a_test.go", p + "func f() { time.Sleep(1) }", p + "func f() { <-time.After(1) }"},
		{"tests", "internal/p/a_test.go", p + `func f(t *testing.T) { t.Skip("no") }`, p + "func f(l list) { l.Skip(1) }"},
		{"tests", "internal/ptest/a.go", p + "func f() { time.Sleep(1) }", p},
		{"globals", "internal/p/a.go", p + `func f() { slog.Info("x") }`, p + `func f(log *slog.Logger) { log.Info("x") }`},
		{"globals", "internal/p/a.go", p + `func f() { os.Getenv("x") }`, p + `func f() { os.Getpid() }`},
		{"globals", "internal/customer/a.go", p + `func f() { time.Now() }`, p + `func f(now func() time.Time) { now() }`},
		{"floats", "internal/ledger/a.go", p + "var a float64", p + "var a int64"},
		{"tags", "internal/customer/a.go", p + "type a struct { B int `json:\"b\"` }", p + "type a struct { B int }"},
	}
	bitten := map[string]bool{}
	for _, c := range cases {
		bitten[c.rule] = true
		if len(rules[c.rule](parse(t, c.path, c.bad))) == 0 {
			t.Errorf("%s: does not see\n%.200s", c.rule, c.bad)
		}
		if broken := rules[c.rule](parse(t, c.path, c.good)); len(broken) > 0 {
			t.Errorf("%s: %v in\n%.200s", c.rule, broken, c.good)
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		if !bitten[rule] {
			t.Errorf("nothing shows that the rule %q bites", rule)
		}
	}
}

func parse(t *testing.T, path, source string) *tree {
	t.Helper()
	made := &tree{fset: token.NewFileSet()}
	if err := made.add(path, source); err != nil {
		t.Fatal(err)
	}
	return made
}
