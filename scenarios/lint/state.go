package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"edasim/topology"
)

// orderNeeded finds a guard that is false until another handler of the service has run,
// where nothing says that it has.
func orderNeeded(d *design, r *reporter) {
	for _, h := range d.handlers {
		if h.When == nil || h.Otherwise == topology.Nack || len(h.Consumes) == 0 || h.Join || !(d.in(topology.Choreography) || h.Detached) {
			continue
		}
		if h.When.Eval(d.lookup(h.service, nil)).True {
			continue
		}
		for _, a := range d.opens(h) {
			if d.comesAfter(h, a) || d.keptInOrder(a, h) {
				continue
			}
			f := Finding{
				Pos: d.at(h, "when"), Subject: h.name,
				What: fmt.Sprintf("%s finds its guard false until %s has run, and nothing makes %s come after that: what comes first is %s.",
					h.name, a.name, strings.Join(h.Consumes, " or "), [...]string{"ignored for ever", "", "refused", "dead-lettered"}[h.Otherwise]),
				Write: "otherwise: retry, or an ordering for both in delivery",
			}
			if early, ok := d.overtakes(h, a); ok {
				f.Figure = fmt.Sprintf("About %s of the flows, when both wait for no worker: both events come from one run.", percent(early))
			}
			r.found(f)
			break
		}
	}
}

// opens are the handlers of a guard's service that can make it true.
func (d *design) opens(h *handler) []*handler {
	var out []*handler
	for _, n := range h.When.Names() {
		st, full := d.state(h.service, n.Text)
		if st == nil || st.Per != "" || full != h.service.Name+"."+st.Name {
			continue
		}
		for _, a := range d.handlers {
			if a.service == h.service && a != h && len(a.Consumes) > 0 && a.changes(full) && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// comesAfter tells whether all that starts h is caused by runs of a.
func (d *design) comesAfter(h, a *handler) bool {
	if d.triggered(h) || len(h.before) == 0 {
		return false
	}
	for _, b := range h.before {
		if b != a && !d.leadsTo(a, b) {
			return false
		}
	}
	return true
}

// keptInOrder tells whether one lane holds what both handlers hear.
func (d *design) keptInOrder(a, b *handler) bool {
	return a.Delivery.Ordering.Kind != topology.Unordered && a.Delivery.Ordering == b.Delivery.Ordering
}

// overtakes is how often the event of h is there before a has committed, where one run
// emits both: P(L_h < L_a + T_a), from the quantiles of the three times.
func (d *design) overtakes(h, a *handler) (share float64, ok bool) {
	if !slices.ContainsFunc(h.before, func(b *handler) bool { return slices.Contains(a.before, b) }) &&
		(d.trigger(h) == nil || d.trigger(h) != d.trigger(a)) {
		return 0, false
	}
	const n = 50
	grid := func(v *topology.Dist) (out [n]topology.Time) {
		for i := range out {
			out[i] = v.Quantile((float64(i) + 0.5) / n)
		}
		return out
	}
	lh, la, ta := grid(h.Delivery.Latency), grid(a.Delivery.Latency), grid(a.Takes)
	early := 0.0
	for _, x := range la {
		for _, y := range ta {
			for _, z := range lh {
				switch {
				case z < x+y:
					early++
				case z == x+y:
					early += 0.5
				}
			}
		}
	}
	return early / (n * n * n), true
}

// staleCopy finds decisions on another service's state as an event carried it.
func staleCopy(d *design, r *reporter) {
	for _, h := range d.handlers {
		if h.ReadsStore {
			continue
		}
		exprs := []*topology.Expr{h.When}
		for _, e := range h.Effects {
			exprs = append(exprs, e.Expr)
		}
		for _, e := range exprs {
			if name, who := d.movingForeign(h, e); name != "" {
				r.found(Finding{
					Pos: d.exprPlace(h, e), Subject: h.name,
					What: fmt.Sprintf("%s decides on %s as its event carried it, and %s may have changed it since: the copy is as old as the message, its redeliveries included.",
						h.name, name, who),
					Write: "reads: store",
				})
				break
			}
		}
	}
}

func (d *design) exprPlace(h *handler, e *topology.Expr) topology.Pos {
	if e.Pos.Line > 0 {
		return e.Pos
	}
	return h.Pos
}

// movingForeign is a name of another service's state in an expression that some handler
// may change while the event is under way.
func (d *design) movingForeign(h *handler, e *topology.Expr) (name, who string) {
	if e == nil {
		return "", ""
	}
	for _, n := range e.Names() {
		st, full := d.state(h.service, n.Text)
		if st == nil || strings.HasPrefix(full, h.service.Name+".") {
			continue
		}
		for _, c := range d.handlers {
			if c.changes(full) && (st.Per != "" || !d.comesAfterOrIs(h, c)) {
				return full, c.name
			}
		}
	}
	return "", ""
}

// comesAfterOrIs tells whether h hears only of what happened after c, and c never comes
// again after h.
func (d *design) comesAfterOrIs(h, c *handler) bool {
	return d.comesAfter(h, c) && !d.leadsTo(h, c)
}

func lostUpdate(d *design, r *reporter) {
	for _, h := range d.handlers {
		if h.Isolation != topology.ReadCommitted || workersOf(h.service) < 2 {
			continue
		}
		for _, e := range h.Effects {
			st := d.states[h.service.Name+"."+e.State]
			if e.Op != topology.SetExpr || st == nil || st.Per == "" || !readsItself(e) {
				continue
			}
			f := Finding{
				Pos: e.Pos, Subject: h.name,
				What: fmt.Sprintf("%s reads %s, computes, and writes it %s later: a change that was made between is overwritten.",
					h.name, e.State, duration(topology.Time(h.Takes.Mean()))),
				Write: e.State + ": +1 (an atomic increment), or isolation: serializable",
			}
			if share, ok := d.overwritten(h, st); ok {
				f.Figure = fmt.Sprintf("About %s of its runs: 1 - exp(-λT) for another one of the same value in the time of one.", percent(share))
				if _, constant := h.Takes.Constant(); constant && math.IsInf(workersOf(h.service), 1) && d.in(topology.Choreography) && d.certain(h, map[*handler]bool{}) {
					f.Predicts = []Prediction{{"choreography.anomaly.lost_update", share, false}}
				}
			}
			r.found(f)
			break
		}
	}
}

func readsItself(e topology.Effect) bool {
	return slices.ContainsFunc(e.Expr.Names(), func(n *topology.Node) bool { return n.Text == e.State || strings.HasSuffix(n.Text, "."+e.State) })
}

// overwritten is the share of runs during which another run on the same value commits:
// arrivals by chance, at rate λ for each value, and none that waits.
func (d *design) overwritten(h *handler, st *topology.State) (float64, bool) {
	values := 1.0
	for _, k := range d.sys.Keys {
		if k.Name == st.Per {
			if values = float64(k.Count); k.Zipf > 0 {
				return 0, false
			}
		}
	}
	return 1 - math.Exp(-h.rate/values*h.Takes.Mean()/float64(topology.Second)), h.rate > 0
}

func checkThenAct(d *design, r *reporter) {
	for _, h := range d.handlers {
		if h.When == nil || h.Isolation != topology.ReadCommitted || workersOf(h.service) < 2 || h.Takes.Mean() == 0 {
			continue
		}
		for _, n := range h.When.Names() {
			st, full := d.state(h.service, n.Text)
			if st == nil || st.Per == "" || full != h.service.Name+"."+st.Name || !h.changes(full) {
				continue
			}
			r.found(Finding{
				Pos: d.at(h, "when"), Subject: h.name,
				What: fmt.Sprintf("%s checks %s when it starts and changes it %s later: several runs find the same last one, and all take it.",
					h.name, st.Name, duration(topology.Time(h.Takes.Mean()))),
				Figure: fmt.Sprintf("Up to %s runs at once.", number(workersOf(h.service))),
				Write:  "isolation: serializable",
			})
			break
		}
	}
}
