package scenarios

import (
	"bytes"
	"context"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gopkg.in/yaml.v3"
)

var slowTruths = flag.Bool("truths.slow", false, "judge the truths on their full samples")

// truth is a scenario and what it must come to. truths/expected.yaml says what
// each key means.
type truth struct {
	Scenario string
	Why      string
	Formula  string
	Source   string
	Sample   string
	Full     int
	Slow     bool
	Checks   []truthCheck

	text string // of the scenario, where it is not a file
}

type truthCheck struct {
	ID       string
	Style    string
	Variant  string
	Measure  string
	Expected float64
	Over     string
	MaxSE    *float64 `yaml:"max_se"`
	Rel      *float64
	Abs      *float64
	Note     string
}

func readTruths(t *testing.T) []truth {
	t.Helper()
	text, err := os.ReadFile("truths/expected.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var truths []truth
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&truths); err != nil {
		t.Fatal(err)
	}
	return truths
}

// The simulator agrees with theory, and with what others have published.
func TestTruths(t *testing.T) {
	if testing.Short() {
		t.Skip("takes about a minute")
	}
	for _, tr := range append(readTruths(t), chains()...) {
		t.Run(tr.Scenario, func(t *testing.T) {
			if tr.Slow && !*slowTruths {
				t.Skip("only with -truths.slow")
			}
			r, shrink := tr.run(t)
			for _, c := range tr.Checks {
				t.Run(c.ID, func(t *testing.T) {
					f := c.judge(r, shrink)
					t.Log(f)
					if !f.agrees {
						t.Errorf("%s does not agree", c.Measure)
					}
				})
			}
		})
	}
}

// run simulates the scenario, and says by how much a full sample makes the
// bounds smaller.
func (tr *truth) run(t *testing.T) (r *Result, shrink float64) {
	t.Helper()
	sc := tr.load(t)
	shrink = 1
	if *slowTruths && tr.Full > 0 {
		shrink = math.Sqrt(float64(sc.Run.Replications) / float64(tr.Full))
		sc.Run.Replications = tr.Full
	}
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r, shrink
}

func (tr *truth) load(t *testing.T) *Scenario {
	t.Helper()
	src := []byte(tr.text)
	if tr.text == "" {
		var err error
		if src, err = os.ReadFile(filepath.Join("truths", tr.Scenario)); err != nil {
			t.Fatal(err)
		}
	}
	sc, err := Load(src, tr.Scenario, LoadOptions{ReadFile: func(beside string) ([]byte, error) {
		return os.ReadFile(filepath.Join("truths", beside))
	}})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Every scenario is in the table, every entry can be judged in one way, and the
// quantile is the one that the table speaks of.
func TestTruthsTable(t *testing.T) {
	files, err := filepath.Glob("truths/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed, ids := []string{"truths/expected.yaml"}, map[string]bool{}
	for _, tr := range readTruths(t) {
		listed = append(listed, filepath.Join("truths", tr.Scenario))
		if tr.Why == "" || tr.Formula == "" || len(tr.Checks) == 0 {
			t.Errorf("%s says too little", tr.Scenario)
		}
		for _, c := range tr.Checks {
			ways := 0
			for _, bound := range []*float64{c.MaxSE, c.Rel, c.Abs} {
				if bound != nil {
					ways++
				}
			}
			if ways != 1 || ids[c.ID] {
				t.Errorf("%s: %d bounds, or twice", c.ID, ways)
			}
			ids[c.ID] = true
		}
	}
	slices.Sort(listed)
	if !slices.Equal(listed, files) {
		t.Errorf("the table has %v,\nthe folder %v", listed, files)
	}
	if k := quantileOfFour(30); math.Abs(k-4.67) > 0.005 {
		t.Errorf("k is %.4f for 30 replications", k)
	}
}
