package report

import (
	"context"
	"errors"
	"strings"

	"edasim/faults"
	"edasim/scenarios"
	"edasim/sim"
)

// told is the story of a flow as the page has it.
type told struct {
	styled
	Headline string
	Moments  []toldMoment
	Left     string // how much is left out
	Tree     string
	Again    string // the command that tells it
}

type toldMoment struct {
	At, Where, Text string
	Marks           []string
	Fault           bool
}

// storyWork is how many messages may be simulated again for one story on the page.
const storyWork = 2_000_000

// stories tells the first flow of each style that goes wrong, of those that do not
// take long to come to.
func stories(r *scenarios.Result) ([]told, error) {
	if len(r.Scenario.Source) == 0 {
		return nil, nil // it cannot be simulated again
	}
	var out []told
	cells := base(r)
	for i := range cells {
		c := &cells[i]
		flow, ok := firstWitness(r, c)
		if !ok {
			continue
		}
		style := c.Style
		s, err := scenarios.Explain(context.Background(), r.Scenario, scenarios.Which{Style: &style, Flow: flow}, scenarios.ExplainOptions{Alone: true})
		if errors.Is(err, scenarios.ErrNoSuchFlow) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, tellOnPage(s, r))
	}
	return out, nil
}

// firstWitness is the flow of the first invariant that is broken, or the first that
// is stuck.
func firstWitness(r *scenarios.Result, c *scenarios.StyleResult) (faults.Flow, bool) {
	names := []string{}
	for _, inv := range r.Scenario.System.Invariants {
		names = append(names, sim.MeasureName(inv.Name))
	}
	for _, name := range append(names, "stuck") {
		flow, ok := scenarios.ParseFlow(c.Witness[name])
		if !ok {
			continue
		}
		flows := max(valueOf(c, "flows"), 1)
		perRun := float64(r.Messages) / float64(max(r.Replications*len(r.Variants)*len(r.Variants[0].Styles), 1))
		if perRun*min(float64(flow.Number)*float64(r.Replications)/flows, 1) <= storyWork {
			return flow, true
		}
	}
	return faults.Flow{}, false
}

func tellOnPage(s *scenarios.Story, r *scenarios.Result) told {
	t := told{
		styled:   styled{Class: looks[s.Style].class, Style: s.Style.String()},
		Headline: storyHeadline(s),
		Again:    explainCommand(argument(r.Scenario), Flags(r.Scenario), s),
	}
	moments, left := shortened(tell(s), false)
	for _, m := range moments {
		t.Moments = append(t.Moments, toldMoment{span(m.after), m.where, m.text, m.marks, m.where == "FAULT"})
	}
	if left > 0 {
		t.Left = plural(left, "moment") + " more"
	}
	var b strings.Builder
	for _, root := range causes(s) {
		treeText(&b, root, "", "")
	}
	t.Tree = b.String()
	return t
}
