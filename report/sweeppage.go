package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"edasim/scenarios"
)

//go:embed sweep.html.tmpl
var sweepTemplate string

//go:embed sweep.css
var sweepStyle string

// sweepLayout shares the marks, the prose and the frame of plots with the page of a
// run.
var sweepLayout = template.Must(template.Must(pageLayout.Clone()).New("sweep").Parse(sweepTemplate))

// sweepPage is everything that the report.html of a sweep shows.
type sweepPage struct {
	CSS         template.CSS
	Title       string
	About, Meta string
	Verdict     []string
	Contents    []entry
	Measures    []sweptMeasure
	Assumed     []fact
	Again       string
	Warnings    []string
}

// sweptMeasure is the section of one measure.
type sweptMeasure struct {
	ID, Title string
	Plot      *plotted
	Tables    []pageTable
}

type pageTable struct {
	Title string
	Heads []string
	Rows  [][]string
}

// SweepHTML writes the page of a sweep of one or two settings: one file that needs no
// other, makes no request and runs no script.
func SweepHTML(w io.Writer, s *scenarios.Sweep) error {
	o := newSwept(s)
	figures := o.figures()
	p := &sweepPage{
		CSS: template.CSS(pageStyle + sweepStyle), Title: oneLine(s.Scenario), About: oneLine(s.About), Meta: o.meta(),
		Verdict: o.verdict(), Assumed: o.assumed(), Again: o.again(), Warnings: append(append(o.failures(), o.notMeasured()...), o.warnings()...),
	}
	p.Contents = append(p.Contents, entry{"verdict", "Verdict"})
	for i, measure := range o.shown() {
		m := sweptMeasure{ID: fmt.Sprintf("m%d", i+1), Title: heading(measure)}
		f := figures[i]
		body, err := f.svgBody()
		if err != nil {
			return fmt.Errorf("plot %s: %w", f.file, err)
		}
		m.Plot = &plotted{f.svgInline(body), o.proseOf(measure)}
		for _, t := range o.tables(measure) {
			m.Tables = append(m.Tables, pageTable{t.title, t.heads, t.rows})
		}
		p.Measures = append(p.Measures, m)
		p.Contents = append(p.Contents, entry{m.ID, m.Title})
	}
	p.Contents = append(p.Contents, entry{"assumed", "Assumed"}, entry{"warn", "Warnings"})
	return sweepLayout.Execute(w, p)
}

// figures are the plots of the measures that are shown, in their order.
func (o *swept) figures() []*figure {
	var out []*figure
	used := map[string]int{}
	for _, measure := range o.shown() {
		f := o.curvesPlot
		if o.cols >= 0 {
			f = o.heatPlot
		}
		one := f(measure)
		one.file = fileName(measure)
		if used[one.file]++; used[one.file] > 1 {
			one.file += fmt.Sprintf("-%d", used[one.file])
		}
		out = append(out, one)
	}
	return out
}

// fileName is a measure's name without what file systems and ids refuse.
func fileName(measure string) string {
	return strings.Map(func(c rune) rune {
		if c == '.' || c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '-'
	}, measure)
}

func (o *swept) meta() string {
	var axes []string
	for i := range o.Axes {
		axes = append(axes, axisText(&o.Axes[i]))
	}
	text := strings.Join(axes, " · ") + " · " + plural(o.Replications, "replication") + fmt.Sprintf(" at each point, seed %d · 95 %% intervals · edasim %s", o.Seed, scenarios.Version)
	if o.Variant != scenarios.Base {
		text = "variant " + oneLine(o.Variant) + " · " + text
	}
	return text
}

// ranges say between what each measure lies, and where it is least and most.
func (o *swept) ranges() []string {
	var out []string
	for _, measure := range o.shown() {
		sc, _ := o.scale(measure)
		var parts []string
		for _, style := range o.Styles {
			least, most := -1, -1
			for i := range o.Points {
				m := o.Measure(i, style, measure)
				if m == nil {
					continue
				}
				if least < 0 || m.Value < o.Measure(least, style, measure).Value {
					least = i
				}
				if most < 0 || m.Value > o.Measure(most, style, measure).Value {
					most = i
				}
			}
			switch {
			case least < 0:
			case least == most:
				parts = append(parts, style+" "+o.figure(sc, least, style, measure))
			default:
				parts = append(parts, fmt.Sprintf("%s from %s (%s) to %s (%s)", style, o.figure(sc, least, style, measure), oneLine(strings.Join(o.Points[least].Values, ", ")),
					o.figure(sc, most, style, measure), oneLine(strings.Join(o.Points[most].Values, ", "))))
			}
		}
		out = append(out, unbrokenFigures(heading(measure)+": "+strings.Join(parts, "; ")+"."))
	}
	return out
}

// mostFindings are enough to open with; the sections have all.
const mostFindings = 8

// verdict is what the sweep found in sentences: first whether the styles change places
// at all, then each measure in turn.
func (o *swept) verdict() []string {
	out := o.idle()
	if len(o.Styles) > 1 && o.crossingAxis() >= 0 {
		var in, none []string
		for _, measure := range o.shown() {
			kinds := map[scenarios.CrossingKind]bool{}
			for _, c := range o.crossings(measure) {
				kinds[c.Kind] = true
			}
			switch name := strings.ReplaceAll(measureTitle(measure), ", ", " "); {
			case kinds[scenarios.Crosses]:
				in = append(in, name)
			default:
				none = append(none, name)
			}
		}
		switch {
		case len(in) > 0 && len(none) > 0:
			out = append(out, fmt.Sprintf("Which style has less depends on %s in %s; not in %s.", oneLine(o.Axes[o.crossingAxis()].Path), listed(in), listed(none)))
		case len(in) > 0:
			out = append(out, fmt.Sprintf("Which style has less depends on %s in %s.", oneLine(o.Axes[o.crossingAxis()].Path), listed(in)))
		case len(none) > 0:
			out = append(out, fmt.Sprintf("In this range of %s the styles do not change places in %s.", oneLine(o.Axes[o.crossingAxis()].Path), listed(none)))
		}
	}
	if len(out) == 0 {
		out = o.ranges()
	}
	for _, measure := range o.shown() {
		if !slices.ContainsFunc(o.crossings(measure), func(c scenarios.Crossing) bool { return c.Kind == scenarios.Crosses }) {
			continue
		}
		for _, text := range o.crossingLines(measure) {
			if len(out) < mostFindings {
				out = append(out, unbrokenFigures(heading(measure)+": "+uncapital(text)))
			}
		}
	}
	return out
}

func uncapital(text string) string { return strings.ToLower(text[:1]) + text[1:] }

func listed(names []string) string {
	n := len(names)
	if n == 1 {
		return names[0]
	}
	return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
}

// proseOf says how a measure moves from one end to the other, and where it crosses.
func (o *swept) proseOf(measure string) []prose {
	var out []prose
	sc, _ := o.scale(measure)
	if o.cols < 0 && len(o.Points) > 1 {
		var p prose
		last := len(o.Points) - 1
		p.say("From %s to %s: ", oneLine(o.Points[0].Values[0]), oneLine(o.Points[last].Values[0]))
		for i, style := range o.Styles {
			if i > 0 {
				p.say("; ")
			}
			p.style(scenarios.StyleOf(style), style)
			p.say(" %s to %s", unbroken(o.figure(sc, 0, style, measure)), unbroken(o.figure(sc, last, style, measure)))
		}
		p.say(".")
		out = append(out, p)
	}
	for _, text := range o.crossingLines(measure) {
		var p prose
		p.say("%s", unbrokenFigures(text))
		out = append(out, p)
	}
	if o.cols >= 0 && measure == o.shown()[0] {
		var p prose
		p.say("All styles have the same scale: the stronger the tint, the more.")
		if len(o.Styles) == 2 {
			p.say(" The difference is shaded in the colour of the style that does better; a thick line runs where it changes its sign.")
		}
		out = append(out, p)
	}
	return out
}

func (o *swept) assumed() []fact {
	out := []fact{
		{"scenario", oneLine(o.File)}, {"digest", o.Digest},
		{"edasim", fmt.Sprintf("%s, semantics %d", scenarios.Version, o.Semantics)},
		{"seed, replications", fmt.Sprintf("%d, %d at each point: every point has the same draws", o.Seed, o.Replications)},
	}
	for i := range o.Axes {
		out = append(out, fact{"varied", axisText(&o.Axes[i])})
	}
	for _, s := range o.Sets {
		out = append(out, fact{"set", oneLine(s.Path + " = " + s.Value)})
	}
	if len(o.Styles) > 1 {
		out = append(out, fact{"crossings", "where the straight line between paired differences at neighbouring values is 0, which says nothing of what bends between them; a sign counts where its interval, for all values together, excludes 0"})
	}
	return out
}

// warnings are those of the points, each once, and where it was given.
func (o *swept) warnings() []string {
	var texts []string
	at := map[string][]string{}
	for i := range o.Points {
		for _, w := range o.Points[i].Warnings {
			if at[w] == nil {
				texts = append(texts, w)
			}
			at[w] = append(at[w], o.Label(i))
		}
	}
	var out []string
	for _, w := range texts {
		where := at[w]
		text := "at " + strings.Join(where[:min(len(where), 2)], "; ")
		switch n := len(where); {
		case n == len(o.Points) && n > 1:
			text = "at every point"
		case n > 2:
			text += fmt.Sprintf(" and %d more", n-2)
		}
		out = append(out, oneLine(w+" ("+text+")"))
	}
	return out
}

// WriteSweepDir writes what is made of a sweep's points into an empty folder:
// sweep.json, sweep.csv and, of one or two settings, report.html and the plots.
func WriteSweepDir(dir string, s *scenarios.Sweep) error {
	files := map[string][]byte{}
	writers := []struct {
		name  string
		write func(io.Writer, *scenarios.Sweep) error
	}{{SweepFile, SweepJSON}, {"sweep.csv", SweepCSV}, {"report.html", SweepHTML}}
	if len(s.Axes) > 2 {
		writers = writers[:2]
	}
	for _, f := range writers {
		var b bytes.Buffer
		if err := f.write(&b, s); err != nil {
			return err
		}
		files[f.name] = b.Bytes()
	}
	if len(s.Axes) <= 2 {
		plots, err := filesOf(newSwept(s).figures())
		if err != nil {
			return err
		}
		for name, data := range plots {
			files[filepath.Join("plots", name)] = data
		}
	}
	return writeFiles(dir, files)
}
