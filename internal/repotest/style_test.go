package repotest

import (
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// emptyNames say nothing about what a package is for.
var emptyNames = []string{"model", "models", "util", "utils", "common", "helper", "helpers", "type", "types", "misc", "base", "shared"}

func checkPackageNames(t *tree) (broken []violation) {
	for _, f := range t.files {
		if name := f.syntax.Name.Name; slices.Contains(emptyNames, name) {
			broken = append(broken, violation{f.dir(), "the name " + name + " says nothing"})
		}
	}
	return slices.Compact(broken)
}

// checkPackageComments wants one comment for each package, in one file, that begins as godoc wants it.
func checkPackageComments(t *tree) (broken []violation) {
	comments := map[string]int{}
	for _, f := range t.files {
		if f.test && strings.HasSuffix(f.syntax.Name.Name, "_test") {
			continue // an external test is part of the package that it tests
		}
		begins := "Package " + f.syntax.Name.Name + " "
		if f.syntax.Name.Name == "main" {
			begins = "Command "
		}
		comments[f.dir()] += 0
		if doc := f.syntax.Doc; doc != nil {
			comments[f.dir()]++
			if !strings.HasPrefix(doc.Text(), begins) {
				broken = append(broken, violation{f.path, "the package comment must begin with " + begins})
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(comments)) {
		switch n := comments[dir]; {
		case n == 0 && dir != "e2e":
			broken = append(broken, violation{dir, "no package comment: what is it for, and what must it not know?"})
		case n > 1:
			broken = append(broken, violation{dir, "several package comments: keep one"})
		}
	}
	return broken
}

func checkInit(t *tree) (broken []violation) {
	for _, f := range t.files {
		if fn, has := f.functions()["init"]; has {
			broken = append(broken, violation{f.path, f.at(fn) + " has an init: nothing may happen because a package is imported"})
		}
	}
	return broken
}

// checkTests refuses what makes tests slow, flaky or blind.
func checkTests(t *tree) (broken []violation) {
	for _, f := range t.files {
		if !f.forTests() {
			continue
		}
		for _, use := range f.uses("time", "Sleep") {
			broken = append(broken, violation{f.path, f.at(use) + " sleeps: use the injected clock, testing/synctest, or wait for the thing itself"})
		}
		for _, name := range []string{"t", "b", "f", "tb", "rt"} {
			for _, use := range f.uses(name, "Skip", "Skipf", "SkipNow") {
				broken = append(broken, violation{f.path, f.at(use) + " skips: what is missing must be installed by make test"})
			}
		}
	}
	return broken
}

// checkGlobals refuses loggers, clocks and settings that do not come from the caller.
func checkGlobals(t *tree) (broken []violation) {
	for _, f := range t.files {
		if f.forTests() {
			continue
		}
		for _, use := range f.uses("slog", "Debug", "Info", "Warn", "Error", "Log", "Default", "SetDefault") {
			broken = append(broken, violation{f.path, f.at(use) + " uses the global logger: take one"})
		}
		if !slices.Contains([]string{"config", "testenv", "bench", "/cmd"}, f.unit()) {
			for _, use := range f.uses("os", "Getenv", "LookupEnv", "Environ") {
				broken = append(broken, violation{f.path, f.at(use) + " reads the environment: package config does"})
			}
		}
		_, isDomain := domains[f.unit()]
		if isDomain || slices.Contains([]string{"api", "pages", "console", "store"}, f.unit()) {
			for _, use := range f.uses("time", "Now", "Since", "Until") {
				broken = append(broken, violation{f.path, f.at(use) + " reads the wall clock: take now func() time.Time"})
			}
		}
	}
	return broken
}

// moneyUnits are where an amount could be lost in binary fractions.
var moneyUnits = []string{"asset", "bank", "ledger", "money", "offramp", "onramp", "price", "prove", "quote", "ticker"}

func checkFloats(t *tree) (broken []violation) {
	for _, f := range t.files {
		if !slices.Contains(moneyUnits, f.unit()) {
			continue
		}
		f.walk(func(n ast.Node) {
			if ident, ok := n.(*ast.Ident); ok && (ident.Name == "float32" || ident.Name == "float64") {
				broken = append(broken, violation{f.path, f.at(n) + " uses " + ident.Name + ": amounts are integers"})
			}
		})
	}
	return broken
}

var wireTag = regexp.MustCompile(`\b(json|db|yaml|xml|form):"`)

// checkTags keeps domain structs apart from the wire and the tables.
func checkTags(t *tree) (broken []violation) {
	for _, f := range t.files {
		if _, isDomain := domains[f.unit()]; !isDomain || f.forTests() {
			continue
		}
		f.walk(func(n ast.Node) {
			if field, ok := n.(*ast.Field); ok && field.Tag != nil && wireTag.MatchString(field.Tag.Value) {
				broken = append(broken, violation{f.path, f.at(n) + " tags a domain struct: the edge or the store has its own"})
			}
		})
	}
	return broken
}

var engineName = regexp.MustCompile(`(?i)sqlite|postgres|pgx`)

// checkEngines keeps the engines' names where engines are chosen and opened. Comments may name them.
func checkEngines(t *tree) (broken []violation) {
	for _, f := range t.files {
		if f.forTests() || slices.Contains(engineUnits, f.unit()) {
			continue
		}
		f.walk(func(n ast.Node) {
			text := ""
			switch node := n.(type) {
			case *ast.Ident:
				text = node.Name
			case *ast.BasicLit:
				if node.Kind == token.STRING {
					text = node.Value
				}
			}
			if engineName.MatchString(text) {
				broken = append(broken, violation{f.path, f.at(n) + " names an engine: " + text})
			}
		})
	}
	return broken
}
