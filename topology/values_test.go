package topology

import (
	"math"
	"strings"
	"testing"
)

func TestParseDuration(t *testing.T) {
	for _, test := range []struct {
		text  string
		want  Time
		short string
	}{
		{"0", 0, "0s"},
		{"0s", 0, "0s"},
		{"10ns", 10, "10ns"},
		{"250us", 250 * Microsecond, "250us"},
		{"250µs", 250 * Microsecond, "250us"},
		{"5ms", 5 * Millisecond, "5ms"},
		{"1.5s", 1500 * Millisecond, "1.5s"},
		{"1500ms", 1500 * Millisecond, "1.5s"},
		{".5s", 500 * Millisecond, "500ms"},
		{"1.234567ms", 1234567, "1.234567ms"},
		{"1m30s", 90 * Second, "1m30s"},
		{"90s", 90 * Second, "1m30s"},
		{"1m0.5s", 60500 * Millisecond, "1m0.5s"},
		{"1h", Hour, "1h"},
		{"1.5h", 90 * Minute, "1h30m"},
		{"7d", 7 * Day, "7d"},
		{"36h", 36 * Hour, "1d12h"},
		{"1h5ms", Hour + 5*Millisecond, "1h0.005s"},
		{"9223372036854775807ns", math.MaxInt64, "106751d23h47m16.854775807s"},
	} {
		got, err := ParseDuration(test.text)
		if err != nil || got != test.want {
			t.Errorf("%s: got %d, %v, want %d", test.text, got, err, test.want)
		}
		if short := FormatDuration(test.want); short != test.short {
			t.Errorf("%d is written %s, want %s", test.want, short, test.short)
		}
	}
	if got := FormatDuration(-90 * Second); got != "-1m30s" {
		t.Errorf("a negative span is written %s", got)
	}
}

// refused checks that texts are errors that say what they should.
func refused[T any](t *testing.T, parse func(string) (T, error), cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		if got, err := parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want an error with %q", text, got, err, want)
		}
	}
}

func TestParseDurationErrors(t *testing.T) {
	refused(t, ParseDuration, map[string]string{
		"":                      "5ms or 1m30s",
		"5":                     "5ms, 5s or 5m",
		"1:30":                  "1m30s",
		"-5ms":                  "negative",
		"5 ms":                  "not a unit",
		"5min":                  "write ns, us, ms, s, m, h or d",
		"ms":                    "a number and a unit",
		"fast":                  "a number and a unit",
		"1s1m":                  "longest first",
		"1s1s":                  "longest first",
		"1.2.3s":                "1.5",
		".s":                    "1.5",
		"0.5ns":                 "finer than a nanosecond",
		"1.0000000001s":         "finer than a nanosecond",
		"106752d":               "292 years",
		"106751d24h":            "292 years",
		"99999999999999999999s": "292 years",
		"1e3s":                  "not a unit",
	})
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]float64{"50/s": 50, "6/min": 0.1, "3600/h": 1, "2/d": 2.0 / 86400, "0.5/s": 0.5, "0/s": 0, "1e3/s": 1000} {
		if got, err := ParseRate(text); err != nil || got != want {
			t.Errorf("%s: got %g, %v, want %g", text, got, err, want)
		}
	}
	refused(t, ParseRate, map[string]string{
		"50": "50/s", "50/m": "50/min", "-1/s": "negative", "/s": "missing", "x/s": "not a number",
		"50 /s": "not a number", "50/s/s": "not a unit", "1e999/s": "too large", "0x10/s": "not a number", "Inf/s": "not a number",
	})
	for want, perSecond := range map[string]float64{"50/s": 50, "6/min": 0.1, "1/h": 1.0 / 3600, "2/d": 2.0 / 86400, "0.5/d": 0.5 / 86400, "3.14159/s": 3.14159, "0/s": 0, "1000000/s": 1e6} {
		if got := FormatRate(perSecond); got != want {
			t.Errorf("%g is written %s, want %s", perSecond, got, want)
		}
	}
}

func TestParseProbability(t *testing.T) {
	for text, want := range map[string]float64{"0.5%": 0.005, "0.005": 0.005, "0.7%": 0.007, "0": 0, "1": 1, "100%": 1, "29%": 0.29} {
		if got, err := ParseProbability(text); err != nil || got != want {
			t.Errorf("%s: got %g, %v, want %g", text, got, err, want)
		}
	}
	refused(t, ParseProbability, map[string]string{
		"5": "write 5%", "101%": "0% to 100%", "101": "0% to 100%", "-0.1": "negative", "": "missing", "half": "not a number", "5 %": "not a number", "NaN": "not a number", "5%%": "not a number",
	})
}

func TestParseDistText(t *testing.T) {
	for text, want := range map[string]string{
		"5ms":                            "5ms",
		" exp( 5000us ) ":                "exp(5ms)",
		"uniform(1ms 9ms)":               "uniform(1ms, 9ms)",
		"uniform(0, 9ms)":                "uniform(0s, 9ms)",
		"lognormal(p99 40ms, mean 8ms)":  "lognormal(mean 8ms, p99 40ms)",
		"lognormal(median 5ms p99 40ms)": "lognormal(median 5ms, p99 40ms)",
		"lognormal(mean 8ms cv 1.50)":    "lognormal(mean 8ms, cv 1.5)",
		"weibull(scale 8ms shape 1.5)":   "weibull(scale 8ms, shape 1.5)",
		"pareto(min 1ms,alpha 2.5)":      "pareto(min 1ms, alpha 2.5)",
		"normal(mean 0, sd 2ms)":         "normal(mean 0s, sd 2ms)",
		"mix(90% exp(5ms), 10% 1s)":      "mix(90% exp(5ms), 10% 1s)",
		"mix(0.9 exp(5ms) 0.1 mix(30% uniform(1ms 2ms) 70% 1s))": "mix(90% exp(5ms), 10% mix(30% uniform(1ms, 2ms), 70% 1s))",
		"empirical(latencies.csv)":                               "empirical(latencies.csv)",
	} {
		d := mustDist(t, text)
		if d.String() != want {
			t.Errorf("%s: got %s, want %s", text, d, want)
		}
		if again := mustDist(t, d.String()); again.String() != want || again.At(1<<60) != d.At(1<<60) {
			t.Errorf("%s does not read back as itself", want)
		}
	}
}

func TestParseDistErrors(t *testing.T) {
	parse := func(text string) (*Dist, error) { return ParseDist(text, nil) }
	refused(t, parse, map[string]string{
		"":                                 "5ms",
		"5":                                "5ms, 5s or 5m",
		"exp":                              "write exp(5ms)",
		"exp()":                            "write exp(5ms)",
		"exp(5ms":                          "closing bracket",
		"exp(5)":                           "5ms, 5s or 5m",
		"exp(0s)":                          "above 0",
		"exp(-5ms)":                        "negative",
		"exp(5ms, 6ms)":                    "write exp(5ms)",
		"expo(5ms)":                        "did you mean exp(5ms)?",
		"gamma(5ms)":                       "exp, uniform, lognormal",
		"uniform(9ms, 1ms)":                "write uniform(1ms, 9ms)",
		"lognormal(8ms, 40ms)":             "lognormal(mean 8ms, p99 40ms)",
		"lognormal(mean 8ms, p99 8ms)":     "above the mean",
		"lognormal(mean 8ms, p99 2s)":      "at most 119.2ms",
		"lognormal(median 8ms, p99 7ms)":   "above the median",
		"lognormal(mean 8ms, cv 0)":        "from 0.001",
		"lognormal(mean 8ms, mean 8ms)":    "write lognormal",
		"weibull(scale 8ms, shape x)":      "not a number",
		"pareto(min 1ms)":                  "write pareto(min 1ms, alpha 2.5)",
		"normal(mean 8ms, sd 0s)":          "above 0",
		"mix(90% exp(5ms))":                "add up to 90%",
		"mix(90% exp(5ms), 20% 1s)":        "add up to 110%",
		"mix(exp(5ms), 1s, 2s, 3s)":        "a share and a distribution",
		"mix(100% exp(5ms), 0% 1s)":        "leave it out",
		"mix(100%)":                        "write mix(90%",
		"empirical(x.csv)":                 "no file",
		"empirical()":                      "needs a file",
		"50000d":                           "73 years",
		strings.Repeat("mix(100% ", 5_000): "closing bracket",
		strings.Repeat("mix(100% ", 20) + "1s" + strings.Repeat(")", 20): "deeper than 10",
	})
}

func TestNearest(t *testing.T) {
	known := []string{"reserve", "release", "charge", "refund", "ship"}
	for name, want := range map[string]string{"reserv": "reserve", "chrage": "charge", "Charge": "charge", "shp": "ship", "relase": "release", "refudn": "refund", "xyz": "", "": "", "rs": ""} {
		got, ok := Nearest(name, known)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"0", "10ns", "1m30s", "1.5h", "7d", "1:30", "-1s", "9223372036854775807ns", "1.s", "1µs"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Fatalf("%q is %d, written %s, read as %d, %v", text, d, FormatDuration(d), again, err)
		}
		if r, err := ParseRate(text); err == nil && r < 0 {
			t.Fatalf("a negative rate from %q", text)
		}
	})
}

func FuzzParseDist(f *testing.F) {
	for text := range distForms {
		f.Add(distForms[text])
	}
	for _, l := range laws {
		f.Add(l.text)
	}
	f.Add("mix(50% mix(100% 1s), 50% normal(mean 0, sd 1ns))")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDist(text, func(string) ([]byte, error) { return []byte("1ms\n2s\n"), nil })
		if err != nil {
			return
		}
		for _, hash := range []uint64{0, 1 << 20, 1 << 40, 1 << 62, 1<<63 - 1, 1 << 63, math.MaxUint64} {
			if v := d.At(hash); v < 0 || v > Longest {
				t.Fatalf("%s: %d at %x", d, v, hash)
			}
		}
		if d.Mean() < 0 || math.IsNaN(d.Mean()) || d.Quantile(0.5) < 0 {
			t.Fatalf("%s: mean %g, median %d", d, d.Mean(), d.Quantile(0.5))
		}
	})
}
