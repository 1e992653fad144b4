package repotest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// root is the repository's folder, seen from this package.
const root = "../.."

// file is one Go file of the repository.
type file struct {
	path   string // "internal/id/id.go"
	lines  int
	test   bool // its name ends in _test.go
	syntax *ast.File
	tree   *tree
}

// tree is the repository's Go files, generated ones left out, by path.
type tree struct {
	fset  *token.FileSet
	files []*file
}

// repository is parsed once: each rule reads it, none changes it.
var repository = sync.OnceValues(func() (*tree, error) {
	t := &tree{fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && isForeign(entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		return t.add(filepath.ToSlash(relative), string(source))
	})
	return t, err
})

// isForeign tells the folders whose Go files are not ours or not code.
func isForeign(folder string) bool {
	return strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_") ||
		slices.Contains([]string{"node_modules", "testdata", "bin", "rampa-data"}, folder)
}

func (t *tree) add(name, source string) error {
	syntax, err := parser.ParseFile(t.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if !ast.IsGenerated(syntax) {
		t.files = append(t.files, &file{path: name, lines: strings.Count(source, "\n"), test: strings.HasSuffix(name, "_test.go"),
			syntax: syntax, tree: t})
	}
	return nil
}

func openRepository(t *testing.T) *tree {
	t.Helper()
	all, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	if len(all.files) < 10 {
		t.Fatalf("only %d files: this is not the repository", len(all.files))
	}
	return all
}

// dir is the file's package: "internal/id".
func (f *file) dir() string { return path.Dir(f.path) }

// unit is the part of the repository that the file belongs to: its package below internal with everything below that
// ("web" for internal/web/ui), or the first folder with a slash ("/api", "/cmd").
func (f *file) unit() string { return unitOf(f.dir()) }

func unitOf(dir string) string {
	first, rest, _ := strings.Cut(dir, "/")
	if first != "internal" {
		return "/" + first
	}
	unit, _, _ := strings.Cut(rest, "/")
	return unit
}

// forTests reports whether the file is for tests only: a test, or of a package of helpers for tests.
func (f *file) forTests() bool { return f.test || isTestPackage(f.dir()) }

func isTestPackage(dir string) bool {
	return strings.HasSuffix(dir, "test") || dir == "internal/testenv" || unitOf(dir) == "/e2e"
}

// imports are the paths that the file imports.
func (f *file) imports() []string {
	var paths []string
	for _, spec := range f.syntax.Imports {
		name, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		paths = append(paths, name)
	}
	return paths
}

// at is a place in the file for a message: "internal/id/id.go:12".
func (f *file) at(node ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.tree.fset.Position(node.Pos()).Line)
}

// length is how many lines a node takes.
func (f *file) length(node ast.Node) int {
	return f.tree.fset.Position(node.End()).Line - f.tree.fset.Position(node.Pos()).Line + 1
}

// functions are the file's functions and methods, with names such as "Service.Login".
func (f *file) functions() map[string]*ast.FuncDecl {
	found := map[string]*ast.FuncDecl{}
	for _, decl := range f.syntax.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			found[receiver(fn)+fn.Name.Name] = fn
		}
	}
	return found
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	name := ""
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && name == "" {
			name = ident.Name
		}
		return name == ""
	})
	return name + "."
}

// walk calls visit for every node of the file.
func (f *file) walk(visit func(ast.Node)) {
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if n != nil {
			visit(n)
		}
		return true
	})
}

// uses gives the places where the file calls or names package.name, such as "time".{"Sleep"}.
func (f *file) uses(pkg string, names ...string) []*ast.SelectorExpr {
	var found []*ast.SelectorExpr
	f.walk(func(n ast.Node) {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(names, selector.Sel.Name) {
			return
		}
		if ident, ok := selector.X.(*ast.Ident); ok && ident.Name == pkg {
			found = append(found, selector)
		}
	})
	return found
}
