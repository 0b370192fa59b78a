package scenarios

import (
	"strings"
	"testing"
)

func TestAxes(t *testing.T) {
	for text, want := range map[string]string{
		"faults.drop=0%..5%/6":               "0% 1% 2% 3% 4% 5% share",
		"faults.drop=0..1%/3":                "0% 0.5% 1% share",
		"a.b=0..0.3/4":                       "0 0.1 0.2 0.3 ",
		"a.replicas=1..4/4":                  "1 2 3 4 ",
		"a.rate=10/s..40/s/4":                "10/s 20/s 30/s 40/s per s",
		"a.rate=10..40/s/4":                  "10/s 20/s 30/s 40/s per s",
		"a.rate=60/min,2/s":                  "60/min 2/s per s",
		"a.takes=5ms..15ms/3":                "5ms 10ms 15ms s",
		"a.takes=0..10ms/3":                  "0ms 5ms 10ms s",
		"a.takes=500ms..1s/3":                "500ms 750ms 1s s",
		"a.takes=1ms..1s/4log":               "1ms 10ms 100ms 1s s",
		"a.n=1..1000/7log":                   "1 3.162 10 31.62 100 316.2 1000 ",
		"a.takes=1us..2us/4":                 "1us 1.333us 1.667us 2us s",
		"a.n=4,1,2":                          "1 2 4 ",
		"a.n=5..1/3":                         "1 3 5 ",
		"a.idempotent=message,key":           "message key (words)",
		"a.takes=exp(5ms),lognormal(1,2),6s": "exp(5ms) lognormal(1,2) 6s (words)",
		"a.retry={attempts: 2, wait: 1s},no": "{attempts: 2, wait: 1s} no (words)",
		"a.x=1h30m,90s":                      "90s 1h30m s",
		"a.x=2%":                             "2% share",
	} {
		a, err := ParseAxis(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := strings.Join(a.Values, " ") + " " + a.Unit
		if a.Numbers == nil {
			got = strings.Join(a.Values, " ") + " (words)"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestAxesThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "write PATH=A..B/N",
		"faults.drop":           "write PATH=A..B/N",
		"faults.drop=":          "write PATH=A..B/N",
		"=1,2":                  "write PATH=A..B/N",
		"a=0%..5%":              "write 0%..5%/11",
		"a=0%..5%/0":            "at least 2 values",
		"a=0%..5%/1":            "for one value write PATH=0%",
		"a=1..1/3":              "both ends are the same",
		"a=0..5/3log":           "a logarithmic scale has no 0",
		"a=1ms..5%/3":           "different units: write both in one, such as 1ms..5ms/3",
		"a=3..5ms/3":            "different units: write both in one, such as 3ms..5ms/3",
		"a=few..many/3":         "is not a number with a unit",
		"a=1..9/99999999999999": "at most 10000 points",
		"a=1..9/20000":          "at most 10000 points",
		"a=1,,2":                "an empty value between two commas",
		"a=1,2,1":               "stands there twice",
		"a=60s,1m":              "are the same value",
	} {
		if a, err := ParseAxis(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want an error with %q", text, a, err, want)
		}
	}
}
