package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageStyle string

var pageLayout = template.Must(template.New("page").Parse(pageTemplate))

// page is everything that report.html shows.
type page struct {
	CSS         template.CSS
	Title       string
	About, Meta string
	Verdict     []prose
	Expect      []judged
	Contents    []entry
	Legend      []styled
	Sides       *comparison
	Wrong       *plotted
	Mend        *mend
	Latency     *plotted
	Goodput     *plotted
	Queue       *plotted
	Lag         *plotted
	Retries     *plotted
	Services    *comparison
	Others      string // services that have no row
	Depth       *plotted
	Flow        *flowPicture
	Worst       []worst
	Stories     []told
	Faults      []faultRow
	Assumed     []fact
	Presets     []fact
	Again       string
	Shown       commands
	Warnings    []string
}

// entry is a line of the list of contents.
type entry struct{ ID, Title string }

// plotted is a plot and what to see in it.
type plotted struct {
	SVG  template.HTML
	Text []prose
}

// HTML writes the report page: one file that needs no other, makes no request
// and runs no script. Everything that a scenario names is escaped.
func HTML(w io.Writer, r *scenarios.Result) error {
	p, err := makePage(r)
	if err != nil {
		return err
	}
	return pageLayout.Execute(w, p)
}

func makePage(r *scenarios.Result) (*page, error) {
	p := &page{
		CSS: template.CSS(pageStyle), Title: oneLine(r.Scenario.Name), About: oneLine(r.Scenario.About), Meta: meta(r),
		Verdict: verdictProse(r), Sides: newComparison(r, "of all flows", table(r)), Worst: worstFlows(r), Faults: faultRows(r),
		Assumed: assumed(r), Presets: presets(r), Again: again(r), Shown: commandsOf(r), Legend: legend(r),
		Services: newComparison(r, "each service", underLoad(r)),
	}
	for _, v := range []scenarios.Verdict{scenarios.Fail, scenarios.Inconclusive, scenarios.Pass} {
		for i := range r.Expect {
			if r.Expect[i].Verdict == v {
				p.Expect = append(p.Expect, judgedOf(r, &r.Expect[i]))
			}
		}
	}
	for _, w := range r.Warnings {
		p.Warnings = append(p.Warnings, oneLine(w))
	}
	if _, others := busiest(r); others > 0 {
		p.Others = plural(others, "less busy service")
	}
	err := p.draw(r)
	if err != nil {
		return nil, err
	}
	if p.Flow, err = picture(r); err != nil {
		return nil, err
	}
	stories, err := stories(r)
	if err != nil {
		return nil, err
	}
	p.Stories = stories
	p.Contents = p.contents()
	return p, nil
}

// draw puts each plot beside its paragraphs.
func (p *page) draw(r *scenarios.Result) error {
	var variants *plotted
	for _, one := range []struct {
		to   **plotted
		from *figure
		text []prose
	}{
		{&p.Wrong, wrongPlot(r), wrongProse(r)},
		{&variants, mendPlot(r), nil},
		{&p.Latency, latencyPlot(r), latencyProse(r)},
		{&p.Goodput, goodputPlot(r), goodputProse(r)},
		{&p.Queue, queuePlot(r), queueProse(r)},
		{&p.Lag, lagPlot(r), lagProse(r)},
		{&p.Retries, retriesPlot(r), retriesProse(r)},
		{&p.Depth, depthPlot(r), depthProse(r)},
	} {
		if one.from == nil {
			continue
		}
		body, err := one.from.svgBody()
		if err != nil {
			return fmt.Errorf("plot %s: %w", one.from.file, err)
		}
		*one.to = &plotted{one.from.svgInline(body), one.text}
	}
	p.Mend = mending(r, variants)
	return nil
}

// contents are the sections that the page has.
func (p *page) contents() []entry {
	var out []entry
	add := func(has bool, id, title string) {
		if has {
			out = append(out, entry{id, title})
		}
	}
	add(true, "verdict", "Verdict")
	add(p.Flow != nil, "flow", "The flow")
	add(p.Sides != nil, "sides", "Side by side")
	add(p.Mend != nil, "mend", "What mends it")
	add(p.Latency != nil, "latency", "Latency")
	add(p.Goodput != nil, "time", "Over time")
	add(p.Depth != nil, "depth", "Chain depth")
	add(p.Services != nil, "services", "Services under load")
	add(len(p.Worst) > 0, "worst", "Worst flows")
	add(len(p.Faults) > 0, "faults", "Faults that acted")
	add(true, "assumed", "Assumed")
	add(true, "warn", "Warnings")
	return out
}

// meta says in one line how much was simulated.
func meta(r *scenarios.Result) string {
	text := ""
	if m := base(r)[0].Measure("flows"); m != nil {
		text = thousands(int64(m.Value*float64(r.Replications)+0.5)) + " flows"
		if len(base(r)) > 1 {
			text += " in each style"
		}
		text += " · "
	}
	text += plural(r.Replications, "replication") + fmt.Sprintf(", seed %d · 95 %% intervals · edasim %s", r.Seed, scenarios.Version)
	if r.Partial {
		text += " · interrupted: partial"
	}
	return text
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return thousands(int64(n)) + " " + word + "s"
}

// mend is the section on variants.
type mend struct {
	Plot     *plotted
	Table    *comparison
	Variants []mendLine
}

// mendLine is a variant: what it sets, and what that changes in inconsistent flows in
// each style.
type mendLine struct {
	Name    string
	Sets    []scenarios.Set
	Changes []mendChange
}

type mendChange struct {
	Class, Style string
	delta
	Unit string
}

func mending(r *scenarios.Result, plot *plotted) *mend {
	if len(r.Variants) < 2 {
		return nil
	}
	m := &mend{Plot: plot, Table: newComparison(r, "of all flows", variantTable(r))}
	for i := range r.Variants[1:] {
		v := &r.Variants[i+1]
		line := mendLine{Name: oneLine(v.Name), Sets: setsOf(r.Scenario, v.Name)}
		for j := range v.Styles {
			if c := changeBy(r, v, &v.Styles[j]); c != nil {
				line.Changes = append(line.Changes, *c)
			}
		}
		m.Variants = append(m.Variants, line)
	}
	return m
}

// changeBy is what a variant changes in the inconsistent flows of a style; nil where
// that is not known.
func changeBy(r *scenarios.Result, v *scenarios.VariantResult, c *scenarios.StyleResult) *mendChange {
	for i := range r.Differences {
		d := &r.Differences[i]
		if d.Style == nil || *d.Style != c.Style || d.Name != v.Name+"-"+scenarios.Base {
			continue
		}
		if x := find(d.Measures, "inconsistent"); x != nil {
			largest := max(valueOf(c, "inconsistent"), valueOf(r.Variants[0].Style(c.Style), "inconsistent"))
			unit, _ := scaleOf(x.Unit, largest)
			return &mendChange{looks[c.Style].class, c.Style.String(), delta{quantity: showDifference(x, largest), Verdict: judge(x, -1)}, unit}
		}
	}
	return nil
}

func setsOf(sc *scenarios.Scenario, name string) []scenarios.Set {
	for i := range sc.Variants {
		if sc.Variants[i].Name == name {
			return sc.Variants[i].Sets
		}
	}
	return nil
}

// worst is a kind of flow, and the first of its kind in each style.
type worst struct {
	What  string
	Flows []styled // "3/1731"
}

// worstFlows are the witnesses: of what is stuck, then of each invariant, in
// the base and in each variant.
func worstFlows(r *scenarios.Result) []worst {
	var out []worst
	for _, n := range witnessed(r.Scenario.System) {
		for i := range r.Variants {
			v := &r.Variants[i]
			w := worst{What: n.label}
			if i > 0 {
				w.What += ", in " + oneLine(v.Name)
			}
			found := false
			for j := range v.Styles {
				c := &v.Styles[j]
				flow := oneLine(c.Witness[n.measure])
				found = found || flow != ""
				if flow == "" {
					flow = "none"
				}
				w.Flows = append(w.Flows, styled{looks[c.Style].class, c.Style.String(), quantity{flow, ""}})
			}
			if found {
				out = append(out, w)
			}
		}
	}
	return out
}

// witnessed are the kinds of flows of which the first is kept.
func witnessed(sys *topology.System) []named {
	out := []named{{"stuck", "is stuck"}}
	for _, inv := range sys.Invariants {
		if inv.Kind != topology.Sometimes {
			out = append(out, named{sim.MeasureName(inv.Name), "breaks “" + oneLine(inv.Name) + "”"})
		}
	}
	return out
}
