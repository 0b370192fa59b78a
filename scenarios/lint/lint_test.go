package lint

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"edasim/scenarios"
)

func loadFile(t *testing.T, path string) *scenarios.Scenario {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return loadText(t, path, string(text))
}

func loadText(t *testing.T, name, text string) *scenarios.Scenario {
	t.Helper()
	sc, err := scenarios.Load([]byte(text), name, scenarios.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Every rule has a scenario that it finds and one, as like it as can be, that it does not;
// and a simulation of both shows what the rule says: their expectations, and the
// predictions of the finding.
func TestEveryRule(t *testing.T) {
	known := map[string]bool{}
	for _, r := range Rules() {
		known[r.Name] = true
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			bad := loadFile(t, filepath.Join("testdata", r.Name+".bad.yaml"))
			good := loadFile(t, filepath.Join("testdata", r.Name+".good.yaml"))
			found := ofRule(Check(bad, ""), r)
			if len(found) == 0 {
				t.Fatalf("nothing found in the bad one, but %v", Check(bad, ""))
			}
			for _, f := range found {
				if f.Pos.Line == 0 || f.What == "" || f.Write == "" || f.Subject == "" && r.check != nil {
					t.Errorf("incomplete: %+v", f)
				}
			}
			for _, f := range ofRule(Check(good, ""), r) {
				t.Errorf("found in the good one: line %d: %s", f.Pos.Line, f.What)
			}
			predicted(t, bad, found)
			predicted(t, good, nil)
		})
	}
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) != 2*len(known) {
		t.Errorf("%d scenarios for %d rules: %v", len(files), len(known), err)
	}
	for _, f := range files {
		if name, _, _ := strings.Cut(filepath.Base(f), "."); !known[name] {
			t.Errorf("%s: there is no such rule", f)
		}
	}
}

func ofRule(result *Result, r *Rule) (found []Finding) {
	for _, f := range result.Findings {
		if f.Rule.Name == r.Name {
			found = append(found, f)
		}
	}
	return found
}

// predicted runs a scenario: each of its expectations must hold, and each prediction. A
// lower bound may be missed by what chance explains, the half width of the measure's
// interval of 95 %; a value by twice as much, since the seed is fixed and no run is
// repeated until it fits.
func predicted(t *testing.T, sc *scenarios.Scenario, found []Finding) {
	t.Helper()
	if len(sc.Expect) == 0 && len(found) == 0 {
		return
	}
	result, err := scenarios.Execute(context.Background(), sc, scenarios.Options{Jobs: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range result.Expect {
		if e.Verdict != scenarios.Pass {
			t.Errorf("%s: %s: %s, measured %v (%v to %v)", sc.File, e.Text, e.Verdict, e.Value, e.Low, e.High)
		}
	}
	for _, f := range found {
		for _, p := range f.Predicts {
			style, measure, _ := strings.Cut(p.Measure, ".")
			for _, s := range result.Variants[0].Styles {
				if s.Style.String() != style {
					continue
				}
				m := s.Measure(measure)
				half := (m.High - m.Low) / 2
				t.Logf("%s: %s, measured %.4g ±%.2g", f.Subject, p, m.Value, half)
				if p.AtLeast && m.Value < p.Value-half || !p.AtLeast && math.Abs(m.Value-p.Value) > 2*half {
					t.Errorf("%s: predicted %v, measured %v ±%v", p.Measure, p.Value, m.Value, half)
				}
			}
		}
	}
}

// Every system can be linted, in every variant: with a place in the file, sentences, and
// the same each time.
func TestEverySystem(t *testing.T) {
	large, err := filepath.Glob("../../testdata/large/*.yaml")
	if err != nil || len(large) < 2 {
		t.Fatal(large, err)
	}
	all := map[string]*scenarios.Scenario{}
	for _, file := range large {
		all[file] = loadFile(t, file)
	}
	for _, name := range scenarios.BuiltinNames() {
		text, _ := scenarios.Builtin(name)
		all[name] = loadText(t, name+".yaml", string(text))
	}
	for name, sc := range all {
		variants := []string{""}
		for i := range sc.Variants {
			variants = append(variants, sc.Variants[i].Name)
		}
		lines := strings.Count(string(sc.Source), "\n")
		for _, v := range variants {
			first, second := Check(sc, v), Check(sc, v)
			if !reflect.DeepEqual(first, second) {
				t.Errorf("%s %s: not the same each time", name, v)
			}
			for _, f := range first.Findings {
				if f.Pos.Line < 1 || f.Pos.Line > lines || f.Pos.Column < 1 {
					t.Errorf("%s %s: %s stands at %+v", name, v, f.Rule.Name, f.Pos)
				}
				for _, text := range []string{f.What, f.Figure} {
					if text != "" && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") || strings.Contains(text, "%!") || strings.Contains(text, "NaN") {
						t.Errorf("%s %s: %s says %q", name, v, f.Rule.Name, text)
					}
				}
			}
		}
	}
}

// BenchmarkLint reads and lints 200 services, each with a handler, that all have a
// part in one long chain: at most 300 ms.
func BenchmarkLint(b *testing.B) {
	var text strings.Builder
	text.WriteString("edasim: 1\nservices:\n")
	for i := range 200 {
		fmt.Fprintf(&text, "  s%d:\n    state: {done: 0}\n    handlers:\n      do: {consumes: E%d, takes: exp(1ms), effects: {done: +1}, emits: [E%d, X%d]}\n      hear: {consumes: X%d, takes: 1ms}\n", i, i, i+1, i, (i*31+7)%200)
	}
	text.WriteString("workload: {E0: {rate: 1/s, for: 1m}}\n")
	for b.Loop() {
		sc, err := scenarios.Load([]byte(text.String()), "large.yaml", scenarios.LoadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		Check(sc, "")
	}
}
