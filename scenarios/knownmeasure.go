package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/sim"
	"edasim/topology"
)

// anomalyNames are what is counted without being asked for.
var anomalyNames = []string{
	"lost", "duplicate_effect", "out_of_order", "stale_action", "lost_update", "orphan_event", "missing_event",
	"contradiction", "undecodable", "ignored", "dead_lettered", "forged", "late_reply", "runaway",
}

// flatMeasures are the measures whose names do not depend on the scenario.
var flatMeasures = []string{
	"flows", "settled", "unsettled", "stuck", "inconsistent",
	"inconsistency_window.mean", "inconsistency_window.p99", "inconsistency_window.max",
	"hops.mean", "hops.max", "chain_depth.mean", "chain_depth.p99", "chain_depth.max",
	"messages.published", "messages.delivered", "messages.redelivered", "messages.deduplicated",
	"amplification", "throughput", "goodput", "collapsed",
	"recovery.mean", "recovery.max", "recovery.never",
}

var latencyFigures = []string{"mean", "p50", "p90", "p95", "p99", "p999", "max"}

var serviceFigures = []string{
	"amplification", "utilization", "handled", "throughput", "wait.mean", "wait.p50", "wait.p95", "wait.p99",
	"sojourn.mean", "sojourn.p99", "queue.mean", "queue.max", "in_flight.mean", "in_flight.max",
}

// families are the first words of measures that go on with a name.
var families = []string{"outcome", "invariant", "anomaly", "latency", "fault", "service", "state", "event", "monitor", "alert"}

// isMeasureWord tells whether a measure begins with the word.
func isMeasureWord(name string) bool {
	for _, m := range flatMeasures {
		if first, _, _ := strings.Cut(m, "."); first == name {
			return true
		}
	}
	return slices.Contains(families, name) && name != "outcome"
}

// KnownMeasure is nil for the name of a measure that running the system with
// these faults can have, and otherwise says what is wrong with the name.
func KnownMeasure(sys *topology.System, injected []faults.Injection, name string) error {
	if times, duration, ok := strings.Cut(name, overMark); ok {
		if KnownMeasure(sys, injected, times+".p99") != nil || times == "chain_depth" {
			return fmt.Errorf("%s: only times that have percentiles are over another, such as latency.over.2s", quoted(name))
		}
		_, err := topology.ParseDuration(duration)
		return err
	}
	family, rest, _ := strings.Cut(name, ".")
	switch {
	case slices.Contains(flatMeasures, name), family == "latency" && slices.Contains(latencyFigures, rest):
		return nil
	case family == "latency":
		if outcome, figure, ok := strings.Cut(rest, "."); ok {
			return knownIn("latency."+outcome, figure, latencyFigures, knownName("outcome", outcome, outcomeNames(sys)))
		}
	}
	var known []string
	switch family {
	case "service":
		service, figure, _ := strings.Cut(rest, ".")
		names := []string{faults.Coordinator}
		for _, s := range sys.Services {
			names = append(names, s.Name)
		}
		return knownIn("service."+service, figure, serviceFigures, knownName("service", service, names))
	case "state":
		return knownState(sys, rest)
	case "event":
		event, figure, _ := strings.Cut(rest, ".")
		return knownIn("event."+event, figure, []string{"lag.mean", "lag.p99"}, knownName("event", event, eventNames(sys)))
	case "fault":
		fault, figure, _ := strings.Cut(rest, ".")
		var names []string
		for _, f := range injected {
			names = append(names, f.Name)
		}
		return knownIn("fault."+fault, figure, []string{"eligible", "fired"}, knownName("fault", fault, names))
	case "outcome":
		return knownName("outcome", rest, outcomeNames(sys))
	case "anomaly":
		return knownName("anomaly", rest, anomalyNames)
	case "invariant":
		for _, inv := range sys.Invariants {
			known = append(known, sim.MeasureName(inv.Name))
		}
		return knownName("invariant", rest, known)
	case "monitor":
		monitor, figure, _ := strings.Cut(rest, ".")
		for _, m := range sys.Monitors {
			known = append(known, m.Name)
		}
		return knownIn("monitor."+monitor, figure, []string{"detection.mean", "detection.max", "undetected"}, knownName("monitor", monitor, known))
	case "alert":
		alert, figure, _ := strings.Cut(rest, ".")
		for _, a := range sys.Alerts {
			known = append(known, a.Name)
		}
		return knownIn("alert."+alert, figure, []string{"fired", "after"}, knownName("alert", alert, known))
	}
	return unknownMeasure(name)
}

func knownName(what, name string, known []string) error {
	if slices.Contains(known, name) {
		return nil
	}
	if name == "" {
		return fmt.Errorf("%s needs a name: %s", what, listed(known))
	}
	return wrongName("there is no "+what+" "+quoted(name), name, known)
}

// knownIn checks the figure of something that is known itself.
func knownIn(of, figure string, figures []string, err error) error {
	if err != nil || slices.Contains(figures, figure) {
		return err
	}
	if figure == "" {
		return errors.New(of + " is not a measure by itself: it has " + strings.Join(figures, ", "))
	}
	return wrongName(of+" has no measure "+quoted(figure), figure, figures)
}

// wrongName is an error with the nearest name that is right.
func wrongName(msg, name string, known []string) error {
	if hint := meant(name, known); hint != "" {
		return fmt.Errorf("%s: %s", msg, hint)
	}
	return errors.New(msg)
}

func knownState(sys *topology.System, rest string) error {
	service, more, _ := strings.Cut(rest, ".")
	name, figure, _ := strings.Cut(more, ".")
	var services, states []string
	for _, s := range sys.Services {
		services = append(services, s.Name)
		for _, st := range s.State {
			if s.Name == service && !st.IsWord {
				states = append(states, st.Name)
			}
		}
	}
	err := knownName("service", service, services)
	if err == nil {
		err = knownName("number in the state of "+service+",", name, states)
	}
	return knownIn("state."+service+"."+name, figure, []string{"mean", "min", "max", "sum"}, err)
}

func outcomeNames(sys *topology.System) []string {
	names := []string{failedOutcome}
	for _, o := range sys.Outcomes {
		names = append(names, o.Name)
	}
	return names
}

func eventNames(sys *topology.System) []string {
	var names []string
	for _, u := range topology.EventUses(sys) {
		names = append(names, u.Event)
	}
	return names
}

// unknownMeasure suggests the nearest measure, and else how measures begin.
func unknownMeasure(name string) error {
	known := slices.Clone(flatMeasures)
	for _, figure := range latencyFigures {
		known = append(known, "latency."+figure)
	}
	if near, ok := nearest(name, known); ok {
		return fmt.Errorf("there is no measure %s: did you mean %s?", quoted(name), quoted(near))
	}
	return fmt.Errorf("there is no measure %s: see the table of measures in the documentation", quoted(name))
}
