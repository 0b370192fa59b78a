package scenarios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"edasim/topology"
)

// Effect is what a difference means for the better or worse.
type Effect string

// The effects. A measure of which neither more nor less is better has none.
const (
	Better    Effect = "better"
	Worse     Effect = "worse"
	Same      Effect = "same"      // the interval contains 0, or lies within the margin
	Undecided Effect = "undecided" // the interval reaches over an end of the margin
	Neutral   Effect = ""
)

// Comparison is side B minus side A.
type Comparison struct {
	A, B *Side
	// Why the differences are not paired within each replication; empty if they
	// are.
	Unpaired string
	Cells    []ComparedCells
	Left     []string // cells of which the other side has no counterpart
}

// ComparedCells is a variant and style of B minus one of A.
type ComparedCells struct {
	A, B     *SideCell
	Measures []Compared // that both have, sorted by name
}

// Compared is a measure of both sides.
type Compared struct {
	A, B       *Measured
	Difference Measured // B − A
	Effect     Effect
}

// Margin is how much of a difference in a measure does not matter.
type Margin struct {
	Measure  string // or Any
	Value    float64
	Relative bool // Value is a share of A's value
}

// ParseMargin reads MEASURE=5%, MEASURE=20ms or MEASURE=0.1; MEASURE may be *,
// for all that have no margin of their own. A share of A's value is meant by %.
func ParseMargin(text string) (Margin, error) {
	name, value, found := strings.Cut(text, "=")
	m := Margin{Measure: name}
	if !found || name == "" || value == "" {
		return m, fmt.Errorf("write MEASURE=5%%, such as latency.p99=5%%, or MEASURE=20ms")
	}
	number, relative := strings.CutSuffix(value, "%")
	v, err := strconv.ParseFloat(number, 64)
	switch {
	case err == nil && relative:
		m.Value, m.Relative = v/100, true
	case err == nil:
		m.Value = v
	default:
		d, bad := topology.ParseDuration(value)
		if bad != nil {
			return m, fmt.Errorf("%s is neither a share such as 5%%, nor a time such as 20ms, nor a number", quoted(value))
		}
		m.Value = float64(d) / float64(topology.Second)
	}
	if m.Value < 0 || math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
		return m, fmt.Errorf("%s: a margin is a number from 0", quoted(value))
	}
	return m, nil
}

// Compare is side b minus side a. Cells of the same variant and style belong
// together; where a side has one variant alone, or one style, it is compared with
// the one of the other side, whatever its name. The error is that nothing belongs
// together, or that a margin is for a measure that there is not.
func Compare(a, b *Side, margins []Margin) (*Comparison, error) {
	c := &Comparison{A: a, B: b, Unpaired: unpaired(a, b)}
	match := matching(a, b)
	for i := range a.Cells {
		j := slices.IndexFunc(b.Cells, func(other SideCell) bool { return match(&a.Cells[i], &other) })
		if j < 0 {
			c.Left = append(c.Left, fmt.Sprintf("%s.%s only in %s", a.Cells[i].Variant, a.Cells[i].Style, a.Name))
			continue
		}
		c.Cells = append(c.Cells, c.cells(&a.Cells[i], &b.Cells[j], margins))
	}
	for j := range b.Cells {
		if !slices.ContainsFunc(a.Cells, func(one SideCell) bool { return match(&one, &b.Cells[j]) }) {
			c.Left = append(c.Left, fmt.Sprintf("%s.%s only in %s", b.Cells[j].Variant, b.Cells[j].Style, b.Name))
		}
	}
	if len(c.Cells) == 0 {
		return nil, errors.New("the two sides have no variant and style in common")
	}
	return c, c.knownMargins(margins)
}

// matching tells which cells belong together.
func matching(a, b *Side) func(x, y *SideCell) bool {
	variantA, styleA := a.alone()
	variantB, styleB := b.alone()
	anyVariant, anyStyle := variantA != "" && variantB != "", styleA != "" && styleB != ""
	return func(x, y *SideCell) bool {
		return (anyVariant || x.Variant == y.Variant) && (anyStyle || x.Style == y.Style)
	}
}

// unpaired says why the replications of two sides do not belong together in pairs.
func unpaired(a, b *Side) string {
	for _, s := range []*Side{a, b} {
		if !s.HasEach {
			return s.Name + " has no values of single replications; what --out saves has them, in replications.json"
		}
	}
	switch {
	case a.Semantics != b.Semantics:
		return fmt.Sprintf("they were simulated by different rules, semantics %d and %d", a.Semantics, b.Semantics)
	case a.Seed != b.Seed:
		return fmt.Sprintf("they have different seeds, %d and %d", a.Seed, b.Seed)
	}
	return ""
}

func (c *Comparison) cells(a, b *SideCell, margins []Margin) ComparedCells {
	out := ComparedCells{A: a, B: b}
	for i := range b.Measures {
		y := &b.Measures[i]
		x := a.measure(y.Name)
		if x == nil {
			continue
		}
		m := Compared{A: x, B: y}
		if c.Unpaired == "" {
			d, ok := Subtract(y, x)
			if !ok {
				continue
			}
			m.Difference = d
		} else {
			m.Difference = independent(y, x)
		}
		m.Effect = effectOf(&m.Difference, c.good(y.Name), marginOf(margins, y.Name, x.Value))
		out.Measures = append(out.Measures, m)
	}
	return out
}

// independent is a − b of runs that have no draws in common: the half widths of
// the intervals add as their squares do.
func independent(a, b *Measured) Measured {
	d := Measured{Name: a.Name, Unit: a.Unit, Kind: a.Kind, Value: a.Value - b.Value}
	if a.HasInterval && b.HasInterval {
		x, y := (a.High-a.Low)/2, (b.High-b.Low)/2
		h := math.Sqrt(float64(x*x) + float64(y*y))
		d.Low, d.High, d.HasInterval = d.Value-h, d.Value+h, true
	}
	return d
}

// marginOf is the margin of a measure, as a number in the measure's unit.
func marginOf(margins []Margin, measure string, value float64) float64 {
	found := Margin{}
	for _, m := range margins {
		if m.Measure == measure || m.Measure == Any && found.Measure == "" {
			found = m
		}
	}
	if found.Relative {
		return found.Value * math.Abs(value)
	}
	return found.Value
}

// effectOf judges a difference of which more is good (+1), less is (−1), or
// neither (0).
func effectOf(d *Measured, good int, margin float64) Effect {
	if good == 0 {
		return Neutral
	}
	low, high := d.Value, d.Value
	if d.HasInterval {
		low, high = d.Low, d.High
	}
	if good > 0 {
		low, high = -high, -low
	}
	switch { // from here on more is worse
	case low > margin:
		return Worse
	case high < -margin:
		return Better
	case margin == 0 || low >= -margin && high <= margin:
		return Same
	}
	return Undecided
}

// good is +1 where more of a measure is better, −1 where less is, and 0 where
// neither is. Largest times have no interval and mean little: they are neither.
func (c *Comparison) good(measure string) int {
	first, rest, _ := strings.Cut(measure, ".")
	switch {
	case measure == "goodput", measure == c.B.Wanted:
		return +1
	case slices.Contains(c.B.Sometimes, measure):
		return 0
	case measure == "chain_depth.max":
		return -1
	case strings.HasSuffix(measure, ".max"):
		return 0
	}
	switch first {
	case "stuck", "unsettled", "inconsistent", "invariant", "anomaly", "inconsistency_window", "latency", "amplification",
		"collapsed", "recovery":
		return -1
	case "messages":
		if rest == "published" || rest == "redelivered" {
			return -1
		}
	case "monitor":
		if strings.HasSuffix(rest, ".detection.mean") || strings.HasSuffix(rest, ".undetected") {
			return -1
		}
	}
	return 0
}

func (c *Comparison) knownMargins(margins []Margin) error {
	var names []string
	for i := range c.Cells {
		for j := range c.Cells[i].Measures {
			names = append(names, c.Cells[i].Measures[j].A.Name)
		}
	}
	for _, m := range margins {
		if m.Measure == Any || slices.Contains(names, m.Measure) {
			continue
		}
		return wrongName("--margin "+m.Measure+": neither side has such a measure", m.Measure, names)
	}
	return nil
}

// Has tells whether any measure has that effect.
func (c *Comparison) Has(effect Effect) bool {
	return slices.ContainsFunc(c.Cells, func(cells ComparedCells) bool {
		return slices.ContainsFunc(cells.Measures, func(m Compared) bool { return m.Effect == effect })
	})
}
