package scenarios

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"edasim/topology"
)

// Axis is a path of a scenario that a sweep varies, and its values.
type Axis struct {
	Path string `json:"path"`
	// Values are as one writes them after --set; numbers and times in ascending
	// order, words in the order given.
	Values []string `json:"values"`
	Log    bool     `json:"log,omitempty"` // the values are even on a logarithmic scale
	// Numbers are the values in the unit of Unit, nil where they are words.
	Numbers []float64 `json:"numbers,omitempty"`
	Unit    string    `json:"unit,omitempty"` // "share", "s", "per s" or "" for plain numbers

	whole bool // a range from one whole number to another
}

// MostPoints is how many points a grid may have: each is checked before the first
// is simulated.
const MostPoints = 10_000

var rangeText = regexp.MustCompile(`^(.+?)\.\.(.+)/([0-9]+)(log)?$`)

// howToVary is what to write instead of what cannot be read.
const howToVary = "write PATH=A..B/N for N values from A to B, PATH=A..B/Nlog on a logarithmic scale, or PATH=V1,V2,V3"

// ParseAxis reads what follows --vary: PATH=A..B/N, N values from A to B, both
// included; PATH=A..B/Nlog, the same on a logarithmic scale, to four digits; or
// PATH=V1,V2,V3, in which commas inside brackets and quotes separate nothing. A
// unit that one end leaves out is that of the other. N is at least 2.
func ParseAxis(text string) (Axis, error) {
	path, values, found := strings.Cut(text, "=")
	path, values = strings.TrimSpace(path), strings.TrimSpace(values)
	if !found || path == "" || values == "" {
		return Axis{}, errors.New(howToVary)
	}
	a := Axis{Path: path}
	var err error
	switch parts := rangeText.FindStringSubmatch(values); {
	case parts != nil:
		a.Log = parts[4] != ""
		err = a.span(parts[1], parts[2], parts[3])
	case strings.Contains(values, "..") && !strings.ContainsAny(values, `,"'`):
		err = fmt.Errorf("%s does not say how many values: write %s/11", quoted(values), values)
	default:
		err = a.list(values)
	}
	if err != nil {
		return Axis{}, err
	}
	return a, a.order()
}

// list takes values that are written one by one.
func (a *Axis) list(text string) error {
	for _, v := range splitList(text) {
		if v = strings.TrimSpace(v); v == "" {
			return fmt.Errorf("%s has an empty value between two commas: write PATH=V1,V2,V3", quoted(text))
		}
		if slices.Contains(a.Values, v) {
			return fmt.Errorf("%s stands there twice: write each value once", quoted(v))
		}
		a.Values = append(a.Values, v)
	}
	if len(a.Values) > MostPoints {
		return fmt.Errorf("%d values: a grid has at most %d points", len(a.Values), MostPoints)
	}
	return nil
}

// splitList splits at commas that are not inside brackets or quotes.
func splitList(text string) []string {
	var out []string
	depth, from, quote := 0, 0, byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{' || c == '[' || c == '(':
			depth++
		case c == '}' || c == ']' || c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, text[from:i])
			from = i + 1
		}
	}
	return append(out, text[from:])
}

// span makes n values from one number to another.
func (a *Axis) span(from, to, count string) error {
	low, err := parseAmount(from)
	if err != nil {
		return err
	}
	high, err := parseAmount(to)
	if err != nil {
		return err
	}
	unit := low.unit
	switch {
	case low.unit == "" && (low.value == 0 || high.kind != durationAmount):
		unit = high.unit
		low = amount{low.value, unit, high.kind, low.whole}
	case high.unit == "" && (high.value == 0 || low.kind != durationAmount):
		high = amount{high.value, unit, low.kind, high.whole}
	case low.unit == high.unit:
	case low.kind == durationAmount && high.kind == durationAmount:
		unit = "" // each value has the unit that fits it
		low.value, high.value = low.seconds(), high.seconds()
	default:
		one := low.unit
		if one == "" {
			one = high.unit
		}
		return fmt.Errorf("%s and %s have different units: write both in one, such as %s..%s/%s", quoted(from), quoted(to),
			writeAmount(low.value, one, plainAmount), writeAmount(high.value, one, plainAmount), count)
	}
	n, err := strconv.Atoi(count)
	switch {
	case err != nil || n > MostPoints:
		return fmt.Errorf("%s values: a grid has at most %d points", count, MostPoints)
	case n < 2:
		return fmt.Errorf("%s..%s/%s: a range has both its ends, so at least 2 values; for one value write PATH=%s", from, to, count, from)
	case low.value == high.value:
		return fmt.Errorf("%s..%s/%s: both ends are the same; for one value write PATH=%s", from, to, count, from)
	case a.Log && (low.value <= 0 || high.value <= 0):
		return fmt.Errorf("%s..%s/%slog: a logarithmic scale has no 0: begin above it, or leave log out", from, to, count)
	}
	a.whole = low.whole && high.whole && unit == "" && low.kind == plainAmount
	for i := range n {
		text := writeAmount(a.between(low.value, high.value, i, n), unit, low.kind)
		if !slices.Contains(a.Values, text) {
			a.Values = append(a.Values, text)
		}
	}
	return nil
}

// between is value i of n, rounded so that 3 × 0.1 is written 0.3, and on a
// logarithmic scale to four digits; the ends are exact.
func (a *Axis) between(low, high float64, i, n int) float64 {
	switch i {
	case 0:
		return low
	case n - 1:
		return high
	}
	share := float64(i) / float64(n-1)
	if a.Log {
		return roundTo(low*math.Pow(high/low, share), 4)
	}
	return roundTo(low+float64((high-low)*share), 10)
}

// roundTo is a number in so many digits.
func roundTo(v float64, digits int) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return short
}

// kind of an amount.
type amountKind int

const (
	plainAmount amountKind = iota
	shareAmount
	durationAmount
	rateAmount
)

// amount is a number with its unit, as it stands at an end of a range.
type amount struct {
	value float64
	unit  string // "", "%", "/s" … or the unit of a duration
	kind  amountKind
	whole bool
}

var amountText = regexp.MustCompile(`^([+-]?[0-9]+(?:\.[0-9]+)?)(%|/s|/min|/h|/d|ns|us|ms|s|m|h|d)?$`)

func parseAmount(text string) (amount, error) {
	text = strings.TrimSpace(text)
	parts := amountText.FindStringSubmatch(text)
	if parts == nil {
		return amount{}, fmt.Errorf("%s is not a number with a unit, as the end of a range must be: write 0%%..5%%/11, 10/s..100/s/10, 5ms..50ms/10 or 1..8/8, or a list", quoted(text))
	}
	v, err := strconv.ParseFloat(parts[1], 64)
	if err != nil || math.Abs(v) > 1e15 {
		return amount{}, fmt.Errorf("%s is too large", quoted(text))
	}
	a := amount{value: v, unit: parts[2], whole: !strings.Contains(parts[1], ".")}
	switch {
	case a.unit == "":
	case a.unit == "%":
		a.kind = shareAmount
	case a.unit[0] == '/':
		a.kind = rateAmount
	default:
		a.kind = durationAmount
	}
	return a, nil
}

// durationUnits are the units of durations in seconds, the longest first.
var durationUnits = []struct {
	name    string
	seconds float64
}{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}

func (a amount) seconds() float64 {
	for _, u := range durationUnits {
		if u.name == a.unit {
			return float64(a.value * u.seconds)
		}
	}
	return a.value
}

// writeAmount is a number with its unit; a duration without one is in seconds and
// gets the unit in which it is at least 1.
func writeAmount(v float64, unit string, kind amountKind) string {
	if kind == durationAmount && unit == "" && v != 0 {
		for _, u := range durationUnits {
			if v >= u.seconds*(1-1e-9) || u.name == "ns" {
				v, unit = roundTo(v/u.seconds, 10), u.name
				break
			}
		}
	}
	if kind == durationAmount { // virtual time counts whole nanoseconds
		finest := map[string]float64{"ns": 1, "us": 1e3, "ms": 1e6}[unit]
		if finest == 0 {
			finest = 1e9
		}
		v = math.Round(v*finest) / finest
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + unit
}

// measurable is a value as a number in the unit of its kind: a share, seconds, per
// second, or plain; ok is false for words.
func measurable(text string) (v float64, unit string, ok bool) {
	if p, percent := strings.CutSuffix(text, "%"); percent {
		v, err := strconv.ParseFloat(p+"e-2", 64)
		return v, "share", err == nil
	}
	if plainNumber.MatchString(text) {
		v, err := strconv.ParseFloat(text, 64)
		return v, "", err == nil
	}
	if strings.Contains(text, "/") {
		r, err := topology.ParseRate(text)
		return r, "per s", err == nil
	}
	d, err := topology.ParseDuration(text)
	return float64(d) / float64(topology.Second), "s", err == nil
}

// order finds out whether all values are numbers of one unit, and sorts them if so.
func (a *Axis) order() error {
	type valued struct {
		text   string
		number float64
	}
	var all []valued
	for _, text := range a.Values {
		v, unit, ok := measurable(text)
		if !ok {
			return nil
		}
		if unit != "" && a.Unit != "" && unit != a.Unit {
			a.Unit = ""
			return nil
		}
		if unit != "" {
			a.Unit = unit
		}
		all = append(all, valued{text, v})
	}
	for i, v := range all {
		if _, unit, _ := measurable(v.text); unit != a.Unit && v.number != 0 {
			a.Unit = "" // 3 beside 5ms, or 0.01 beside 2%: told when it is loaded, or in the order given
			return nil
		}
		for _, other := range all[:i] {
			if other.number == v.number {
				return fmt.Errorf("%s and %s are the same value: write each once", quoted(other.text), quoted(v.text))
			}
		}
	}
	slices.SortStableFunc(all, func(x, y valued) int {
		if x.number < y.number {
			return -1
		}
		return 1
	})
	a.Numbers = nil
	for i, v := range all {
		a.Values[i] = v.text
		a.Numbers = append(a.Numbers, v.number)
	}
	return nil
}

// fractional is the first value of a range of whole numbers that is not whole
// itself; "" if there is none.
func (a *Axis) fractional() string {
	if a.whole {
		for i, v := range a.Numbers {
			if v != math.Trunc(v) {
				return a.Values[i]
			}
		}
	}
	return ""
}

// rounded is the axis with whole values, each once.
func (a *Axis) rounded() Axis {
	out := Axis{Path: a.Path, Log: a.Log}
	for _, v := range a.Numbers {
		if n := math.Round(v); len(out.Numbers) == 0 || n != out.Numbers[len(out.Numbers)-1] {
			out.Numbers = append(out.Numbers, n)
			out.Values = append(out.Values, strconv.FormatFloat(n, 'f', -1, 64))
		}
	}
	return out
}
