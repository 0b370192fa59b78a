package report

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"edasim/scenarios"
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
	if err := graphSVG(&b, r.Scenario.Name, shapes, injectedAt(r.Scenario)); err != nil {
		return nil, err
	}
	p := &flowPicture{SVG: template.HTML(b.String()), Again: "edasim graph " + shellWord(argument(r.Scenario))}
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
