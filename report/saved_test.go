package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"edasim/scenarios"
)

func saved(t *testing.T, r *scenarios.Result) (result, replications []byte) {
	t.Helper()
	var a, b bytes.Buffer
	if err := JSON(&a, r); err != nil {
		t.Fatal(err)
	}
	if err := Replications(&b, r); err != nil {
		t.Fatal(err)
	}
	return a.Bytes(), b.Bytes()
}

// A result that was saved is the same side of a comparison as the result itself.
func TestSavedReadsBack(t *testing.T) {
	r := fakeResult()
	for i := range r.Variants {
		for j := range r.Variants[i].Styles {
			for k := range r.Variants[i].Styles[j].Measures {
				m := &r.Variants[i].Styles[j].Measures[k]
				m.Each, m.In = []float64{m.Value - 1, m.Value + 1}, []int{0, 2}
			}
		}
	}
	result, replications := saved(t, r)
	back, err := ReadSaved("saved", result, replications)
	if err != nil || !back.HasEach || back.Wanted == "" {
		t.Fatalf("%+v %v", back, err)
	}
	c, err := scenarios.Compare(r.Side("fresh"), back, nil)
	if err != nil || c.Unpaired != "" || len(c.Left) > 0 {
		t.Fatalf("%+v %v", c, err)
	}
	for _, cells := range c.Cells {
		if len(cells.Measures) != len(cells.A.Measures) {
			t.Errorf("%d measures of %d", len(cells.Measures), len(cells.A.Measures))
		}
		for _, m := range cells.Measures {
			if m.Difference.Value != 0 || m.A.Value != m.B.Value || m.A.Low != m.B.Low || m.A.Kind != m.B.Kind || m.A.Unit != m.B.Unit {
				t.Errorf("%+v became %+v", m.A, m.B)
			}
		}
	}
}

func TestSavedRefusesWhatIsNoResult(t *testing.T) {
	result, replications := saved(t, fakeResult())
	for _, text := range []string{"", "{}", "[]", `{"edasim": "1.0.0"}`, string(result[:len(result)/2])} {
		if _, err := ReadSaved("x.json", []byte(text), nil); !errors.Is(err, ErrNotOurs) {
			t.Errorf("%.20s: %v", text, err)
		}
	}
	if _, err := ReadSaved("x.json", result, replications[:100]); !errors.Is(err, ErrNotOurs) {
		t.Error(err)
	}
	other := bytes.Replace(replications, []byte(`"seed":`), []byte(`"seed":9`), 1)
	if s, err := ReadSaved("x.json", result, other); err != nil || s.HasEach {
		t.Errorf("values of another run are taken: %v", err)
	}
}

// Whatever a scenario is called, the reports stay well formed.
func TestReportsOfTestsEscapeNames(t *testing.T) {
	const evil = "a\x00<b>&\"]]>|`\n\x1b[31m"
	tests := []*Test{{
		Name: evil, Scenario: evil, Verdict: scenarios.Fail, Warnings: []string{evil}, Error: evil,
		Cases: []TestCase{{Name: evil, Where: evil, Place: evil, Figure: "1", Verdict: scenarios.Fail, Details: []Detail{{"measured", evil}}}},
	}}
	var b bytes.Buffer
	if err := JUnit(&b, tests, time.Unix(0, 0), false); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); strings.ContainsAny(text, "\x00\x1b") || strings.Contains(text, "<b>&\"]]>|") || !strings.Contains(text, `errors="1"`) {
		t.Error(text)
	}
	b.Reset()
	if err := TestJSON(&b, tests[0]); err != nil || !json.Valid(b.Bytes()) || strings.Count(b.String(), "\n") != 1 {
		t.Errorf("%v %s", err, b.String())
	}
	b.Reset()
	if err := TestMarkdown(&b, tests, TestTotals{Errors: 1}); err != nil || strings.Contains(b.String(), "<b>&\"]]>|`\n") || strings.ContainsAny(b.String(), "\x00\x1b") {
		t.Errorf("%v %s", err, b.String())
	}
	b.Reset()
	if err := TestText(&b, tests[0], 10, true); err != nil || strings.ContainsAny(b.String(), "\x00\x1b") {
		t.Errorf("%v %s", err, b.String())
	}
}

func TestChangeRowTellsFiguresApart(t *testing.T) {
	at := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		change scenarios.Change
		want   [4]string
	}{
		{scenarios.Change{Measure: "base.direct.stuck", Old: at(0.1), New: at(0.25)}, [4]string{"direct.stuck", "0.1", "0.25", "+0.15"}},
		{scenarios.Change{Measure: "safe.direct.stuck", Old: at(1.0 / 3), New: at(1.0/3 + 1e-9)}, [4]string{"safe.direct.stuck", "0.333333333", "0.333333334", "+1e-09"}},
		{scenarios.Change{Measure: "base.x, count", Old: at(123456), New: at(123455)}, [4]string{"x, count", "123456", "123455", "-1"}},
		{scenarios.Change{Measure: "base.x", New: at(0.5)}, [4]string{"x", "–", "0.5", ""}},
	} {
		if got := changeRow(&c.change); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
