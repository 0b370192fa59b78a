package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says which rooms a room may import. A folder of Go files that is not
// listed is an error: every line belongs to a room. The room main is ".".
var rooms = map[string][]string{
	"topology":  {},
	"faults":    {},
	"sim":       {"topology", "faults"},
	"scenarios": {"sim", "topology", "faults"},
	// What can be said of a scenario without running it.
	"scenarios/lint": {"scenarios", "topology", "faults"},
	"report":         {"scenarios", "scenarios/lint", "sim", "topology", "faults"},
	".":              {"report", "scenarios", "scenarios/lint", "sim", "topology", "faults"},
}

// homes says in which room a dependency lives.
var homes = map[string]string{
	"gopkg.in/yaml.v3":                      "scenarios",
	"gonum.org/v1/gonum/stat":               "scenarios", // and all below it, distuv too
	"golang.org/x/sync":                     "scenarios",
	"gonum.org/v1/plot":                     "report",
	"github.com/spf13/cobra":                "main",
	"github.com/spf13/pflag":                "main", // of cobra
	"golang.org/x/term":                     "main",
	"github.com/rogpeppe/go-internal":       "tests",
	"pgregory.net/rapid":                    "tests",
	"github.com/google/go-cmp":              "tests",
	"github.com/santhosh-tekuri/jsonschema": "tests",
}

// forbidden are the names that read the wall clock, by import path. Of
// math/rand nothing may be used at all: a draw is a hash, never a stream.
var forbidden = map[string][]string{
	"time":         {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"},
	"math/rand":    nil,
	"math/rand/v2": nil,
	"crypto/rand":  nil,
}

// source is a parsed Go file that is not a test.
type source struct {
	path, room string
	file       *ast.File
}

// sources are all such files of the module, below the top in any folder that
// the go command does not ignore.
func sources(t *testing.T, fset *token.FileSet) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(path), filepath.ToSlash(filepath.Dir(path)), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < len(rooms) {
		t.Fatalf("only %d files found", len(all))
	}
	return all
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	for _, s := range sources(t, token.NewFileSet()) {
		allowed, known := rooms[s.room]
		if !known {
			t.Errorf("%s belongs to no room: add its folder to the table, or move it", s.path)
			continue
		}
		for _, spec := range s.file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			checkImport(t, s, path, allowed)
		}
	}
}

func checkImport(t *testing.T, s source, path string, allowed []string) {
	t.Helper()
	if own, ok := strings.CutPrefix(path, "edasim/"); ok {
		if !slices.Contains(allowed, own) {
			t.Errorf("%s imports %s; its room may import only %v", s.path, own, allowed)
		}
		return
	}
	if !strings.Contains(strings.Split(path, "/")[0], ".") {
		return // the standard library
	}
	room := s.room
	if room == "." {
		room = "main"
	}
	for module, home := range homes {
		if path == module || strings.HasPrefix(path, module+"/") {
			if room != home {
				t.Errorf("%s imports %s, which lives only in %s", s.path, path, home)
			}
			return
		}
	}
	t.Errorf("%s imports %s, which has no home: say in the table in which room it lives", s.path, path)
}

func TestNoWallClockAndNoGlobalRandomness(t *testing.T) {
	fset := token.NewFileSet()
	for _, s := range sources(t, fset) {
		if s.room == "." {
			continue // progress lines may tell the time
		}
		names := map[string]string{} // by which the file calls such a package
		for _, spec := range s.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if _, ok := forbidden[path]; !ok {
				continue
			}
			name := strings.TrimSuffix(path, "/v2")
			name = name[strings.LastIndex(name, "/")+1:]
			if spec.Name != nil {
				name = spec.Name.Name
			}
			if name == "." {
				t.Errorf("%s imports all names of %s", s.path, path)
			}
			names[name] = path
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			use, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := use.X.(*ast.Ident); ok {
				path, imported := names[of.Name]
				if list := forbidden[path]; imported && (list == nil || slices.Contains(list, use.Sel.Name)) {
					t.Errorf("%s uses %s.%s: results must not depend on it", fset.Position(use.Pos()), path, use.Sel.Name)
				}
			}
			return true
		})
	}
}
