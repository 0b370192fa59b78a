package topology

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseDist reads a distribution of times: a duration (5ms), or
//
//	exp(5ms)
//	uniform(1ms, 9ms)
//	lognormal(mean 8ms, p99 40ms)   also (median 5ms, p99 40ms), (mean 8ms, cv 1.5)
//	weibull(scale 8ms, shape 1.5)
//	pareto(min 1ms, alpha 2.5)
//	normal(mean 8ms, sd 2ms)        a draw below 0 is 0
//	mix(90% exp(5ms), 10% exp(100ms))
//	empirical(latencies.csv)        one duration a line, all equally likely
//
// Commas between arguments may be left out. readFile gives the content of a
// file of empirical; it may be nil where files are not allowed.
func ParseDist(text string, readFile func(name string) ([]byte, error)) (*Dist, error) {
	return parseDist(text, readFile, 0)
}

// deepestMix limits mixes of mixes.
const deepestMix = 10

func parseDist(text string, readFile func(string) ([]byte, error), depth int) (*Dist, error) {
	text = strings.TrimSpace(text)
	open := strings.IndexByte(text, '(')
	if open < 0 {
		if _, known := distForms[text]; known {
			return nil, fmt.Errorf("%s needs its arguments: write %s", text, distForms[text])
		}
		t, err := ParseDuration(text)
		if err == nil && t > Longest {
			err = fmt.Errorf("%s is longer than the 73 years a time may last", quote(text))
		}
		if err != nil {
			return nil, err
		}
		return Const(t), nil
	}
	name := strings.TrimSpace(text[:open])
	form, known := distForms[name]
	if !known {
		return nil, unknownDist(name)
	}
	if depth > deepestMix {
		return nil, errors.New("a mix of mixes deeper than 10: write its items in one mix")
	}
	body, ok := strings.CutSuffix(text[open+1:], ")")
	if !ok {
		return nil, fmt.Errorf("%s does not end with its closing bracket: write %s", quote(text), form)
	}
	var d *Dist
	var err error
	switch name {
	case "mix":
		d, err = parseMix(body, readFile, depth)
	case "empirical":
		d, err = parseEmpirical(strings.TrimSpace(body), readFile)
	default:
		d, err = distMakers[name](distArgs{name: name, items: splitArgs(body)})
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// distForms say how each distribution is written.
var distForms = map[string]string{
	"exp":       "exp(5ms)",
	"uniform":   "uniform(1ms, 9ms)",
	"lognormal": "lognormal(mean 8ms, p99 40ms), lognormal(median 5ms, p99 40ms) or lognormal(mean 8ms, cv 1.5)",
	"weibull":   "weibull(scale 8ms, shape 1.5)",
	"pareto":    "pareto(min 1ms, alpha 2.5)",
	"normal":    "normal(mean 8ms, sd 2ms)",
	"mix":       "mix(90% exp(5ms), 10% exp(100ms))",
	"empirical": "empirical(latencies.csv)",
}

// distNames are the names of distForms, in the order of documentation.
var distNames = []string{"exp", "uniform", "lognormal", "weibull", "pareto", "normal", "mix", "empirical"}

var distMakers = map[string]func(distArgs) (*Dist, error){
	"exp": makeExp, "uniform": makeUniform, "lognormal": makeLognormal,
	"weibull": makeWeibull, "pareto": makePareto, "normal": makeNormal,
}

func unknownDist(name string) error {
	if near, ok := Nearest(name, distNames); ok {
		return fmt.Errorf("no distribution is called %s: did you mean %s?", quote(name), distForms[near])
	}
	return fmt.Errorf("no distribution is called %s: write a duration or one of %s", quote(name), strings.Join(distNames, ", "))
}

// distArgs are the arguments of one distribution: "mean 8ms" is two items.
type distArgs struct {
	name  string
	items []string
}

// splitArgs splits at commas and spaces outside brackets.
func splitArgs(body string) []string {
	var items []string
	depth, start := 0, -1
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n'):
			if start >= 0 {
				items = append(items, body[start:i])
			}
			start = -1
			continue
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		items = append(items, body[start:])
	}
	return items
}

func (a distArgs) fail(format string, args ...any) error {
	const longest = 60
	items := strings.Join(a.items, " ")
	if len(items) > longest {
		items = strings.ToValidUTF8(items[:longest], "") + "…"
	}
	return fmt.Errorf("%s(%s): %s", a.name, items, fmt.Sprintf(format, args...))
}

// badForm is the error of arguments that are not those of the distribution.
func (a distArgs) badForm() error {
	return a.fail("write %s", distForms[a.name])
}

// named finds the arguments of these names, in any order, and no others.
func (a distArgs) named(first, second string) (x, y string, ok bool) {
	if len(a.items) != 4 {
		return "", "", false
	}
	switch {
	case a.items[0] == first && a.items[2] == second:
		return a.items[1], a.items[3], true
	case a.items[0] == second && a.items[2] == first:
		return a.items[3], a.items[1], true
	}
	return "", "", false
}

// span is a time above 0.
func (a distArgs) span(what, text string) (Time, error) {
	t, err := ParseDuration(text)
	switch {
	case err != nil:
		return 0, a.fail("%s: %v", what, err)
	case t == 0:
		return 0, a.fail("the %s must be above 0; for no time at all write 0s alone", what)
	case t > Longest:
		return 0, a.fail("the %s is longer than the 73 years a time may last", what)
	}
	return t, nil
}

// factor is a plain number above 0.
func (a distArgs) factor(what, text string) (float64, error) {
	v, err := parseNumber(text)
	switch {
	case err != nil:
		return 0, a.fail("%s: %v; write a number such as 1.5", what, err)
	case v < 1e-3 || v > 1e6:
		return 0, a.fail("the %s must be from 0.001 to 1000000", what)
	}
	return v, nil
}

func makeExp(a distArgs) (*Dist, error) {
	if len(a.items) != 1 {
		return nil, a.badForm()
	}
	mean, err := a.span("mean", a.items[0])
	if err != nil {
		return nil, err
	}
	return Exp(mean), nil
}

func makeUniform(a distArgs) (*Dist, error) {
	if len(a.items) != 2 {
		return nil, a.badForm()
	}
	lo, err := ParseDuration(a.items[0])
	if err != nil {
		return nil, a.fail("%v", err)
	}
	hi, err := a.span("upper end", a.items[1])
	if err != nil {
		return nil, err
	}
	if hi < lo {
		return nil, a.fail("the ends are the wrong way round: write uniform(%s, %s)", a.items[1], a.items[0])
	}
	text := fmt.Sprintf("uniform(%s, %s)", FormatDuration(lo), FormatDuration(hi))
	if lo == hi {
		return &Dist{law: constantLaw, lo: lo, text: text}, nil
	}
	return &Dist{law: uniformLaw, lo: lo, hi: hi, text: text}, nil
}

// z99 is the standard normal quantile of 0.99.
const z99 = 2.32634787404084110089

func makeLognormal(a distArgs) (*Dist, error) {
	if mean, p99, ok := a.named("mean", "p99"); ok {
		return a.lognormalByTail("mean", mean, p99)
	}
	if median, p99, ok := a.named("median", "p99"); ok {
		return a.lognormalByTail("median", median, p99)
	}
	meanText, cvText, ok := a.named("mean", "cv")
	if !ok {
		return nil, a.badForm()
	}
	mean, err := a.span("mean", meanText)
	if err != nil {
		return nil, err
	}
	cv, err := a.factor("cv", cvText)
	if err != nil {
		return nil, err
	}
	variance := naturalLog(1 + float64(cv*cv))
	text := fmt.Sprintf("lognormal(mean %s, cv %s)", FormatDuration(mean), formatFactor(cv))
	return newLognormal(float64(mean)*exponential(-variance/2), math.Sqrt(variance), text), nil
}

// lognormalByTail solves for sigma: with L = ln(p99/median), sigma = L/z; with
// L = ln(p99/mean), z sigma - sigma²/2 = L, of whose two solutions the
// narrower is taken.
func (a distArgs) lognormalByTail(centre, centreText, p99Text string) (*Dist, error) {
	c, err := a.span(centre, centreText)
	if err != nil {
		return nil, err
	}
	p99, err := a.span("p99", p99Text)
	if err != nil {
		return nil, err
	}
	if p99 <= c {
		return nil, a.fail("the p99 must be above the %s of %s", centre, FormatDuration(c))
	}
	log := naturalLog(float64(p99) / float64(c))
	sigma, median := log/z99, float64(c)
	if centre == "mean" {
		if float64(p99) > 14.9*float64(c) {
			return nil, a.fail("no lognormal has a p99 of more than 14.9 times its mean: write a p99 of at most %s, or (median …, p99 …)",
				FormatDuration(Time(14.9*float64(c))))
		}
		sigma = z99 - math.Sqrt(float64(z99*z99)-2*log)
		median = float64(c) * exponential(-float64(sigma*sigma)/2)
	}
	text := fmt.Sprintf("lognormal(%s %s, p99 %s)", centre, FormatDuration(c), FormatDuration(p99))
	return newLognormal(median, sigma, text), nil
}

func newLognormal(median, sigma float64, text string) *Dist {
	return &Dist{law: lognormalLaw, scale: median, shape: sigma, table: tableFor(lognormalLaw, sigma), text: text}
}

func makeWeibull(a distArgs) (*Dist, error) {
	return a.scaled(weibullLaw, "scale", "shape")
}

func makePareto(a distArgs) (*Dist, error) {
	return a.scaled(paretoLaw, "min", "alpha")
}

// scaled makes a distribution of a span and a plain number.
func (a distArgs) scaled(l law, scaleName, shapeName string) (*Dist, error) {
	scaleText, shapeText, ok := a.named(scaleName, shapeName)
	if !ok {
		return nil, a.badForm()
	}
	scale, err := a.span(scaleName, scaleText)
	if err != nil {
		return nil, err
	}
	shape, err := a.factor(shapeName, shapeText)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("%s(%s %s, %s %s)", a.name, scaleName, FormatDuration(scale), shapeName, formatFactor(shape))
	return &Dist{law: l, scale: float64(scale), shape: shape, table: tableFor(l, shape), text: text}, nil
}

func makeNormal(a distArgs) (*Dist, error) {
	meanText, sdText, ok := a.named("mean", "sd")
	if !ok {
		return nil, a.badForm()
	}
	mean, err := ParseDuration(meanText)
	if err != nil {
		return nil, a.fail("mean: %v", err)
	}
	sd, err := a.span("sd", sdText)
	if err != nil {
		return nil, err
	}
	return &Dist{
		law: normalLaw, shift: float64(mean), scale: float64(sd), table: normalTable(),
		text: fmt.Sprintf("normal(mean %s, sd %s)", FormatDuration(mean), FormatDuration(sd)),
	}, nil
}

func formatFactor(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// formatPercent writes a share in percent without the dust of the product.
func formatPercent(share float64) string {
	return strconv.FormatFloat(float64(share*100), 'g', 12, 64) + "%"
}
