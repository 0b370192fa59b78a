package report

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func rowsOf(t *testing.T, write func(*bytes.Buffer) error) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll() // which demands as many cells in every row
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSVHasEveryMeasure(t *testing.T) {
	r := fakeResult()
	rows := rowsOf(t, func(b *bytes.Buffer) error { return CSV(b, r) })
	want := 1
	for _, v := range r.Variants {
		for _, s := range v.Styles {
			want += len(s.Measures)
		}
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for _, row := range [][]string{
		{"variant", "style", "measure", "value", "low", "high", "count", "unit"},
		{"base", "choreography", "stuck", "0.008", "0.0078000000000000005", "0.0082", "2400", "share"},
		{"base", "orchestration", "chain_depth.max", "1", "", "", "", ""},
	} {
		if !slices.ContainsFunc(rows, func(have []string) bool { return slices.Equal(have, row) }) {
			t.Errorf("there is no row %q", row)
		}
	}
}

func TestSeriesCSVIsInFlowsASecond(t *testing.T) {
	r := fakeResult()
	rows := rowsOf(t, func(b *bytes.Buffer) error { return SeriesCSV(b, r) })
	for _, row := range [][]string{
		{"variant", "style", "until_s", "series", "value", "unit"},
		{"base", "choreography", "5", "arrivals", "50", "per s"}, // 250 in a bin of 5 s
		{"base", "orchestration", "620", "arrivals", "0", "per s"},
		{"base", "orchestration", "620", "lag", "0", "s"}, // no worker started on anything
	} {
		if !slices.ContainsFunc(rows, func(have []string) bool { return slices.Equal(have, row) }) {
			t.Errorf("there is no row %q", row)
		}
	}
	if s := r.Variants[0].Styles[0].Series; len(rows) != 1+2*len(s.Good)*(5+2*len(s.Services)) {
		t.Errorf("%d rows", len(rows))
	}
}

func TestWriteDirWritesEverything(t *testing.T) {
	want := []string{"plots/depth.png", "plots/depth.svg", "plots/goodput.png", "plots/goodput.svg", "plots/inconsistencies.png",
		"plots/inconsistencies.svg", "plots/lag.png", "plots/lag.svg", "plots/latency.png", "plots/latency.svg", "plots/queue.png", "plots/queue.svg",
		"plots/retries.png", "plots/retries.svg",
		"plots/variants.png", "plots/variants.svg", "replications.json", "report.html", "result.json", "series.csv"}
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if err := WriteDir(dir, fakeResult()); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := filepath.WalkDir(first, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(first, path)
		got = append(got, filepath.ToSlash(name))
		a, _ := os.ReadFile(path)
		b, err := os.ReadFile(filepath.Join(second, name))
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs between two equal results", name)
		}
		return err
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, files %s", err, strings.Join(got, " "))
	}
}

func TestWriteDirSaysWhatStopsIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(file, fakeResult()); err == nil {
		t.Error("a folder is written into a file")
	}
}

// TestEveryFormatTakesEveryShape: no shape of a result is an error or a panic.
func TestEveryFormatTakesEveryShape(t *testing.T) {
	for name, r := range shapes() {
		var b bytes.Buffer
		for format, write := range map[string]func() error{
			"html": func() error { return HTML(&b, r) }, "json": func() error { return JSON(&b, r) },
			"csv": func() error { return CSV(&b, r) }, "series": func() error { return SeriesCSV(&b, r) },
			"plots": func() error { _, err := Plots(r); return err },
		} {
			if err := write(); err != nil {
				t.Errorf("%s, %s: %v", name, format, err)
			}
		}
		if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "+Inf") {
			t.Errorf("%s: a figure that is none", name)
		}
	}
}
