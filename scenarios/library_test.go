package scenarios

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func loadBuiltin(t *testing.T, name string) *Scenario {
	t.Helper()
	text, ok := Builtin(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	sc, err := Load(text, name+".yaml", LoadOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Every built-in scenario shows what it says: all of its expectations hold, and
// every fault has acted.
func TestLibraryHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes about a minute")
	}
	for _, name := range BuiltinNames() {
		t.Run(name, func(t *testing.T) {
			sc := loadBuiltin(t, name)
			if sc.Name != name || sc.Group == "" || len(sc.About) < 40 || len(sc.Expect) < 2 {
				t.Errorf("says too little: name %q, group %q, about %q, %d expectations", sc.Name, sc.Group, sc.About, len(sc.Expect))
			}
			r := executed(t, sc)
			for _, e := range r.Expect {
				if e.Verdict != Pass {
					t.Errorf("line %d: %s: %s in %s %s: %g, from %g to %g", e.Line, e.Text, e.Verdict, e.Variant, e.Style, e.Value, e.Low, e.High)
				}
			}
			for _, w := range r.Warnings {
				if !strings.Contains(w, "two groups") { // a figure between two values of a clock
					t.Errorf("warns: %s", w)
				}
			}
		})
	}
}

// Nothing but the faults of a built-in scenario breaks it: without them no flow
// is inconsistent or stuck, in any style or variant, and the same is measured.
func TestLibraryWithoutFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("takes about a minute")
	}
	for _, name := range BuiltinNames() {
		t.Run(name, func(t *testing.T) {
			sc := loadBuiltin(t, name)
			if len(sc.Faults) == 0 {
				t.Fatal("has no faults")
			}
			sc.Run.Replications, sc.Run.UntilDecided, sc.Expect = 2, false, nil
			with := executed(t, sc)
			sc.Faults = nil
			for i := range sc.Variants {
				sc.Variants[i].Faults = nil
			}
			for i, v := range executed(t, sc).Variants {
				for j, s := range v.Styles {
					where := v.Name + "." + s.Style.String()
					for _, m := range s.Measures {
						if slices.Contains([]string{"inconsistent", "stuck", "unsettled"}, m.Name) && m.Count > 0 {
							t.Errorf("%s.%s is %d of %d", where, m.Name, m.Count, m.Of)
						}
					}
					if then, now := lasting(with.Variants[i].Styles[j]), lasting(s); !slices.Equal(then, now) {
						t.Errorf("%s measures\n%v with faults, and without\n%v", where, then, now)
					}
				}
			}
		})
	}
}

func executed(t *testing.T, sc *Scenario) *Result {
	t.Helper()
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lasting are the names of what is measured whether or not anything went wrong:
// times are only there when they have passed.
func lasting(s StyleResult) []string {
	var names []string
	for _, m := range s.Measures {
		family, _, _ := strings.Cut(m.Name, ".")
		if !slices.Contains([]string{"fault", "latency", "recovery", "event", "inconsistency_window", "monitor", "alert"}, family) {
			names = append(names, m.Name)
		}
	}
	return names
}

var tableRow = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|")

// The README's table of failure modes names each built-in scenario once.
func TestLibraryTable(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range tableRow.FindAllStringSubmatch(string(readme), -1) {
		rows = append(rows, row[1])
	}
	slices.Sort(rows)
	if names := BuiltinNames(); !slices.Equal(rows, names) {
		t.Errorf("the table has %v,\nthe library %v", rows, names)
	}
}
