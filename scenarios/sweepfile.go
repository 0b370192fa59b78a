package scenarios

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"edasim/sim"
)

// ErrOtherPoint says that a file is not that of the point that was looked for.
var ErrOtherPoint = errors.New("not this point of this sweep")

// pointFile is a finished point as it is kept: with all that must agree before it
// may be used, and every measure of every style.
type pointFile struct {
	Edasim string `json:"edasim"`
	SweepIdentity
	Values   []Set       `json:"values"`
	Failed   string      `json:"failed,omitempty"`
	Warnings []string    `json:"warnings,omitempty"`
	Styles   []styleFile `json:"cells"`
}

type styleFile struct {
	Style    string        `json:"style"`
	Measures []measureFile `json:"measures"`
}

type measureFile struct {
	Name  string          `json:"name"`
	Unit  string          `json:"unit,omitempty"`
	Kind  sim.MeasureKind `json:"kind"`
	Value float64         `json:"value"`
	Low   *float64        `json:"low,omitempty"`
	High  *float64        `json:"high,omitempty"`
	Count *int64          `json:"count,omitempty"`
	Of    int64           `json:"of,omitempty"`
	Each  []float64       `json:"each"`
	In    []int           `json:"in,omitempty"` // absent: every replication
}

// Simulate runs one point and returns its file. It does not change the sweep: that
// is for Accept, so that a point just simulated and one read from a folder are the
// same. A point that cannot be finished for a reason that lies in the scenario is a
// point that failed; ErrNothingFinished says that ctx was cancelled before all of its
// replications were there. It may be called at the same time for different points.
func (s *Sweep) Simulate(ctx context.Context, point int, opts Options) ([]byte, error) {
	return s.simulate(ctx, point, opts, Execute)
}

func (s *Sweep) simulate(ctx context.Context, point int, opts Options,
	execute func(context.Context, *Scenario, Options) (*Result, error)) ([]byte, error) {
	sc, err := s.load(s.setsOf(point))
	if err != nil {
		return nil, err
	}
	f := pointFile{Edasim: Version, SweepIdentity: s.SweepIdentity, Values: s.setsOf(point)}
	r, err := execute(ctx, sc, opts)
	var cause *sim.RunError
	switch {
	case errors.As(err, &cause):
		f.Failed = strings.Replace(err.Error(), Base+", ", s.Variant+", ", 1) // a point has one variant, as its base
	case err != nil:
		return nil, err
	case r.Partial:
		return nil, ErrNothingFinished
	default:
		f.Warnings = r.Warnings
		for i := range r.Variants[0].Styles {
			f.Styles = append(f.Styles, styleOf(&r.Variants[0].Styles[i], r.Replications))
		}
	}
	text, err := json.Marshal(f)
	return append(text, '\n'), err
}

// SimulateEach simulates points, several at the same time where one has too few
// simulations for all jobs, and gives the file of each to keep as soon as it is there,
// one after the other. The options are for all of them together. It ends with the first
// error of a point or of keep, and without one when ctx is cancelled: points that were not
// finished then are not kept.
func (s *Sweep) SimulateEach(ctx context.Context, points []int, opts Options, keep func(point int, file []byte) error) error {
	each := s.Replications * len(s.Styles)
	atOnce, jobs := pointsAtOnce(opts.Jobs, each)
	var mu sync.Mutex // over simulated, the progress and keep
	simulated := 0
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, i := range points {
		if running.Err() != nil {
			break
		}
		g.Go(func() error {
			before := 0
			progress := func(done, _ int) {
				mu.Lock()
				defer mu.Unlock()
				simulated, before = simulated+done-before, done
				if opts.Progress != nil {
					opts.Progress(simulated, len(points)*each)
				}
			}
			file, err := s.Simulate(running, i, Options{Jobs: jobs, Progress: progress})
			if errors.Is(err, ErrNothingFinished) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("at %s: %w", s.Label(i), err)
			}
			progress(each, each) // also of a point that has failed
			mu.Lock()
			defer mu.Unlock()
			return keep(i, file)
		})
	}
	return g.Wait()
}

// pointsAtOnce is how many points are simulated at the same time, and how many
// simulations of each, so that there are about so many jobs (0 or less: one for each
// core).
func pointsAtOnce(jobs, each int) (points, ofEach int) {
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	points = (jobs + each - 1) / each
	return points, jobs / points
}

func styleOf(c *StyleResult, replications int) styleFile {
	out := styleFile{Style: c.Style.String()}
	for i := range c.Measures {
		m := &c.Measures[i]
		if finite(m.Value) == nil {
			continue
		}
		kept := measureFile{Name: m.Name, Unit: m.Unit, Kind: m.Kind, Value: *finite(m.Value), Of: m.Of, Each: m.Each}
		if m.HasInterval {
			kept.Low, kept.High = finite(m.Low), finite(m.High)
		}
		if m.HasCount {
			kept.Count = &m.Count
		}
		if len(m.In) < replications {
			kept.In = m.In
		}
		out.Measures = append(out.Measures, kept)
	}
	return out
}

// Accept takes a point's file. The error is ErrOtherPoint where scenario, rules,
// seed, replications, styles or values are not those of the point, and where the file
// is none.
func (s *Sweep) Accept(point int, text []byte) error {
	var f pointFile
	if json.Unmarshal(text, &f) != nil || f.Edasim == "" || !s.sameIdentity(&f.SweepIdentity) || !slices.Equal(f.Values, s.setsOf(point)) {
		return ErrOtherPoint
	}
	p := SweepPoint{Values: s.Points[point].Values, Done: true, Failed: f.Failed, Warnings: f.Warnings}
	for _, st := range f.Styles {
		c := SideCell{Variant: s.Variant, Style: st.Style}
		for _, m := range st.Measures {
			c.Measures = append(c.Measures, m.measured(s.Replications))
		}
		p.Cells = append(p.Cells, c)
	}
	if f.Failed == "" && !slices.EqualFunc(p.Cells, s.Styles, func(c SideCell, style string) bool { return c.Style == style }) {
		return ErrOtherPoint
	}
	s.Points[point] = p
	return nil
}

func (m *measureFile) measured(replications int) Measured {
	out := Measured{Name: m.Name, Unit: m.Unit, Kind: m.Kind, Value: m.Value, Of: m.Of, Each: m.Each, In: m.In, Bimodal: bimodal(m.Each)}
	if m.Low != nil && m.High != nil {
		out.Low, out.High, out.HasInterval = *m.Low, *m.High, true
	}
	if m.Count != nil {
		out.Count, out.HasCount = *m.Count, true
	}
	if out.In == nil {
		for r := range replications {
			out.In = append(out.In, r)
		}
	}
	return out
}

func (s *Sweep) sameIdentity(o *SweepIdentity) bool { return s.differs(o) == "" }

// differs says in which respect another identity is not the sweep's; "" in none.
func (s *Sweep) differs(o *SweepIdentity) string {
	switch {
	case s.Semantics != o.Semantics:
		return fmt.Sprintf("the rules (semantics %d and %d)", s.Semantics, o.Semantics)
	case s.Digest != o.Digest || s.Scenario != o.Scenario:
		return "the scenario, its --set or a file that it reads (" + s.Scenario + ", " + shortDigest(s.Digest) + ", and " + o.Scenario + ", " + shortDigest(o.Digest) + ")"
	case s.Seed != o.Seed:
		return fmt.Sprintf("the seed (%d and %d)", s.Seed, o.Seed)
	case s.Replications != o.Replications:
		return fmt.Sprintf("the replications (%d and %d)", s.Replications, o.Replications)
	case s.Variant != o.Variant:
		return "the variant (" + s.Variant + " and " + o.Variant + ")"
	case !slices.Equal(s.Styles, o.Styles):
		return "the styles (" + strings.Join(s.Styles, ", ") + " and " + strings.Join(o.Styles, ", ") + ")"
	}
	return ""
}

func shortDigest(d string) string { return d[:min(len(d), len("sha256:")+8)] }

// PointFile is the name of a point's file. It follows from the values alone: a finer
// grid finds the points of a coarser one.
func (s *Sweep) PointFile(point int) string {
	h := sha256.New()
	for _, set := range s.setsOf(point) {
		h.Write([]byte(set.Path + "\x00" + set.Value + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8]) + ".json"
}

// gridFile is the file that says what a folder's points are points of.
type gridFile struct {
	Edasim string `json:"edasim"`
	*Sweep
}

// Grid is the file that ReadGrid reads.
func (s *Sweep) Grid() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(gridFile{Version, s})
	return b.Bytes(), err
}

// ReadGrid is the sweep of which a folder has points, none of them finished yet. It
// can take points and be reported, but not simulated.
func ReadGrid(text []byte) (*Sweep, error) {
	s := &Sweep{}
	f := gridFile{Sweep: s}
	if err := json.Unmarshal(text, &f); err != nil || f.Edasim == "" || len(s.Axes) == 0 || len(s.Styles) == 0 || s.Replications < 1 {
		return nil, errors.New("not a grid that edasim sweep wrote, or not all of it")
	}
	for i := range s.Axes {
		if len(s.Axes[i].Values) == 0 || s.Axes[i].Numbers != nil && len(s.Axes[i].Numbers) != len(s.Axes[i].Values) {
			return nil, errors.New("not a grid that edasim sweep wrote, or not all of it")
		}
	}
	var err error
	s.Points, err = gridOf(s.Axes)
	return s, err
}

// Unlike says in which respect another sweep is not the same as this one, whatever
// is shown of it; "" if it is the same.
func (s *Sweep) Unlike(o *Sweep) string {
	if what := s.differs(&o.SweepIdentity); what != "" {
		return what
	}
	same := slices.EqualFunc(s.Axes, o.Axes, func(a, b Axis) bool {
		return a.Path == b.Path && a.Log == b.Log && slices.Equal(a.Values, b.Values)
	})
	if !same {
		return "the grid (" + axesText(s.Axes) + ", and " + axesText(o.Axes) + ")"
	}
	return ""
}

func axesText(axes []Axis) string {
	var parts []string
	for _, a := range axes {
		parts = append(parts, fmt.Sprintf("%s: %d from %s to %s", a.Path, len(a.Values), a.Values[0], a.Values[len(a.Values)-1]))
	}
	return strings.Join(parts, "; ")
}
