package scenarios

import (
	"fmt"
	"slices"

	"edasim/topology"
)

// noEffect warns that a key changes nothing, and why. What stands in the base alone may
// be there for a variant, but a reader has to know.
func (b *build) noEffect(m *mapping, name, why string) {
	if m.has(name) {
		b.warn(fmt.Sprintf("line %d: %s changes nothing: %s", m.keyAt(name).pos.Line, name, why))
	}
}

// unheeded warns of keys of a policy that say something of what cannot happen under it.
func (b *build) unheeded(m *mapping, d *topology.Delivery) {
	if d.AckBefore {
		for _, name := range []string{"settle", "ack_deadline", "ack_renewal", "late_ack", "crash_detection", "retry", "deadline_retry",
			"redelivered_to", "in_flight", "max_deliveries", "counts", "max_age", "exhausted"} {
			b.noEffect(m, name, "with  ack: before  a message is delivered at most once")
		}
		return
	}
	if d.AckDeadline == 0 {
		for _, name := range []string{"ack_renewal", "late_ack", "deadline_retry"} {
			b.noEffect(m, name, "with  ack_deadline: none  no lease expires")
		}
	} else if d.AckRenewal > 0 && d.AckRenewal <= d.AckDeadline {
		b.noEffect(m, "ack_renewal", fmt.Sprintf("a lease of %s needs no renewal within %s",
			topology.FormatDuration(d.AckDeadline), topology.FormatDuration(d.AckRenewal)))
	}
	if d.MaxDeliveries == 0 {
		b.noEffect(m, "counts", "max_deliveries is unlimited")
		if d.MaxAge == 0 {
			b.noEffect(m, "exhausted", "neither max_deliveries nor max_age is limited")
		}
	}
}

// checkNoEffect finds keys of handlers that contradict each other, or that no other key
// makes use of.
func (b *build) checkNoEffect() {
	if b.variant {
		return // the base has the line, and there it is told
	}
	for _, r := range b.refs.handlers {
		h := r.handler
		if h.Publishing.Order == topology.Outbox && h.Publishing.Gap > 0 {
			b.noEffect(r.keys, "gap", "an outbox is one write")
		}
	}
	run := b.peek(b.top.get("run"), runKeys)
	if run == nil {
		return
	}
	if !b.top.has("expect") {
		b.noEffect(run, "until", "without  expect  nothing is to be decided")
	}
	switch most := run.get("max_replications"); {
	case !run.has("until"):
		b.noEffect(run, "max_replications", "without  until: decided  none are added")
	case most != nil && most.text != fmt.Sprint(b.run.MaxReplications):
		b.noEffect(run, "max_replications", fmt.Sprintf("there are %d from the start", b.run.Replications))
	}
}

// brokerKeys say how a broker delivers.
var brokerKeys = []string{"publish", "dedup", "ordering", "poll", "prefetch", "ack", "settle", "ack_renewal", "late_ack",
	"crash_detection", "retry", "deadline_retry", "redelivered_to", "in_flight", "max_deliveries", "counts", "max_age", "exhausted", "ttl"}

// checkBroker finds what is said of a broker where none delivers: only direct calls are
// simulated, and nothing is published beside them.
func (b *build) checkBroker() {
	if !slices.Equal(b.run.Styles, []topology.Style{topology.DirectCalls}) || b.publishes() {
		return
	}
	b.noBroker(b.top)
	if services := b.top.get("services"); services != nil {
		for _, p := range services.pairs {
			b.noBroker(b.peek(p.value, serviceKeys))
		}
	}
	for _, r := range b.refs.handlers {
		b.noBroker(r.keys)
	}
}

// publishes tells whether anything is published where calls are direct: what is emitted
// later, and what a detached handler hears.
func (b *build) publishes() bool {
	for _, r := range b.refs.handlers {
		later := func(e topology.Emission) bool { return e.After != nil }
		if r.handler.Detached || slices.ContainsFunc(r.handler.Emits, later) ||
			r.handler.Refuses != nil && slices.ContainsFunc(r.handler.Refuses.Emits, later) {
			return true
		}
	}
	return false
}

func (b *build) noBroker(m *mapping) {
	if m == nil {
		return
	}
	delivery := b.peek(m.get("delivery"), deliveryKeys)
	if delivery == nil {
		return
	}
	if n := delivery.get("ack_deadline"); n != nil && n.text != "none" {
		b.failAt(delivery.keyAt("ack_deadline"), "write  direct: {timeout: …}", "only direct calls are simulated, which no broker leases: ack_deadline has no meaning")
	}
	for _, name := range brokerKeys {
		b.noEffect(delivery, name, "only direct calls are simulated, and no broker delivers them")
	}
}
