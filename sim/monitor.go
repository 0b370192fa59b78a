package sim

import (
	"strings"

	"edasim/topology"
)

// monitor is a compiled reconciliation job.
type monitor struct {
	name   string
	check  condition
	shared bool // it asks for shared state: every settled flow is looked at
	every  topology.Time
	repair int32 // handler; -1: none
}

// watched is what one replication keeps of a monitor.
type watched struct {
	flows     []*flow   // settled, to be looked at by the next tick
	took      Histogram // from settling to the tick that saw it
	seen      int64
	missed    int64
	scheduled bool
}

func (c *compiler) monitorsOf() {
	for i := range c.config.System.Monitors {
		def := &c.config.System.Monitors[i]
		check, states, _ := c.condition(def.Check, scope{})
		m := monitor{name: def.Name, check: check, every: def.Every, repair: -1}
		for _, s := range states {
			m.shared = m.shared || c.model.states[s].key != keyNone
		}
		if def.Repair != "" {
			m.repair = c.handlerNamed(def.Repair)
		}
		c.model.monitors = append(c.model.monitors, m)
	}
}

// kept tells whether a monitor has yet to look at a flow.
func (e *engine) kept(f *flow) bool {
	f.watch.settledAt = e.now
	e.look(f, nil)
	for i := range e.Model.monitors {
		m := &e.Model.monitors[i]
		if (f.watch.reported|f.watch.watching)>>i&1 == 1 || !m.shared && m.check(&e.env) {
			continue
		}
		w := &e.watched[i]
		w.flows = append(w.flows, f)
		f.watch.watching |= 1 << i
		if !w.scheduled {
			w.scheduled = true
			e.steps.push((e.now/m.every+1)*m.every, reconciles, ticket(i))
		}
	}
	return f.watch.watching != 0
}

// reconciling tells whether a monitor has yet to look at a settled flow.
func (e *engine) reconciling() bool {
	for i := range e.watched {
		if e.watched[i].scheduled {
			return true
		}
	}
	return false
}

// reconcile is a tick of a monitor.
func (e *engine) reconcile(i uint32) {
	if int(i) >= len(e.Model.monitors) {
		e.watch(int32(i) - int32(len(e.Model.monitors)))
		return
	}
	m, w := &e.Model.monitors[i], &e.watched[i]
	w.scheduled = false
	list := w.flows
	w.flows = nil
	for _, f := range list {
		f.watch.watching &^= 1 << i
		e.look(f, nil)
		wrong := !m.check(&e.env)
		if wrong {
			f.watch.reported |= 1 << i
			w.seen++
			w.took.Add(e.now - f.watch.settledAt)
		}
		if wrong && m.repair >= 0 {
			e.repairFlow(f, &e.Model.handlers[m.repair], m)
			continue
		}
		if f.open == 0 && f.watch.watching == 0 {
			e.settle(f)
		}
	}
}

// repairFlow sends a handler a command in a settled flow, which opens it again.
func (e *engine) repairFlow(f *flow, h *handler, m *monitor) {
	e.live++
	e.planned(e.now)
	if e.forging {
		e.joinRunning(f)
	}
	f.open++
	msg := message{
		flow: f, from: &e.client, site: h.requestSite, word: word{
			kind: anEvent, event: -1, depth: 1, hops: 1, request: none, carried: e.carryAll(f),
			logical: site("repair", m.name), origin: 1,
		},
	}
	e.publish(&msg, h.alone[:])
	if msg.carried != none {
		e.release(msg.carried)
	}
	e.leave(f)
}

// closeMonitors judges what no tick has looked at.
func (e *engine) closeMonitors() {
	for i := range e.watched {
		w := &e.watched[i]
		for _, f := range w.flows {
			e.look(f, nil)
			if !e.Model.monitors[i].check(&e.env) {
				w.missed++
			}
			if f.watch.watching &^= 1 << i; f.watch.watching == 0 && f.open == 0 {
				e.settle(f)
			}
		}
		w.flows = nil
	}
}

func (m *measures) monitorMeasures(e *engine) {
	for i := range e.watched {
		w := &e.watched[i]
		name := "monitor." + e.Model.monitors[i].name + "."
		m.times(name+"detection", &w.took, "mean", "max")
		m.share(name+"undetected", w.missed)
	}
	for i := range e.alarms {
		a := &e.alarms[i]
		name := "alert." + e.Model.alerts[i].name + "."
		m.number(name+"fired", a.fired)
		if a.fired > 0 {
			m.value(name+"after", "s", seconds(a.first-a.since))
		}
	}
}

// alert is a compiled alert: an expression over figures of the last interval.
type alert struct {
	name  string
	when  *topology.Expr
	over  topology.Time
	holds topology.Time
	names []figure
}

// figure is one thing that alerts ask for.
type figure struct {
	text  string
	event int32
	serv  int32
	kind  figureKind
	which anomalyKind
}

type figureKind uint8

const (
	eventRate figureKind = iota
	handledRate
	anomalyRate
	queueLength
)

// alarm is what one replication keeps of an alert.
type alarm struct {
	last  []float64
	held  topology.Time
	fired int64
	first topology.Time
	since topology.Time // start of the first fault window
	on    bool
}

func (c *compiler) alertsOf() {
	for i := range c.config.System.Alerts {
		def := &c.config.System.Alerts[i]
		a := alert{name: def.Name, when: def.When, over: def.Over, holds: def.For}
		for _, n := range def.When.Names() {
			a.names = append(a.names, c.figure(n.Text))
		}
		c.model.alerts = append(c.model.alerts, a)
	}
}

// figure finds what rate(event.X), rate(service.S.handled), rate(anomaly.A) or
// queue(service.S) asks for.
func (c *compiler) figure(text string) figure {
	f := figure{text: text, event: -1, serv: -1}
	what, inside, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	kind, name, _ := strings.Cut(strings.TrimSpace(inside), ".")
	switch {
	case what == "queue":
		f.kind = queueLength
		if s, ok := c.serv[name]; ok {
			f.serv = s
			return f
		}
	case kind == "event":
		f.event = c.eventNamed(name)
		return f
	case kind == "service":
		f.kind = handledRate
		if s, ok := c.serv[strings.TrimSuffix(name, ".handled")]; ok {
			f.serv = s
			return f
		}
	case kind == "anomaly":
		f.kind = anomalyRate
		for a, known := range anomalyNames {
			if known == name {
				f.which = anomalyKind(a)
				return f
			}
		}
	}
	c.fail("an alert asks for %s, which does not exist", text)
	return f
}

// startAlerts plans the first look of every alert.
func (e *engine) startAlerts() {
	for i := range e.alarms {
		a := &e.alarms[i]
		a.last = make([]float64, len(e.Model.alerts[i].names))
		a.since = never
		for _, j := range e.windows {
			a.since = min(a.since, e.injected[j].from)
		}
		if a.since == never {
			a.since = 0
		}
		e.steps.push(e.Model.alerts[i].over, reconciles, ticket(len(e.Model.monitors)+i))
	}
}

// watch evaluates an alert on the figures of its last interval.
func (e *engine) watch(i int32) {
	if !e.open {
		return // what comes after the last arrival is no traffic to judge by
	}
	def, a := &e.Model.alerts[i], &e.alarms[i]
	values := map[string]float64{}
	for j, f := range def.names {
		now := e.count(f)
		v := now
		if f.kind != queueLength {
			v = (now - a.last[j]) / seconds(def.over)
		}
		a.last[j] = now
		values[f.text] = v
	}
	holds := def.when.Eval(func(name string) topology.Value { return topology.Value{Number: values[name]} }).True
	if !holds {
		a.held, a.on = 0, false
	} else if a.held += def.over; a.held >= max(def.holds, def.over) && !a.on {
		a.on = true
		if a.fired++; a.fired == 1 {
			a.first = e.now
		}
		if e.book.tell != nil {
			e.book.tell(Record{At: e.now, Kind: AlertFired, Detail: def.name})
		}
	}
	e.steps.push(e.now+def.over, reconciles, ticket(len(e.Model.monitors))+ticket(i))
}

func (e *engine) count(f figure) float64 {
	switch f.kind {
	case eventRate:
		return float64(e.book.events[f.event])
	case handledRate:
		return float64(e.stations[f.serv].account.commits)
	case anomalyRate:
		return float64(e.book.counts[0].anomalies[f.which] + e.book.counts[1].anomalies[f.which])
	}
	return float64(e.stations[f.serv].waiting)
}
