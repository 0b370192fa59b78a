package report

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"encoding/xml"

	"edasim/scenarios"
	"edasim/topology"
)

func pageOf(t *testing.T, r *scenarios.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPageIsThatOfTheGoldenFile(t *testing.T) {
	got := pageOf(t, fakeResult())
	golden := filepath.Join("testdata", "report.html")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("the page differs; look at it, then: go test ./report -update")
	}
}

// TestPageNeedsNothingElse: no script, and nothing that a browser would fetch.
func TestPageNeedsNothingElse(t *testing.T) {
	text := pageOf(t, fakeResult())
	if len(text) > 1<<20 {
		t.Errorf("%d bytes, want less than 1 MB", len(text))
	}
	for _, pattern := range []string{`(?i)<script`, `(?i)\bsrc\s*=`, `(?i)<link`, `(?i)<iframe`, `(?i)url\(`, `(?i)@import`, `(?i)https?:`, `(?i)\son\w+=`} {
		if found := regexp.MustCompile(pattern).FindString(text); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if id, local := strings.CutPrefix(link[1], "#"); local && !strings.Contains(text, ` id="`+id+`"`) {
			t.Errorf("nothing has the id %q", id)
		}
	}
}

// TestPageIsWellFormed reads it as XML: the template closes every element.
func TestPageIsWellFormed(t *testing.T) {
	for name, r := range map[string]*scenarios.Result{"fake": fakeResult(), "hostile": hostile()} {
		d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(pageOf(t, r), "<!doctype html>\n")))
		d.Entity = xml.HTMLEntity
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
	}
}

func TestPageEscapesWhatAScenarioSays(t *testing.T) {
	text := pageOf(t, hostile())
	if strings.Contains(text, "<script") || strings.Contains(text, "alert(\"1\")") {
		t.Error("a script of the scenario is in the page")
	}
	if n := strings.Count(text, "&lt;script&gt;"); n < 10 {
		t.Errorf("%d escaped scripts, want each place that names one", n)
	}
}

func TestPageOfOneStyle(t *testing.T) {
	r := fakeResult()
	for i := range r.Variants {
		r.Variants[i].Styles = r.Variants[i].Styles[1:]
	}
	r.Differences = nil
	text := pageOf(t, r)
	if strings.Contains(text, "choreography</th>") || strings.Contains(text, `scope="col">difference`) {
		t.Error("the page has columns for what was not simulated")
	}
	if !strings.Contains(text, "Orchestration</b> is not safe as drawn") {
		t.Error("the verdict does not speak of the one style")
	}
}

func TestPageOfThreeStyles(t *testing.T) {
	r := fakeResult()
	third := r.Variants[0].Styles[1]
	third.Style = topology.DirectCalls
	r.Variants[0].Styles = append(r.Variants[0].Styles, third)
	text := pageOf(t, r)
	for _, want := range []string{"Below a figure: its difference from choreography.", "No style is safe as drawn: all break “charged at most once”.", `<polygon class="fd"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestPageOfNothing(t *testing.T) {
	r := fakeResult()
	for v := range r.Variants {
		for s := range r.Variants[v].Styles {
			c := &r.Variants[v].Styles[s]
			*c = scenarios.StyleResult{Style: c.Style}
		}
	}
	r.Differences, r.Expect, r.Warnings = nil, nil, nil
	text := pageOf(t, r)
	if !strings.Contains(text, "No flow was measured") || strings.Contains(text, "NaN") {
		t.Error("a result without flows does not say so")
	}
}

// The commands of a page make what the page shows, whatever was set on the command line
// that made it.
func TestCommandsCarryWhatWasSet(t *testing.T) {
	r := fakeResult()
	sc := r.Scenario
	sc.File = "my shop.yaml"
	sc.Sets = []scenarios.Set{{Path: "payment.replicas", Value: "2"}, {Path: "delivery.latency", Value: "exp(5ms)"}}
	sc.Run.Seed, r.Seed = 7, 7
	sc.Run.Styles = []topology.Style{topology.Choreography}
	const sets = " --set payment.replicas=2 --set 'delivery.latency=exp(5ms)'"
	if got, want := again(r), "edasim run 'my shop.yaml'"+sets+" --style choreography --seed 7 --replications 10 --out review"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := Flags(sc), sets+" --seed 7"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	s := &scenarios.Story{Scenario: sc.Name, Variant: scenarios.Base}
	s.Flow.Replication, s.Flow.Number = 1, 2
	if got, want := explainCommand(argument(sc), Flags(sc), s), "edasim explain 'my shop.yaml' --flow 1/2 --style choreography"+sets+" --seed 7"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
