package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"edasim/topology"
)

// noEffect warns that a key changes nothing, and why. What stands in the base alone may
// be there for a variant, but a reader has to know.
func (b *build) noEffect(m *mapping, name, why string) {
	if m.has(name) {
		b.warn(fmt.Sprintf("line %d: %s changes nothing: %s", m.keyAt(name).pos.Line, name, why))
	}
}

// policyAt is a delivery policy as it is written, and its path.
type policyAt struct {
	keys  *mapping
	where string // "delivery", "payment.delivery", "payment.charge.delivery"
}

// heirs are the policies, with all that they inherit, of those for whom a written one
// counts.
func (b *build) heirs(p *policyAt) []*topology.Delivery {
	var out []*topology.Delivery
	of := strings.TrimSuffix(p.where, "delivery") // "payment."
	for _, r := range b.refs.handlers {
		if strings.HasPrefix(topology.FullName(r.service, r.handler)+".", of) {
			out = append(out, &r.handler.Delivery)
		}
	}
	if of == "" || strings.HasPrefix(of, "orchestration.") {
		out = append(out, &b.sys.Orchestration.Delivery)
	}
	return out
}

// unheeded warns of keys of a policy that say something of what cannot happen under it,
// for anybody to whom it applies.
func (b *build) unheeded(p *policyAt) {
	heirs := b.heirs(p)
	nobody := func(heeds func(d *topology.Delivery) bool) bool { return !slices.ContainsFunc(heirs, heeds) }
	none := func(why string, names ...string) {
		for _, name := range names {
			b.noEffect(p.keys, name, why)
		}
	}
	if nobody(func(d *topology.Delivery) bool { return !d.AckBefore }) {
		none("with  ack: before  a message is delivered at most once", "settle", "ack_deadline", "ack_renewal", "late_ack",
			"crash_detection", "retry", "deadline_retry", "redelivered_to", "in_flight", "max_deliveries", "counts", "max_age", "exhausted")
		return
	}
	switch {
	case nobody(func(d *topology.Delivery) bool { return d.AckDeadline > 0 }):
		none("with  ack_deadline: none  no lease expires", "ack_renewal", "late_ack", "deadline_retry")
	case nobody(func(d *topology.Delivery) bool { return d.AckDeadline > 0 && d.AckRenewal > d.AckDeadline }):
		none("no lease is shorter than that", "ack_renewal")
	}
	if nobody(func(d *topology.Delivery) bool { return d.MaxDeliveries > 0 }) {
		none("max_deliveries is unlimited", "counts")
		if nobody(func(d *topology.Delivery) bool { return d.MaxAge > 0 }) {
			none("neither max_deliveries nor max_age is limited", "exhausted")
		}
	}
}

// checkNoEffect finds keys of handlers that contradict each other, or that no other key
// makes use of.
func (b *build) checkNoEffect() {
	for i := range b.policies {
		b.unheeded(&b.policies[i])
	}
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
