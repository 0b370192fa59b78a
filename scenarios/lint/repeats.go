package lint

import (
	"fmt"
	"slices"

	"edasim/faults"
	"edasim/topology"
)

// repeatable tells whether a second run of the handler changes more than the first: it
// adds, or computes from what is there. A word that is set twice is the same word.
func (h *handler) repeatable() bool {
	return slices.ContainsFunc(h.Effects, func(e topology.Effect) bool { return e.Op != topology.SetWord })
}

// stopsItself tells whether the handler's own guard is false after its own effects, for
// every value of the flow's state that some handlers lead to: then a second run finds
// nothing to do.
func (d *design) stopsItself(h *handler) bool {
	if h.When == nil || h.Otherwise == topology.Refuse {
		return false
	}
	effects := map[string]topology.Effect{}
	for _, e := range h.Effects {
		if e.Op == topology.SetExpr {
			return false
		}
		effects[e.State] = e
	}
	var own []string
	for _, n := range h.When.Names() {
		st, full := d.state(h.service, n.Text)
		if st == nil || st.Per != "" {
			return false // shared, or not a state: no one knows what it is by then
		}
		if full == h.service.Name+"."+st.Name {
			own = append(own, st.Name)
		}
	}
	held := false
	for _, values := range d.combinations(h.service, own) {
		before := d.lookup(h.service, values)
		if !h.When.Eval(before).True {
			continue
		}
		held = true
		after := map[string]topology.Value{}
		for name, v := range values {
			if e, ok := effects[name]; ok && e.Op == topology.Add {
				v.Number += e.Delta
			} else if ok {
				v.Word = e.Word
			}
			after[name] = v
		}
		if h.When.Eval(d.lookup(h.service, after)).True {
			return false
		}
	}
	return held
}

// combinations are the values that some states of a service may have in a flow: the
// initial one, and that after any one handler of the service.
func (d *design) combinations(s *topology.Service, states []string) []map[string]topology.Value {
	all := []map[string]topology.Value{{}}
	for _, name := range states {
		st := d.states[s.Name+"."+name]
		first := initial(st)
		values := []topology.Value{first}
		for _, h := range s.Handlers {
			for _, e := range h.Effects {
				v := first
				switch {
				case e.State != name || e.Op == topology.SetExpr:
					continue
				case e.Op == topology.Add:
					v.Number += e.Delta
				default:
					v.Word = e.Word
				}
				if !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
		}
		var next []map[string]topology.Value
		for _, m := range all {
			for _, v := range values {
				with := map[string]topology.Value{name: v}
				for k, old := range m {
					with[k] = old
				}
				next = append(next, with)
			}
		}
		if all = next; len(all) > 256 {
			return all[:256]
		}
	}
	return all
}

// lookup gives expressions of a service the values of some of its states, and the
// initial ones of all others.
func (d *design) lookup(s *topology.Service, values map[string]topology.Value) func(string) topology.Value {
	return func(name string) topology.Value {
		st, full := d.state(s, name)
		if st == nil {
			return topology.Value{}
		}
		if v, ok := values[st.Name]; ok && full == s.Name+"."+st.Name {
			return v
		}
		return initial(st)
	}
}

func initial(st *topology.State) topology.Value {
	if st.IsWord {
		return topology.Value{Type: topology.Word, Word: st.Word}
	}
	return topology.Value{Type: topology.Number, Number: st.Number}
}

// runsAgain says why a handler may run twice for what should happen once, and publish
// what it emits a second time under new message ids; empty: it does not.
func (d *design) runsAgain(h *handler) string { return d.runsAgainBut(h, map[*handler]bool{}) }

func (d *design) runsAgainBut(h *handler, seen map[*handler]bool) string {
	if seen[h] || h.Idempotent.By == topology.ByKey || d.stopsItself(h) {
		return ""
	}
	seen[h] = true
	if h.Idempotent.By == topology.NotIdempotent && d.redelivered(h) {
		return h.name + " runs again whenever its message is delivered again"
	}
	if w := d.trigger(h); w != nil && w.Wait != nil && tries(w.Wait.Retry) > 1 {
		return "its client sends " + w.Event + " again"
	}
	for _, b := range h.before {
		if why := d.runsAgainBut(b, seen); why != "" {
			return why
		}
	}
	return ""
}

// redelivered tells whether a message comes to the handler again after it was handled:
// at least once is all that a broker promises.
func (d *design) redelivered(h *handler) bool {
	return d.heardFromBroker(h) && !h.Delivery.AckBefore
}

func notIdempotent(d *design, r *reporter) {
	for _, h := range d.handlers {
		if !h.repeatable() || h.Idempotent.By != topology.NotIdempotent || d.stopsItself(h) {
			continue
		}
		why := ""
		switch {
		case d.redelivered(h):
			why = "the broker delivers at least once"
		case d.heardFromBroker(h) && len(d.ofKind("duplicate")) > 0 && h.Delivery.Dedup == 0:
			why = "the broker may have a message twice"
		case d.in(topology.DirectCalls) && tries(d.sys.Direct.Wait.Retry) > 1:
			why = "a caller that got no answer calls again"
		case d.calledAgain(h):
			why = "a caller that got no answer calls again"
		default:
			continue
		}
		f := Finding{
			Pos: d.at(h, "effects"), Subject: h.name,
			What:  fmt.Sprintf("%s applies its effects again each time it gets the same message again, and %s.", h.name, why),
			Write: "idempotent: key",
		}
		for _, b := range h.before {
			if again := d.runsAgain(b); again != "" {
				f.What += fmt.Sprintf(" It also gets what should come once from two runs: %s.", again)
				break
			}
		}
		if share, by := d.repeated(h, map[*handler]bool{}); share > 0 && d.in(topology.Choreography) {
			f.Figure = fmt.Sprintf("About %s of the flows that come here, in choreography, by %s on the way.", percent(share), by)
			if d.certain(h, map[*handler]bool{}) {
				f.Predicts = []Prediction{{"choreography.anomaly.duplicate_effect", share, true}}
			}
		}
		r.found(f)
	}
}

// calledAgain tells whether a handler is called by one that tries again.
func (d *design) calledAgain(h *handler) bool {
	for _, caller := range d.handlers {
		for _, call := range caller.Calls {
			if call.Handler == h.name && tries(call.Wait.Retry) > 1 {
				return true
			}
		}
	}
	return false
}

// repeated is the share of the flows that reach a handler in which it gets the same
// thing at least twice, from what duplicates and loses acks all the time, and what is
// to blame: 1 - (1-p)^n over the n messages in a row that can be copied.
func (d *design) repeated(h *handler, seen map[*handler]bool) (share float64, by string) {
	if seen[h] {
		return 0, ""
	}
	seen[h] = true
	once := 1.0
	for _, event := range h.Consumes {
		p, kind := 1.0, ""
		for _, f := range d.ofKind("duplicate", "ack_loss") {
			if !f.always() || f.Fault.Kind() == "duplicate" && (h.Delivery.Dedup > 0 || f.Service != "" || f.Handler != "") ||
				f.Fault.Kind() == "ack_loss" && h.Delivery.AckDeadline == 0 || !f.strikes(h, event) {
				continue
			}
			p *= 1 - f.Probability
			kind = f.Name
		}
		if kind != "" && 1-p > 1-once {
			once, by = p, kind
		}
	}
	most, upstream := 0.0, ""
	for _, b := range h.before {
		if b.Idempotent.By == topology.NotIdempotent && !d.stopsItself(b) {
			if p, kind := d.repeated(b, seen); p > most {
				most, upstream = p, kind
			}
		}
	}
	if by == "" {
		by = upstream
	}
	return 1 - float64(once*(1-most)), by
}

// certain tells whether every flow comes to a handler, along handlers that each start
// the next: then the share of flows is a rate for all of them.
func (d *design) certain(h *handler, seen map[*handler]bool) bool {
	if seen[h] || h.When != nil || h.Join || len(h.Consumes) != 1 || h.Delivery.AckBefore {
		return false
	}
	seen[h] = true
	if d.triggered(h) {
		return true
	}
	if len(h.before) != 1 {
		return false
	}
	b := h.before[0]
	for _, e := range b.Emits {
		if e.Event == h.Consumes[0] && e.Probability == 1 && b.Refuses == nil {
			return d.certain(b, seen)
		}
	}
	return false
}

func messageIDs(d *design, r *reporter) {
	for _, h := range d.handlers {
		if h.Idempotent.By != topology.ByMessage {
			continue
		}
		why := ""
		for _, b := range h.before {
			if why = d.runsAgain(b); why != "" {
				break
			}
		}
		if w := d.trigger(h); why == "" && w != nil && w.Wait != nil && tries(w.Wait.Retry) > 1 {
			why = "its client sends " + w.Event + " again"
		}
		if why == "" && d.in(topology.Orchestrated) && tries(d.sys.Orchestration.Wait.Retry) > 1 && !h.Detached {
			why = "the coordinator sends a command again that was not answered in time"
		}
		if why == "" && d.in(topology.DirectCalls) && tries(d.sys.Direct.Wait.Retry) > 1 {
			why = "a caller that got no answer calls again"
		}
		if why == "" {
			continue
		}
		r.found(Finding{
			Pos: d.at(h, "idempotent"), Subject: h.name,
			What:  fmt.Sprintf("%s knows messages by their id, but the same thing may come under another id: %s. A message id is made once for each publish; what is published by a second run has a new one.", h.name, why),
			Write: "idempotent: key",
		})
	}
}

func dualWrite(d *design, r *reporter) {
	for _, h := range d.handlers {
		if len(h.Effects) == 0 || len(h.Emits) == 0 || h.Publishing.Order == topology.Outbox || !d.in(topology.Choreography) {
			continue
		}
		f := Finding{Pos: d.at(h, "emits"), Subject: h.name, Write: "publishing: outbox"}
		if h.Publishing.Order == topology.BeforeCommit {
			f.Pos = d.at(h, "publishing")
			f.What = fmt.Sprintf("%s publishes before it commits. If it dies between the two writes, or its commit fails, others act on what never happened.", h.name)
		} else if why := d.neverAgain(h); why != "" {
			f.What = fmt.Sprintf("%s commits and then publishes. If it dies between the two writes, its event is lost for ever: %s.", h.name, why)
		} else {
			continue // delivered again, it publishes after all
		}
		for _, c := range d.ofKind("crash") {
			if p, ok := crashBetween(c); ok && c.strikes(h, "") && c.always() && d.certain(h, map[*handler]bool{}) && h.Publishing.Order == topology.AfterCommit {
				f.Figure = fmt.Sprintf("%s of its runs, at %s.", percent(p), c.Name)
				f.Predicts = []Prediction{{"choreography.anomaly.missing_event", p, true}}
			}
		}
		r.found(f)
	}
}

// neverAgain says why a run that died after its commit does not publish when its
// message is delivered again; empty: it does.
func (d *design) neverAgain(h *handler) string {
	switch {
	case h.Delivery.AckBefore:
		return "its message was acked before, and does not come again"
	case h.Idempotent.By != topology.NotIdempotent && !h.Idempotent.Replays:
		return "the message comes again and is skipped, since its effects are there"
	case d.stopsItself(h) && h.Otherwise == topology.Ignore:
		return "the message comes again and its guard is false by then"
	}
	return ""
}

// crashBetween is how often a crash strikes between the two writes; false: it does not.
func crashBetween(f faultOf) (float64, bool) {
	c, ok := f.Fault.(faults.Crash)
	return f.Probability, ok && c.At&faults.CrashBetween != 0
}

func memoryTooShort(d *design, r *reporter) {
	for _, h := range d.handlers {
		if memory := h.Idempotent.For; memory > 0 && d.heardFromBroker(h) {
			if span, why := d.horizon(h); span > memory {
				r.found(Finding{
					Pos: d.at(h, "idempotent"), Subject: h.name,
					What:   fmt.Sprintf("%s forgets what it has done after %s, and the same thing may come again %s later: it is then done again.", h.name, duration(memory), horizonText(span)),
					Figure: why, Write: enough(span),
				})
			}
		}
		if window := h.Delivery.Dedup; window > 0 && h.Delivery.Confirm > 0 {
			if span := waitSpan(topology.Wait{Timeout: h.Delivery.Confirm, Retry: h.Delivery.PublishRetry}); span > window && len(h.before) > 0 {
				r.found(Finding{
					Pos: d.at(h, "delivery"), Subject: h.name,
					What:  fmt.Sprintf("The broker knows a message id for %s, and a producer that gets no confirm publishes the same message for up to %s.", duration(window), horizonText(span)),
					Write: "a longer dedup, or fewer attempts in publish",
				})
			}
		}
	}
}

func horizonText(span topology.Time) string {
	if span == endless {
		return "any time"
	}
	return duration(span)
}

func enough(span topology.Time) string {
	if span == endless {
		return "max_deliveries or max_age in delivery, and then a memory that is longer"
	}
	return fmt.Sprintf("idempotent: {by: key, for: …} of more than %s", duration(span))
}

// horizon is how long after a run the same thing may come again, and why.
func (d *design) horizon(h *handler) (topology.Time, string) {
	span, why := redeliveryHorizon(&h.Delivery)
	if h.Idempotent.By == topology.ByKey {
		if d.in(topology.Orchestrated) && !h.Detached {
			if s := waitSpan(d.sys.Orchestration.Wait); s > span {
				span, why = s, fmt.Sprintf("The coordinator sends a command again for up to %s.", horizonText(s))
			}
		}
		if w := d.trigger(h); w != nil && w.Wait != nil {
			if s := waitSpan(*w.Wait); s > span {
				span, why = s, fmt.Sprintf("The client sends again for up to %s.", horizonText(s))
			}
		}
	}
	return span, why
}

// redeliveryHorizon is how long a broker goes on delivering a message: each delivery
// may last to its ack deadline, and waits before the next; then dead letters that are
// put back.
func redeliveryHorizon(v *topology.Delivery) (topology.Time, string) {
	if v.AckBefore {
		return 0, ""
	}
	span, why := topology.Time(endless), "It is delivered again without end."
	switch {
	case v.MaxDeliveries > 0:
		span = 0
		for i := 1; i < v.MaxDeliveries && span < endless; i++ {
			span = add(span, add(v.AckDeadline, max(backoff(v.Retry, i), backoff(v.DeadlineRetry, i))))
		}
		why = fmt.Sprintf("It is delivered up to %d times, each with an ack deadline of %s.", v.MaxDeliveries, duration(v.AckDeadline))
	case v.MaxAge > 0:
		span, why = v.MaxAge, fmt.Sprintf("It is delivered again for %s.", duration(v.MaxAge))
	}
	if v.Replay.Times > 0 && v.Exhausted == topology.ToDeadLetters && span < endless {
		for range v.Replay.Times {
			span = add(span, v.Replay.After)
		}
		why += fmt.Sprintf(" Dead letters come back after %s.", duration(v.Replay.After))
	}
	if v.TTL > 0 && v.TTL < span {
		span, why = v.TTL, fmt.Sprintf("It may come again until its ttl of %s.", duration(v.TTL))
	}
	return span, why
}
