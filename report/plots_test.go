package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"edasim/scenarios"
)

var update = flag.Bool("update", false, "write the golden files")

func TestPlotsAreThoseOfTheGoldenFiles(t *testing.T) {
	plots, err := Plots(fakeResult())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"depth", "goodput", "inconsistencies", "lag", "latency", "queue", "retries", "variants"} {
		got := plots[name+".svg"]
		golden := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; look at it, then: go test ./report -update", golden)
		}
		picture, err := png.Decode(bytes.NewReader(plots[name+".png"]))
		if err != nil {
			t.Fatalf("%s.png: %v", name, err)
		}
		if wide := picture.Bounds().Dx(); wide != 920 {
			t.Errorf("%s.png is %d pixels wide, want 920", name, wide)
		}
	}
	for name := range plots {
		if !slices.Contains(PlotFiles(), filepath.Join("plots", name)) {
			t.Errorf("PlotFiles does not know %s", name)
		}
	}
	if len(plots) != 16 {
		t.Errorf("%d files, want 16", len(plots))
	}
}

func TestPlotsAreWellFormed(t *testing.T) {
	r := hostile()
	plots, err := Plots(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range plots {
		if !strings.HasSuffix(name, ".svg") {
			continue
		}
		for d := xml.NewDecoder(bytes.NewReader(data)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
		if bytes.Contains(data, []byte("<script")) {
			t.Errorf("%s has a script", name)
		}
	}
}

func TestPlotsOfNothing(t *testing.T) {
	r := fakeResult()
	for v := range r.Variants {
		for s := range r.Variants[v].Styles {
			c := &r.Variants[v].Styles[s]
			*c = scenarios.StyleResult{Style: c.Style}
		}
	}
	plots, err := Plots(r)
	if err != nil || len(plots) != 0 {
		t.Errorf("%d plots, %v; want none", len(plots), err)
	}
}

func TestTicks(t *testing.T) {
	labels := func(low, high float64) (out []string) {
		for _, tick := range timeTicks(low, high) {
			out = append(out, tick.Label)
		}
		return out
	}
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{0, 600, "0 2 4 6 8 10 min"},
		{0, 0.05, "0 10 20 30 40 50 ms"},
		{180, 360, "3 3.5 4 4.5 5 5.5 6 min"},
		{0, 86400 * 30, "0 5 10 15 20 25 30 d"},
	} {
		if got := strings.Join(labels(c.low, c.high), " "); got != c.want {
			t.Errorf("%g to %g s: %q, want %q", c.low, c.high, got, c.want)
		}
	}
	named := 0
	for _, tick := range logTimeTicks(1e-6, 3600) {
		if tick.Label != "" {
			named++
		}
	}
	if named != 6 {
		t.Errorf("a log axis from 1 µs to 1 h has %d labels, want 6", named)
	}
	if got := niceStep(0, 4); got != 1 {
		t.Errorf("the step of no range is %g, want 1", got)
	}
}

func TestLongLabelsAreBroken(t *testing.T) {
	fits := func(s string) bool { return len([]rune(s)) <= 10 }
	for label, want := range map[string][]string{
		"short":                      {"short"},
		"two\twords here":            {"two words", "here"},
		"a name far too long for it": {"a name far", "too long…"},
		"unbreakableword":            {"unbreakab…"},
		"bell\a and\x00 nul":         {"bell and", "nul"},
	} {
		if got := twoLines(label, fits); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

// hostile has markup in every text that a scenario may choose.
func hostile() *scenarios.Result {
	const evil = `<script>alert("1")</script>`
	r := fakeResult()
	r.Scenario.Name, r.Scenario.About, r.Scenario.File = evil, evil, evil
	for i := range r.Scenario.System.Invariants {
		r.Scenario.System.Invariants[i].Name = "charged at most once"
	}
	r.Scenario.System.Invariants[0].Name = "charged at most once" + evil + "\x00"
	r.Expect[0].Text, r.Expect[0].Why = evil, evil
	r.Warnings = append(r.Warnings, evil)
	r.Variants[1].Name = evil
	r.Scenario.Variants[0].Name, r.Scenario.Variants[0].Sets[0].Value = evil, evil
	r.Scenario.Presets[0].Where = evil
	for v := range r.Variants {
		for s := range r.Variants[v].Styles {
			c := &r.Variants[v].Styles[s]
			c.Faults[0].Name = evil
			for w := range c.Witness {
				c.Witness[w] = evil
			}
			if c.Series == nil {
				continue
			}
			c.Series.Windows[0].Fault = evil
			c.Series.Services[2].Service = evil
		}
	}
	return r
}
