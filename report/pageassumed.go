package report

import (
	"fmt"
	"slices"
	"strings"

	"edasim/scenarios"
	"edasim/topology"
)

// fact is a term and what holds of it.
type fact struct{ Term, Text string }

// faultRow is a fault and how often it acted, in each style.
type faultRow struct {
	Name  string
	Cells []faultCell
}

type faultCell struct {
	Class, Style    string
	Fired, Eligible string
	Never           bool
}

// faultRows are the faults of the base, in the order of the scenario.
func faultRows(r *scenarios.Result) []faultRow {
	cells := base(r)
	var out []faultRow
	for i := range cells {
		for _, f := range cells[i].Faults {
			at := slices.IndexFunc(out, func(row faultRow) bool { return row.Name == oneLine(f.Name) })
			if at < 0 {
				at = len(out)
				out = append(out, faultRow{oneLine(f.Name), make([]faultCell, len(cells))})
				for j := range cells {
					out[at].Cells[j] = faultCell{Class: looks[cells[j].Style].class, Style: cells[j].Style.String(), Fired: "–"}
				}
			}
			c := &out[at].Cells[i]
			c.Fired, c.Eligible, c.Never = thousands(f.Fired), thousands(f.Eligible), f.Fired == 0
		}
	}
	return out
}

// assumed is what a reader must know to judge the figures and to make them
// again.
func assumed(r *scenarios.Result) []fact {
	sc := r.Scenario
	out := []fact{
		{"scenario", oneLine(sc.File)},
		{"digest", sc.Digest},
		{"edasim", fmt.Sprintf("%s, semantics %d", scenarios.Version, scenarios.Semantics)},
		{"seed, replications", fmt.Sprintf("%d, %d", r.Seed, r.Replications)},
		{"load", load(sc.System)},
	}
	if late := lateReplies(r); late != "" {
		out = append(out, fact{"late replies", late})
	}
	if sc.Run.Warmup > 0 {
		out = append(out, fact{"warm-up", "flows started in the first " + inWords(inSeconds(sc.Run.Warmup)) + " are not measured"})
	}
	if sc.Run.Drain > 0 {
		out = append(out, fact{"drain", "what is under way ends within " + inWords(inSeconds(sc.Run.Drain)) + " of the last arrival, or is not judged"})
	}
	if o := sc.System.Orchestration; o.Wait.Timeout > 0 && slices.Contains(stylesOf(base(r)), topology.Orchestrated) {
		out = append(out, fact{"coordinator", "gives up an attempt after " + inWords(inSeconds(o.Wait.Timeout))})
	}
	return out
}

// load says what starts flows, and how often.
func load(sys *topology.System) string {
	var out []string
	for _, w := range sys.Workloads {
		text := oneLine(w.Event)
		switch {
		case w.Clients > 0:
			text += " from " + plural(w.Clients, "client")
		case w.Rate > 0:
			text += " " + decimal(w.Rate) + "/s"
		case w.Every > 0:
			text += " every " + inWords(inSeconds(w.Every))
		case w.Trace != nil:
			text += ", a trace of " + thousands(int64(len(w.Trace.At)))
		case len(w.Phases) > 0:
			text += " in " + plural(len(w.Phases), "phase")
		default:
			text += ", " + plural(len(w.Times), "time")
		}
		if w.Batch > 1 {
			text += fmt.Sprintf(", %d at a time", w.Batch)
		}
		if w.For > 0 {
			text += " for " + inWords(inSeconds(w.For))
		}
		if w.Flows > 0 {
			text += ", until " + plural(w.Flows, "flow")
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// lateReplies says whether an answer to an attempt that has timed out still
// counts, for each party that waits; "" if nobody does.
func lateReplies(r *scenarios.Result) string {
	sys := r.Scenario.System
	var out []string
	add := func(who string, accepted bool) {
		word := " ignores them"
		if accepted {
			word = " accepts them"
		}
		out = append(out, who+word)
	}
	for _, s := range stylesOf(base(r)) {
		switch s {
		case topology.Orchestrated:
			add("the coordinator", sys.Orchestration.Wait.LateReply)
		case topology.DirectCalls:
			add("a direct caller", sys.Direct.Wait.LateReply)
		}
	}
	for _, w := range sys.Workloads {
		if w.Wait != nil {
			add("the client of "+oneLine(w.Event), w.Wait.LateReply)
		}
	}
	for _, s := range sys.Services {
		for _, h := range s.Handlers {
			for _, c := range h.Calls {
				add(h.Name+" calling "+c.Handler, c.Wait.LateReply)
			}
		}
	}
	return strings.Join(out, ", ")
}

// presets are the values that presets filled in; places with the same values
// are one line.
func presets(r *scenarios.Result) []fact {
	type use struct{ where, preset, values string }
	var uses []use
	for _, u := range r.Scenario.Presets {
		value := oneLine(u.Key + ": " + u.Value)
		if n := len(uses); n > 0 && uses[n-1].where == u.Where && uses[n-1].preset == u.Preset {
			uses[n-1].values += " · " + value
			continue
		}
		uses = append(uses, use{u.Where, u.Preset, value})
	}
	var out []use
	for _, u := range uses {
		at := slices.IndexFunc(out, func(o use) bool { return o.preset == u.preset && o.values == u.values })
		if at < 0 {
			out = append(out, u)
		} else {
			out[at].where += ", " + u.where
		}
	}
	var facts []fact
	for _, u := range out {
		facts = append(facts, fact{oneLine(u.preset), oneLine(u.where) + " — " + u.values})
	}
	return facts
}
