package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"edasim/scenarios"
)

// spread is a figure with its interval, and the unit where it stands beside it.
var spread = regexp.MustCompile(`([−+]?[\d,]*\.?\d+) ±([\d,]*\.?\d+) ?(%|ms|µs|s|min|h|in 100k)?`)

// said is a text as a reader sees it: no markup, one kind of space.
func said(text string) string {
	text = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`).ReplaceAllString(text, " ")
	text = html.UnescapeString(text)
	text = regexp.MustCompile(`[\s\x{a0}|]+`).ReplaceAllString(text, " ")
	// The unit stands before the interval or behind it.
	return regexp.MustCompile(`( %| ms| µs| s| min| h| in 100k|/s)? ± ?`).ReplaceAllString(text, " ±")
}

// All formats say the same numbers: JSON and CSV every measure to the last digit; text,
// Markdown and the page the same figures with the same digits, which are those of JSON,
// rounded, and no finer than their intervals.
func TestFormatsAgree(t *testing.T) {
	labels := map[string]string{
		"stuck": "stuck", "inconsistent flows": "inconsistent", "latency, median": "latency.p50",
		"latency, 95th percentile": "latency.p95", "latency, 99th percentile": "latency.p99",
	}
	compared := 0
	for _, name := range []string{"checkout", "retry-storm", "refund-postmortem", "double-charge", "travel-booking"} {
		text, _ := scenarios.Builtin(name)
		sc, err := scenarios.Load(text, name+".yaml", scenarios.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sc.Run.Replications = 4
		r, err := scenarios.Execute(context.Background(), sc, scenarios.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Styles   map[string]map[string]struct{ Value, Low, High *float64 }
			Variants map[string]struct {
				Styles map[string]map[string]struct{ Value, Low, High *float64 }
			}
		}
		var b bytes.Buffer
		if err := JSON(&b, r); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		b.Reset()
		if err := CSV(&b, r); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			m := doc.Styles[row[1]][row[2]]
			if row[0] != scenarios.Base {
				m = doc.Variants[row[0]].Styles[row[1]][row[2]]
			}
			for i, v := range []*float64{m.Value, m.Low, m.High} {
				switch got, err := strconv.ParseFloat(row[3+i], 64); {
				case v == nil && row[3+i] == "" && i > 0:
				case v == nil || err != nil || got != *v:
					t.Errorf("%s: CSV says %q of %v, JSON %v", name, row[3+i], row[:3], v)
				}
			}
			compared++
		}

		plain := renderedBy(t, func(b *bytes.Buffer) error { return Text(b, r, TextOptions{}) })
		markdown := said(renderedBy(t, func(b *bytes.Buffer) error { return Markdown(b, r) }))
		page := said(renderedBy(t, func(b *bytes.Buffer) error { return HTML(b, r) }))
		var styles []string
		for _, s := range r.Variants[0].Styles {
			styles = append(styles, s.Style.String())
		}
		table, _, _ := strings.Cut(plain, "\nFaults that acted")
		for _, line := range strings.Split(table, "\n") {
			figures := spread.FindAllStringSubmatch(line, -1)
			for _, f := range figures {
				for where, text := range map[string]string{"Markdown": markdown, "the page": page} {
					if !strings.Contains(text, f[1]+" ±"+f[2]) {
						t.Errorf("%s: %s does not say %s ±%s, as text does: %s", name, where, f[1], f[2], line)
					}
				}
				if decimals(f[1]) != decimals(f[2]) {
					t.Errorf("%s: %s has more or fewer digits than its interval", name, f[0])
				}
				compared++
			}
			for label, measure := range labels {
				rest, ok := strings.CutPrefix(line, "  "+label+"  ")
				if !ok || len(figures) < len(styles) || !spread.MatchString(rest) {
					continue
				}
				for i, style := range styles {
					value, by := *doc.Styles[style][measure].Value, scaleBy(figures[i][3])
					if by == 0 {
						continue // the unit stands elsewhere
					}
					shown, err := strconv.ParseFloat(strings.ReplaceAll(figures[i][1], ",", ""), 64)
					if step := math.Pow10(-decimals(figures[i][1])); err != nil || math.Abs(shown-value*by) > step/2*1.0001 {
						t.Errorf("%s: text says %s of %s in %s, JSON %v", name, figures[i][0], measure, style, value)
					}
					compared++
				}
			}
		}
	}
	t.Logf("%d figures compared", compared)
	if compared < 1000 {
		t.Error("too little was compared")
	}
}

func renderedBy(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func decimals(figure string) int {
	_, part, _ := strings.Cut(figure, ".")
	return len(part)
}

// scaleBy is by what a value in seconds, or a share, is multiplied to be in a unit.
func scaleBy(unit string) float64 {
	return map[string]float64{"%": 100, "in 100k": 1e5, "s": 1, "ms": 1e3, "µs": 1e6, "min": 1.0 / 60, "h": 1.0 / 3600}[unit]
}
