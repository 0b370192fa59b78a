package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"edasim/topology"
)

// SweepIdentity is what every point of a sweep has in common. Points belong
// together only where all of it is equal.
type SweepIdentity struct {
	Semantics    int      `json:"semantics"`
	Scenario     string   `json:"scenario"`
	Digest       string   `json:"digest"` // of the text and of every --set
	Seed         uint64   `json:"seed"`
	Replications int      `json:"replications"`
	Variant      string   `json:"variant"` // Base, or the one that was swept
	Styles       []string `json:"styles"`
}

// Sweep is a scenario over a grid of settings. Its points are in the order of the
// grid, the last axis changing fastest.
type Sweep struct {
	SweepIdentity
	About string `json:"about,omitempty"`
	File  string `json:"file"`  // the scenario's, as given
	Named string `json:"named"` // the scenario as one names it on a command line
	Axes  []Axis `json:"axes"`
	Sets  []Set  `json:"sets,omitempty"` // over the file, before the values of the axes
	// Shown are the measures that text and pages show; points have all.
	Shown []string `json:"shown"`
	// Wanted is the outcome of which more is better; Sometimes are the invariants of
	// which neither more nor less is. Both are names of measures.
	Wanted    string   `json:"wanted,omitempty"`
	Sometimes []string `json:"sometimes,omitempty"`

	Points  []SweepPoint `json:"-"`
	Partial bool         `json:"-"` // interrupted before all points were finished

	src  []byte
	opts SweepOptions
}

// SweepPoint is the scenario with one value for each axis.
type SweepPoint struct {
	Values   []string // of the axes, in their order
	Done     bool
	Cells    []SideCell // one for each style, in the order of reports; none where it failed
	Failed   string     // why it could not be simulated; "" if it was
	Warnings []string
}

// SweepOptions say what is swept.
type SweepOptions struct {
	LoadOptions
	Axes     []Axis
	Variant  string   // "" or Base: the scenario as it is
	Measures []string // to be shown; none: those that a verdict is about
	Named    string
	// Apply changes how each point is simulated, the same for all; nil: nothing.
	Apply func(*Scenario)
}

// defaultShown are shown where nothing else is asked for.
var defaultShown = []string{"stuck", "inconsistent", "latency.p99", "messages.published"}

// NewSweep loads a scenario and checks every value of every axis and every point of
// the grid, before anything is simulated. The error has everything that is wrong.
func NewSweep(src []byte, file string, o SweepOptions) (*Sweep, error) {
	o.ReadFile = cached(o.ReadFile)
	s := &Sweep{Axes: slices.Clone(o.Axes), Sets: o.Sets, File: file, Named: o.Named, src: src, opts: o}
	if err := s.checkAxes(); err != nil {
		return nil, err
	}
	sc, err := s.load(nil)
	if err != nil {
		return nil, err
	}
	s.describe(sc)
	if err := s.checkValues(); err != nil {
		return nil, err
	}
	if s.Points, err = gridOf(s.Axes); err != nil {
		return nil, err
	}
	if err := s.checkPoints(); err != nil {
		return nil, err
	}
	return s, s.checkShown(o.Measures)
}

// cached reads each file once: a grid would read it for every point.
func cached(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	if read == nil {
		return nil
	}
	known := map[string][]byte{}
	var mu sync.Mutex // points are loaded at the same time
	return func(name string) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		if text, ok := known[name]; ok {
			return text, nil
		}
		text, err := read(name)
		if err == nil {
			known[name] = text
		}
		return text, err
	}
}

// load is the scenario with the values over everything else: --set, then what the
// variant sets, then the values.
func (s *Sweep) load(values []Set) (*Scenario, error) {
	opts := s.opts.LoadOptions
	opts.Sets = slices.Clone(s.Sets)
	if s.named() {
		whole, err := Load(s.src, s.File, opts)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(whole.Variants, func(v Variant) bool { return v.Name == s.opts.Variant })
		if i < 0 {
			return nil, fmt.Errorf("%s has no variant %w", s.File, wrongName(quoted(s.opts.Variant), s.opts.Variant, whole.variantNames()))
		}
		opts.Sets = append(opts.Sets, whole.Variants[i].Sets...)
	}
	opts.Sets = append(opts.Sets, values...)
	sc, err := Load(s.src, s.File, opts)
	if err != nil {
		return nil, s.told(err)
	}
	// One cell for each style: what the scenario expects of its base and its
	// variants says nothing about a point.
	sc.Variants, sc.Expect = nil, nil
	sc.Run.UntilDecided, sc.Run.Snapshot = false, false
	for _, m := range s.Shown {
		if _, ok, _ := parseThreshold(m); ok {
			sc.Expect = append(sc.Expect, ExpectText{Text: m + " >= 0"}) // what makes it measured
		}
	}
	if s.opts.Apply != nil {
		s.opts.Apply(sc)
	}
	return sc, nil
}

// named tells whether a variant is swept and not the base.
func (s *Sweep) named() bool { return s.opts.Variant != "" && s.opts.Variant != Base }

// told is an error of loading in the words of the command line: what is varied is
// no --set.
func (s *Sweep) told(err error) error {
	var all *LoadErrors
	if !errors.As(err, &all) {
		return err
	}
	for i := range all.Problems {
		p := &all.Problems[i]
		for _, a := range s.Axes {
			if rest, ok := strings.CutPrefix(p.File, "--set "+a.Path+"="); ok {
				p.File = "--vary " + a.Path + "=" + rest
			}
			p.Hint = strings.ReplaceAll(p.Hint, "--set "+a.Path+"=", "--vary "+a.Path+"=")
		}
	}
	return all
}

func (s *Sweep) describe(sc *Scenario) {
	s.SweepIdentity = SweepIdentity{
		Semantics: Semantics, Scenario: sc.Name, Digest: sc.Digest, Seed: sc.Run.Seed,
		Replications: sc.Run.Replications, Variant: Base,
	}
	if s.named() {
		s.Variant = s.opts.Variant
	}
	for _, style := range sc.styles() {
		s.Styles = append(s.Styles, style.String())
	}
	s.About = sc.About
	side := (&Result{Scenario: sc}).Side("")
	s.Wanted, s.Sometimes = side.Wanted, side.Sometimes
}

// gridOf are the points of all combinations of the axes' values.
func gridOf(axes []Axis) ([]SweepPoint, error) {
	n := 1
	for _, a := range axes {
		if n *= len(a.Values); n > MostPoints {
			return nil, fmt.Errorf("the grid has more than %d points: vary less, or fewer values", MostPoints)
		}
	}
	points := make([]SweepPoint, n)
	for i := range points {
		at := i
		values := make([]string, len(axes))
		for k := len(axes) - 1; k >= 0; k-- {
			values[k] = axes[k].Values[at%len(axes[k].Values)]
			at /= len(axes[k].Values)
		}
		points[i].Values = values
	}
	return points, nil
}

// setsOf are the values of a point as sets.
func (s *Sweep) setsOf(point int) []Set {
	var sets []Set
	for k, v := range s.Points[point].Values {
		sets = append(sets, Set{s.Axes[k].Path, v})
	}
	return sets
}

// Label is "faults.drop=1%, payment.replicas=2".
func (s *Sweep) Label(point int) string {
	var parts []string
	for _, set := range s.setsOf(point) {
		parts = append(parts, set.Path+"="+set.Value)
	}
	return strings.Join(parts, ", ")
}

// Cell is a point in one style; nil where it is not finished or has failed.
func (s *Sweep) Cell(point int, style string) *SideCell {
	for i := range s.Points[point].Cells {
		if c := &s.Points[point].Cells[i]; c.Style == style {
			return c
		}
	}
	return nil
}

// Measure is a measure of a point in one style; nil where it has none.
func (s *Sweep) Measure(point int, style, name string) *Measured {
	if c := s.Cell(point, style); c != nil {
		return c.measure(name)
	}
	return nil
}

// Finished is how many points are.
func (s *Sweep) Finished() int {
	n := 0
	for i := range s.Points {
		if s.Points[i].Done {
			n++
		}
	}
	return n
}

// StyleOf is the style of a name in Styles.
func StyleOf(name string) topology.Style {
	for _, style := range topology.Styles {
		if style.String() == name {
			return style
		}
	}
	return topology.Choreography
}

// Idle are the paths that change nothing at all: every measure of every style is
// equal at all their values, whatever the others are.
func (s *Sweep) Idle() []string {
	var out []string
	step := len(s.Points)
	for _, a := range s.Axes {
		n := len(a.Values)
		step /= n
		idle := n > 1
		for i := range s.Points {
			first := i - (i/step)%n*step
			idle = idle && s.Points[i].Done && s.Points[i].Failed == "" && sameCells(s.Points[i].Cells, s.Points[first].Cells)
		}
		if idle {
			out = append(out, a.Path)
		}
	}
	return out
}

func sameCells(a, b []SideCell) bool {
	return slices.EqualFunc(a, b, func(x, y SideCell) bool {
		return x.Style == y.Style && slices.EqualFunc(x.Measures, y.Measures, func(m, n Measured) bool {
			return m.Name == n.Name && m.Value == n.Value && slices.Equal(m.Each, n.Each)
		})
	})
}
