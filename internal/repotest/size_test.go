package repotest

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"testing"
)

// The size budget.
const (
	fileLinesSoft   = 400
	fileLines       = 600
	functionLines   = 60
	parameters      = 4 // the context and the receiver not counted
	packageLines    = 1500
	interfaceLength = 5
)

func checkFileSizes(t *tree) (broken []violation) {
	for _, f := range t.files {
		if f.lines > fileLines {
			broken = append(broken, violation{f.path, fmt.Sprintf("has %d lines, %d are allowed: split it by subject", f.lines, fileLines)})
		}
	}
	return broken
}

func checkFunctionSizes(t *tree) (broken []violation) {
	for _, f := range t.files {
		if f.forTests() {
			continue
		}
		for name, fn := range f.functions() {
			if n := f.length(fn); n > functionLines {
				broken = append(broken, violation{f.path + ":" + name, fmt.Sprintf("has %d lines, %d are allowed", n, functionLines)})
			}
			if n := countParameters(fn); n > parameters {
				broken = append(broken, violation{f.path + ":" + name, fmt.Sprintf("has %d parameters, %d are allowed: make them a struct", n, parameters)})
			}
		}
	}
	return broken
}

func countParameters(fn *ast.FuncDecl) (n int) {
	for _, field := range fn.Type.Params.List {
		if selector, ok := field.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "Context" {
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}

func checkPackageSizes(t *tree) (broken []violation) {
	lines := map[string]int{}
	for _, f := range t.files {
		if !f.forTests() {
			lines[f.dir()] += f.lines
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(lines)) {
		if lines[dir] > packageLines {
			broken = append(broken, violation{dir, fmt.Sprintf("has %d lines, %d are allowed: which part is a package of its own?", lines[dir], packageLines)})
		}
	}
	return broken
}

// checkInterfaces counts the methods that an interface itself declares: one made of small ones is fine.
func checkInterfaces(t *tree) (broken []violation) {
	for _, f := range t.files {
		f.walk(func(n ast.Node) {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return
			}
			declared, ok := spec.Type.(*ast.InterfaceType)
			if !ok {
				return
			}
			methods := 0
			for _, field := range declared.Methods.List {
				methods += len(field.Names)
			}
			if methods > interfaceLength {
				broken = append(broken, violation{f.path + ":" + spec.Name.Name, fmt.Sprintf("has %d methods, %d are allowed", methods, interfaceLength)})
			}
		})
	}
	return broken
}

// TestFilesThatGrowAreNamed fails nothing: it tells in -v which files should be split before they must be.
func TestFilesThatGrowAreNamed(t *testing.T) {
	t.Parallel()
	for _, f := range openRepository(t).files {
		if f.lines > fileLinesSoft && f.lines <= fileLines {
			t.Logf("%s has %d lines; %d is the aim", f.path, f.lines, fileLinesSoft)
		}
	}
}
