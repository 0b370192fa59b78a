package report

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// flowPicture is who emits what to whom in each style, as the page has it.
type flowPicture struct {
	SVG   template.HTML
	Text  []prose
	Again string // the command that says it in words
}

// picture draws the flow of the base in each style, with the faults beside the
// services at which they were injected.
func picture(r *scenarios.Result) (*flowPicture, error) {
	var shapes []*topology.Shape
	cells := base(r)
	for i := range cells {
		shapes = append(shapes, topology.Examine(r.Scenario.System, cells[i].Style))
	}
	if len(shapes) == 0 || len(shapes[0].Links) == 0 {
		return nil, nil // nobody emits anything to anybody
	}
	var b bytes.Buffer
	faults := injectedAt(r.Scenario)
	var notes []*remarks
	for i, s := range shapes {
		notes = append(notes, remarksOf(s, &cells[i], faults))
	}
	if err := graphSVG(&b, r.Scenario.Name, shapes, notes); err != nil {
		return nil, err
	}
	p := &flowPicture{SVG: template.HTML(b.String()), Again: graphCommand(r.Scenario)}
	for _, s := range shapes {
		var text prose
		text.style(s.Style, s.Style.String())
		text.say(": %s", chainText(s))
		if text.say(" It takes about %s to draw from memory", minutes(s.TenMinute.Seconds)); !s.TenMinute.Drawable() {
			text.say(", which is more than ten")
		}
		text.say(".")
		p.Text = append(p.Text, text)
	}
	return p, nil
}

// chainText says how long the longest chain is that nobody keeps a record of.
func chainText(s *topology.Shape) string {
	if len(s.Longest) < 2 {
		return "no handler leads to another but through who keeps a record of it."
	}
	return fmt.Sprintf("the longest chain that nobody keeps a record of is %s, from %s to %s.",
		plural(len(s.Longest), "handler"), s.Longest[0], s.Longest[len(s.Longest)-1])
}

func minutes(seconds int) string {
	if seconds < 90 {
		return plural(seconds, "second")
	}
	return plural((seconds+30)/60, "minute")
}

// remarksOf are what a run adds to the picture of a style: faults at services, and on
// edges what was lost or became a dead letter. A copy of which only the receiver is
// known counts at the first edge that leads there.
func remarksOf(s *topology.Shape, cell *scenarios.StyleResult, faults map[string][]string) *remarks {
	n := &remarks{faults: faults, losses: map[edge]string{}, weight: map[edge]float64{}}
	flows := cell.Measure("stuck")
	if flows == nil || flows.Of == 0 {
		return n
	}
	_, list := bundles(s)
	lost, dead := map[edge]int64{}, map[edge]int64{}
	most := int64(0)
	for i := range cell.Missed {
		m := &cell.Missed[i]
		for k := range list {
			if e := list[k].edge(); carries(&list[k], m) {
				lost[e] += m.Lost
				dead[e] += m.DeadLettered
				most = max(most, lost[e]+dead[e])
				break
			}
		}
	}
	for k := range list { // in the order of the picture
		e := list[k].edge()
		var parts []string
		if lost[e] > 0 {
			parts = append(parts, perHundred(lost[e], flows.Of)+" lost")
		}
		if dead[e] > 0 {
			parts = append(parts, perHundred(dead[e], flows.Of)+" dead-lettered")
		}
		if len(parts) > 0 {
			n.losses[e] = "✕ " + strings.Join(parts, ", ")
			n.weight[e] = float64(lost[e]+dead[e]) / float64(most)
		}
	}
	return n
}

// carries tells whether what was missed went over a bundle. A reply is drawn with its
// command.
func carries(b *bundle, m *sim.Missed) bool {
	switch m.As {
	case "reply":
		return b.as == topology.ByCommand && b.to == m.From
	case "command":
		if b.as != topology.ByCommand {
			return false
		}
	case "request":
		if b.as != topology.ByCall {
			return false
		}
	default:
		if b.as != topology.ByEvent {
			return false
		}
	}
	label := m.Event
	if label == "" {
		label = strings.TrimPrefix(m.To, b.to+".")
	}
	return topology.ServiceOf(m.To) == b.to && (m.From == "" || m.From == b.from) &&
		(slices.Contains(b.labels, label) || slices.Contains(b.labels, strings.TrimPrefix(m.To, b.to+".")))
}

// perHundred is how many in a hundred flows: two digits, since they say where to look
// and not how much exactly.
func perHundred(n, flows int64) string {
	return fmt.Sprintf("%.2g", float64(100*n)/float64(flows))
}

// injectedAt are the names of the faults that are aimed at each service, or at
// the client, the coordinator or the broker.
func injectedAt(sc *scenarios.Scenario) map[string][]string {
	out := map[string][]string{}
	for i := range sc.Faults {
		f := &sc.Faults[i]
		at := f.Service
		if f.Handler != "" {
			at = topology.ServiceOf(f.Handler)
		}
		if at == "" {
			continue
		}
		name := strings.ReplaceAll(f.Name, "_", " ")
		if !slices.Contains(out[at], name) {
			out[at] = append(out[at], name)
		}
	}
	return out
}
