package scenarios

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files of bad scenarios")

// beside reads files beside a scenario in testdata.
func beside(path string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(path), name)) }
}

func TestGood(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(src, filepath.Base(path), LoadOptions{ReadFile: beside(path)}); err != nil {
			t.Errorf("%s", err)
		}
	}
}

// Every file in testdata/bad has the errors that the user sees beside it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Load(src, filepath.Base(path), LoadOptions{ReadFile: beside(path)})
		var wrong *LoadErrors
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		golden := strings.TrimSuffix(path, ".yaml") + ".txt"
		if *update {
			if err := os.WriteFile(golden, []byte(wrong.Render()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != wrong.Render() {
			t.Errorf("%s: got\n%s\nwant\n%s", path, wrong.Render(), want)
		}
	}
}

func TestLibrary(t *testing.T) {
	names := BuiltinNames()
	if len(names) == 0 {
		t.Fatal("no built-in scenario")
	}
	for _, name := range names {
		src, ok := Builtin(name)
		if !ok {
			t.Fatal(name)
		}
		sc, err := Load(src, name+".yaml", LoadOptions{})
		if err != nil {
			t.Errorf("%s", err)
			continue
		}
		if sc.Name != name || sc.About == "" {
			t.Errorf("%s: name %q, about %q", name, sc.Name, sc.About)
		}
		for _, w := range sc.Warnings {
			t.Logf("%s: %s", name, w)
		}
	}
}

// Another trace is another scenario, and a saved result is not taken for its own.
func TestDigestKnowsTheFilesRead(t *testing.T) {
	src := []byte("edasim: 1\nservices: {a: {handlers: {h: {consumes: Go, emits: Done, takes: empirical(times.csv)}}}}\nworkload: {Go: {trace: at.csv}}\n")
	digest := func(times, at string) string {
		files := map[string]string{"times.csv": times, "at.csv": at}
		sc, err := Load(src, "x.yaml", LoadOptions{ReadFile: func(name string) ([]byte, error) { return []byte(files[name]), nil }})
		if err != nil {
			t.Fatal(err)
		}
		return sc.Digest
	}
	one := digest("1ms\n2ms\n", "at\n0s\n1s\n")
	for _, other := range []string{digest("1ms\n3ms\n", "at\n0s\n1s\n"), digest("1ms\n2ms\n", "at\n0s\n2s\n")} {
		if other == one {
			t.Error("the digest is that of other files")
		}
	}
	if digest("1ms\n2ms\n", "at\n0s\n1s\n") != one {
		t.Error("the digest of the same files differs")
	}
}
