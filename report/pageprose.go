package report

import (
	"fmt"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// prose is a paragraph made by rule. A part with a class has the colour of a
// style; code is set as code.
type prose []part

type part struct {
	Text, Class string
	Code        bool
}

func (p *prose) say(format string, args ...any) {
	*p = append(*p, part{Text: fmt.Sprintf(format, args...)})
}

func (p *prose) style(s topology.Style, text string) {
	*p = append(*p, part{Text: text, Class: looks[s].class})
}

func (p *prose) code(text string) { *p = append(*p, part{Text: text, Code: true}) }

// each says something of every style that has it: "choreography 3.1 %, …".
func (p *prose) each(cells []scenarios.StyleResult, what func(*scenarios.StyleResult) string) bool {
	said := false
	for i := range cells {
		text := what(&cells[i])
		if text == "" {
			continue
		}
		if said {
			p.say(", ")
		}
		p.style(cells[i].Style, cells[i].Style.String())
		p.say(" %s", unbroken(text))
		said = true
	}
	return said
}

// unbroken keeps a figure and its unit on one line.
func unbroken(figure string) string {
	if len(figure) > 16 {
		return figure
	}
	return strings.ReplaceAll(figure, " ", noBreak)
}

// eachBrief says a measure of every style.
func (p *prose) eachBrief(cells []scenarios.StyleResult, measure string) bool {
	return p.each(cells, func(c *scenarios.StyleResult) string {
		if m := c.Measure(measure); m != nil {
			return brief(m)
		}
		return ""
	})
}

// valueOf is a measure's value; 0 where the cell has none.
func valueOf(c *scenarios.StyleResult, measure string) float64 {
	if m := c.Measure(measure); m != nil {
		return m.Value
	}
	return 0
}

// wrongProse says which rules are broken most, and which hold.
func wrongProse(r *scenarios.Result) []prose {
	cells := base(r)
	var held []string
	worst, most := "", 0.0
	for _, inv := range r.Scenario.System.Invariants {
		if inv.Kind == topology.Sometimes {
			continue
		}
		top, known := 0.0, false
		for i := range cells {
			if m := cells[i].Measure("invariant." + sim.MeasureName(inv.Name)); m != nil {
				known = true
				top = max(top, m.Value)
				if m.Unit == "share" && m.Value > most {
					worst, most = inv.Name, m.Value
				}
			}
		}
		if known && top == 0 {
			held = append(held, "“"+oneLine(inv.Name)+"”")
		}
	}
	var out []prose
	if worst != "" {
		var p prose
		p.say("Broken most: “%s”, ", oneLine(worst))
		p.eachBrief(cells, "invariant."+sim.MeasureName(worst))
		p.say(".")
		out = append(out, p)
	}
	if len(held) > 0 {
		var p prose
		p.say("Never broken: %s.", strings.Join(held, ", "))
		out = append(out, p)
	}
	return append(out, anomalyProse(cells)...)
}

// anomalyProse says which anomaly was counted most.
func anomalyProse(cells []scenarios.StyleResult) []prose {
	worst, most := "", 0.0
	for i := range cells {
		for _, m := range cells[i].Measures {
			if strings.HasPrefix(m.Name, "anomaly.") && m.Value > most {
				worst, most = m.Name, m.Value
			}
		}
	}
	if worst == "" {
		return nil
	}
	var p prose
	p.say("Of the anomalies that are counted in every run, “%s” is the most frequent. In 100 flows: ", readable(worst))
	p.each(cells, func(c *scenarios.StyleResult) string {
		return digits(valueOf(c, worst)*100, 2)
	})
	p.say(".")
	return []prose{p}
}

// latencyProse gives the middle, the tail, and what stands behind it.
func latencyProse(r *scenarios.Result) []prose {
	cells := base(r)
	var first, second prose
	first.say("Half of the flows end within: ")
	first.eachBrief(cells, "latency.p50")
	first.say(". One in a hundred takes longer than: ")
	first.eachBrief(cells, "latency.p99")
	first.say(".")
	second.say("The 99th percentile is this many times the median: ")
	said := second.each(cells, func(c *scenarios.StyleResult) string {
		if p50, p99 := valueOf(c, "latency.p50"), valueOf(c, "latency.p99"); p50 > 0 {
			return digits(p99/p50, 2)
		}
		return ""
	})
	second.say(".")
	out := []prose{first}
	if said {
		out = append(out, second)
	}
	if timeout := coordinatorTimeout(r); timeout > 0 {
		cell := r.Cell(scenarios.Base, topology.Orchestrated)
		if share := cell.Latency.Above(r.Scenario.System.Orchestration.Wait.Timeout); share > 0 {
			var p prose
			p.say("%s of flows in ", percent(share))
			p.style(topology.Orchestrated, "orchestration")
			p.say(" last longer than the coordinator’s timeout, %s, after which it sends a command again or gives up.", inWords(timeout))
			out = append(out, p)
		}
	}
	return out
}

// depthProse says how deep the chains are.
func depthProse(r *scenarios.Result) []prose {
	cells := base(r)
	var p prose
	p.say("The deepest chain: ")
	p.eachBrief(cells, "chain_depth.max")
	p.say(". The mean: ")
	p.eachBrief(cells, "chain_depth.mean")
	p.say(".")
	out := []prose{p}
	var why prose
	why.say("Each link is a handler that runs because of an event of the one before it. " +
		"A command from a coordinator, or a call, begins at 1 again, since somebody has a record of how far the flow came.")
	return append(out, why)
}
