package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"edasim/scenarios"
	"edasim/sim"
)

// fakeSweep has made-up measures over one setting or two: stuck flows fall in
// orchestration and rise in choreography, latencies go from milliseconds to minutes.
func fakeSweep(t *testing.T, vary ...string) *scenarios.Sweep {
	t.Helper()
	s := &scenarios.Sweep{Named: "checkout", File: "checkout.yaml", About: "Reserve, charge, ship."}
	s.SweepIdentity = scenarios.SweepIdentity{
		Semantics: 1, Scenario: "checkout", Digest: "sha256:0123", Seed: 7, Replications: 4, Variant: scenarios.Base,
		Styles: []string{"choreography", "orchestration"},
	}
	s.Shown = []string{"stuck", "latency.p99", "goodput", "outcome.none"}
	n := 1
	for _, text := range vary {
		a, err := scenarios.ParseAxis(text)
		if err != nil {
			t.Fatal(err)
		}
		s.Axes = append(s.Axes, a)
		n *= len(a.Values)
	}
	last := len(s.Axes[len(s.Axes)-1].Values)
	for i := range n {
		values := []string{s.Axes[0].Values[i/(n/len(s.Axes[0].Values))]}
		if len(s.Axes) > 1 {
			values = append(values, s.Axes[1].Values[i%last])
		}
		x := float64(i) / float64(n)
		s.Points = append(s.Points, scenarios.SweepPoint{Values: values, Done: true, Warnings: []string{"fault drop never acted"},
			Cells: []scenarios.SideCell{
				fakeSwept("choreography", 0.02+0.06*x, 0.05+200*x*x, 50-x),
				fakeSwept("orchestration", 0.05-0.02*x, 0.08+100*x*x, 50+x),
			}})
	}
	return s
}

func fakeSwept(style string, stuck, latency, goodput float64) scenarios.SideCell {
	noise := []float64{-1, 1, -0.5, 0.5}
	if style != "choreography" {
		noise = []float64{0.5, -1, 1, -0.5}
	}
	measure := func(name, unit string, kind sim.MeasureKind, value float64) scenarios.Measured {
		half := value / 20
		m := scenarios.Measured{Name: name, Unit: unit, Kind: kind, Value: value, Low: value - half, High: value + half, HasInterval: true}
		for r, n := range noise {
			m.Each, m.In = append(m.Each, value*(1+n/40)), append(m.In, r)
		}
		return m
	}
	return scenarios.SideCell{Variant: scenarios.Base, Style: style, Measures: []scenarios.Measured{
		measure("goodput", "per s", sim.Mean, goodput), measure("latency.p99", "s", sim.Quantile, latency), measure("stuck", "share", sim.Share, stuck),
	}}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it, then: go test ./report -update", file)
	}
}

func written(t *testing.T, write func(io.Writer, *scenarios.Sweep) error, s *scenarios.Sweep) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSweepIsThatOfTheGoldenFiles(t *testing.T) {
	for name, vary := range map[string][]string{
		"curves": {"faults.drop=0%..5%/6"},
		"heat":   {"faults.drop=0%..5%/6", "payment.replicas=1,2,4"},
	} {
		s := fakeSweep(t, vary...)
		golden(t, "sweep-"+name+".txt", []byte(written(t, SweepText, s)))
		golden(t, "sweep-"+name+".md", []byte(written(t, SweepMarkdown, s)))
		golden(t, "sweep-"+name+".html", []byte(written(t, SweepHTML, s)))
		files, err := filesOf(newSwept(s).figures())
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 6 {
			t.Errorf("%s: %d files, want an SVG and a PNG of three measures", name, len(files))
		}
		golden(t, "sweep-"+name+".svg", files["stuck.svg"])
	}
}

func hostileSweep(t *testing.T, vary ...string) *scenarios.Sweep {
	const evil = `<script>alert("1")</script>`
	s := fakeSweep(t, vary...)
	s.Scenario, s.About, s.File, s.Named = evil, evil, evil, evil
	s.Variant = evil
	s.Sets = []scenarios.Set{{Path: "a.b", Value: evil}}
	s.Shown = append(s.Shown, evil)
	for k := range s.Axes {
		s.Axes[k].Path += evil
	}
	s.Points[1] = scenarios.SweepPoint{Values: s.Points[1].Values, Done: true, Failed: evil}
	s.Points[0].Warnings = []string{evil}
	return s
}

// The page of a sweep needs nothing else, is well formed and escapes what a scenario
// says, as that of a run.
func TestSweepPage(t *testing.T) {
	for _, vary := range [][]string{{"x=1..6/6"}, {"x=a,b,c"}, {"x=1"}, {"x=1..4/4", "y=no,yes"}, {"x=1..1000/4log", "y=1..3/3"}} {
		for name, s := range map[string]*scenarios.Sweep{"fake": fakeSweep(t, vary...)} {
			checkSweepPage(t, fmt.Sprint(vary, name), s)
		}
		if len(vary) > 1 || len(vary[0]) > 3 {
			checkSweepPage(t, fmt.Sprint(vary, "hostile"), hostileSweep(t, vary...))
		}
	}
}

func checkSweepPage(t *testing.T, name string, s *scenarios.Sweep) {
	t.Helper()
	text := written(t, SweepHTML, s)
	if len(text) > 1<<20 || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("%s: %d bytes, or a figure that is none", name, len(text))
	}
	for _, pattern := range []string{`(?i)<script`, `(?i)\bsrc\s*=`, `(?i)<link`, `(?i)url\(`, `(?i)@import`, `(?i)https?:`, `(?i)\son\w+=`} {
		if found := regexp.MustCompile(pattern).FindString(text); found != "" {
			t.Errorf("%s: the page has %q", name, found)
		}
	}
	for _, link := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^" ]*)`).FindAllStringSubmatch(text, -1) {
		if strings.Count(text, ` id="`+link[1]+`"`) != 1 {
			t.Errorf("%s: not one thing has the id %q", name, link[1])
		}
	}
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text[strings.Index(text, "<html"):], "\n")))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
			break
		}
	}
}

func TestSweepTextFitsATerminal(t *testing.T) {
	for _, vary := range [][]string{
		{"faults.drop=0%..5%/6"}, {"a.very.long.path.of.a.handler.that.is.long=1ms..1h/9log"},
		{"x=1..30/30", "y=1..40/40"}, {"x=none,{attempts: 3}", "warehouse.reserve.idempotent=message,key,none"},
	} {
		for _, s := range []*scenarios.Sweep{fakeSweep(t, vary...), hostileSweep(t, vary...)} {
			for _, line := range strings.Split(written(t, SweepText, s), "\n") {
				if columns(line) > textWidth && !strings.HasPrefix(line, "  edasim ") {
					t.Errorf("%v: %d columns: %s", vary, columns(line), line)
				}
			}
		}
	}
}

// Text, Markdown, JSON and the page say the same of a crossing.
func TestSweepFormatsAgree(t *testing.T) {
	s := fakeSweep(t, "faults.drop=0%..5%/6")
	var doc struct {
		Crossings []struct {
			Measure, Kind, Text string
			At, Low, High       float64
		}
		Partial bool
	}
	if err := json.Unmarshal([]byte(written(t, SweepJSON, s)), &doc); err != nil {
		t.Fatal(err)
	}
	c := doc.Crossings[0]
	// stuck: 0.02 + 0.06x and 0.05 − 0.02x are equal at x = 0.375, 2.25 of six steps of 1 %.
	if c.Measure != "stuck" || c.Kind != "crosses" || c.At < 0.02249 || c.At > 0.02251 || c.Low >= c.At || c.High <= c.At || doc.Partial {
		t.Errorf("%+v", c)
	}
	said := c.Text[1:] // a sentence of its own begins with a capital
	for name, write := range map[string]func(io.Writer, *scenarios.Sweep) error{"text": SweepText, "markdown": SweepMarkdown, "page": SweepHTML} {
		text := strings.Join(strings.Fields(strings.ReplaceAll(written(t, write, s), noBreak, " ")), " ")
		if !strings.Contains(text, said) {
			t.Errorf("%s does not say %q", name, said)
		}
	}
}

func TestSweepThatIsNotFinished(t *testing.T) {
	s := fakeSweep(t, "faults.drop=0%..5%/6")
	s.Points[2] = scenarios.SweepPoint{Values: s.Points[2].Values}
	s.Points[3] = scenarios.SweepPoint{Values: s.Points[3].Values, Done: true, Failed: "too much"}
	text := written(t, SweepText, s)
	for _, want := range []string{"Partial: 5 of 6 points.", "Failed at faults.drop=3%: too much", "  2%  ", " – ", " failed "} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	data := written(t, SweepJSON, s)
	for _, want := range []string{`"partial": true`, `"missing": true`, `"failed": "too much"`} {
		if !strings.Contains(data, want) {
			t.Errorf("the JSON lacks %q", want)
		}
	}
	if strings.Contains(written(t, SweepCSV, s), "\n3%,") {
		t.Error("a point that failed has figures")
	}
	checkSweepPage(t, "not finished", s)
}

func TestRunsOfValues(t *testing.T) {
	all := strings.Fields("1 2 3 4 5 6 7 8")
	for some, want := range map[string]string{"1 2 3": "1, 2, 3", "1 2 3 4": "1 to 4", "1 3 4 5 6 8": "1, 3 to 6, 8", "8": "8"} {
		if got := runsOf(all, strings.Fields(some)); got != want {
			t.Errorf("%s: %q, want %q", some, got, want)
		}
	}
}
