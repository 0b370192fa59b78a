package scenarios

import (
	"edasim/topology"
)

// defaultDelivery is the language's own.
func defaultDelivery() topology.Delivery {
	return topology.Delivery{
		Latency:       topology.Const(topology.Millisecond),
		AckDeadline:   30 * topology.Second,
		Retry:         topology.Retry{Attempts: topology.UnlimitedAttempts, Initial: topology.Const(topology.Second), Multiplier: 1},
		DeadlineRetry: topology.Retry{Attempts: topology.UnlimitedAttempts, Multiplier: 1},
		Counts:        topology.CountAll,
	}
}

// delivery lays the preset that a node names, and then its keys, over a policy.
// where is the path of the policy in the file.
func (b *build) delivery(n *node, where string, over topology.Delivery) topology.Delivery {
	m := b.mapping(n, deliveryKeys)
	if m == nil {
		return over
	}
	d := over
	if filled := b.preset(m.get("preset"), DeliveryPresets(), where, deliveryKeys); filled != nil {
		d.Preset = m.get("preset").text
		b.deliveryKeys(filled, &d)
	}
	b.deliveryKeys(m, &d)
	b.policies = append(b.policies, policyAt{m, where})
	if d.Settle > 0 && d.Ordering.Kind == topology.Unordered {
		at := n
		if m.has("settle") {
			at = m.keyAt("settle")
		}
		b.failAt(at, "write  ordering: {partitions: 12}", "offsets are committed for each lane, and without an ordering there are no lanes")
	}
	return d
}

func (b *build) deliveryKeys(m *mapping, d *topology.Delivery) {
	m.dist("latency", &d.Latency)
	b.confirm(m.get("publish"), d)
	m.span("dedup", &d.Dedup)
	b.ordering(m.get("ordering"), &d.Ordering)
	b.poll(m.get("poll"), &d.Poll)
	m.count("prefetch", 0, &d.Prefetch)
	if i, ok := m.choice("ack"); ok {
		d.AckBefore = i == 1
	}
	b.settle(m.get("settle"), d)
	m.span("ack_deadline", &d.AckDeadline)
	m.span("ack_renewal", &d.AckRenewal)
	if i, ok := m.choice("late_ack"); ok {
		d.LateAcks = i == 1
	}
	b.crashDetection(m.get("crash_detection"), &d.Crash)
	b.redelivery(m, "retry", &d.Retry)
	b.redelivery(m, "deadline_retry", &d.DeadlineRetry)
	if i, ok := m.choice("redelivered_to"); ok {
		d.ToTail = i == 1
	}
	m.countOr("in_flight", 1, "unlimited", 0, &d.InFlight)
	m.countOr("max_deliveries", 1, "unlimited", 0, &d.MaxDeliveries)
	b.counts(m.get("counts"), d)
	m.span("max_age", &d.MaxAge)
	if i, ok := m.choice("exhausted"); ok {
		d.Exhausted = topology.Exhausted(i)
	}
	b.deadLetters(m.get("dead_letters"), &d.Replay)
	m.span("ttl", &d.TTL)
}

func (b *build) confirm(n *node, d *topology.Delivery) {
	if n == nil {
		return
	}
	if n.kind != mappingNode {
		if _, ok := b.choice(n, "publish", deliveryKeys.words("publish")); ok {
			d.Confirm, d.PublishRetry = 0, topology.Retry{}
		}
		return
	}
	m := b.mapping(n, confirmKeys)
	d.PublishRetry = topology.Retry{}
	m.period("confirm", &d.Confirm)
	b.retry(m.get("retry"), &d.PublishRetry)
	if m != nil && !m.has("confirm") {
		b.failAt(n, "write  publish: {confirm: 1s, retry: …}", "publish needs the time in which a confirm must come")
	}
}

func (b *build) ordering(n *node, o *topology.Ordering) {
	if n == nil {
		return
	}
	if n.kind != mappingNode {
		kinds := []topology.OrderingKind{topology.Unordered, topology.ByFlow, topology.Total}
		if i, ok := b.choice(n, "ordering", deliveryKeys.words("ordering")); ok {
			*o = topology.Ordering{Kind: kinds[i]}
		}
		return
	}
	m := b.mapping(n, orderingKeys)
	if m == nil {
		return
	}
	*o = topology.Ordering{Kind: topology.ByKeyValue}
	if key := m.get("key"); key != nil && b.isName(key) {
		o.Key = key.text
		b.keyExists(key, "")
	}
	if m.has("partitions") {
		o.Kind = topology.ByPartition
		m.count("partitions", 1, &o.Partitions)
	} else if !m.has("key") {
		b.failAt(n, "write  ordering: key  for order within each flow", "an ordering says by what")
	}
}

func (b *build) poll(n *node, p *topology.Poll) {
	if n == nil {
		return
	}
	if n.kind != mappingNode {
		*p = topology.Poll{}
		if !n.plain() || n.text != "none" {
			p.Sleep = b.duration(n, &p.Every)
		}
		return
	}
	m := b.mapping(n, pollKeys)
	*p = topology.Poll{}
	m.period("every", &p.Every)
	m.countOr("batch", 1, "all", 0, &p.Batch)
	if m != nil && !m.has("every") {
		b.failAt(n, "write  poll: {every: 500ms, batch: 100}", "polling says how often")
	}
}

func (b *build) settle(n *node, d *topology.Delivery) {
	if n == nil {
		return
	}
	if n.kind != mappingNode {
		if _, ok := b.choice(n, "settle", deliveryKeys.words("settle")); ok {
			d.Settle = 0
		}
		return
	}
	m := b.mapping(n, settleKeys)
	m.period("every", &d.Settle)
	if m != nil && !m.has("every") {
		b.failAt(n, "write  settle: {every: 5s}", "settling says how often")
	}
}

func (b *build) crashDetection(n *node, c *topology.CrashDetection) {
	if n == nil {
		return
	}
	if n.kind == mappingNode {
		m := b.mapping(n, crashKeys)
		*c = topology.CrashDetection{Kind: topology.OnSession}
		m.duration("session", &c.Session)
		if m != nil && !m.has("session") {
			b.failAt(n, "write  crash_detection: {session: 45s}", "a session says how long")
		}
		return
	}
	kinds := []topology.CrashKind{topology.OnDisconnect, topology.OnDeadline}
	if i, ok := b.choice(n, "crash_detection", deliveryKeys.words("crash_detection")); ok {
		*c = topology.CrashDetection{Kind: kinds[i]}
	}
}

// redelivery reads a delay before redelivery, whose number max_deliveries
// limits.
func (b *build) redelivery(m *mapping, name string, into *topology.Retry) {
	n := m.get(name)
	if n == nil {
		return
	}
	if n.plain() && n.text == "none" {
		b.failAt(n, "write  max_deliveries: 1  to deliver once, or  "+name+": {initial: 0s}  for no delay", "delivery cannot be without redelivery")
		return
	}
	b.retry(n, into)
	into.Attempts = topology.UnlimitedAttempts
	if n.kind != mappingNode {
		return
	}
	for _, p := range n.pairs {
		switch p.key.text {
		case "attempts":
			b.failAt(p.key, "write  max_deliveries: "+p.value.text, "delivery counts its tries with max_deliveries")
		case "budget", "burst":
			b.failAt(p.key, "leave it out", "a broker has no budget of redeliveries")
		}
	}
}

func (b *build) counts(n *node, d *topology.Delivery) {
	if n == nil {
		return
	}
	if n.plain() && n.text == "all" {
		d.Counts = topology.CountAll
		return
	}
	items := n.items
	if n.kind == scalarNode {
		items = []*node{n}
	}
	d.Counts = 0
	for _, item := range items {
		if i, ok := b.choice(item, "counts", aReturn.words); ok {
			d.Counts |= 1 << i
		}
	}
	if len(items) == 0 {
		b.failAt(n, "write  [error, crash, deadline]", "counts is a list, and none is in it")
	}
}

func (b *build) deadLetters(n *node, r *topology.Replay) {
	if n == nil {
		return
	}
	if n.kind != mappingNode {
		if _, ok := b.choice(n, "dead_letters", deliveryKeys.words("dead_letters")); ok {
			*r = topology.Replay{}
		}
		return
	}
	m := b.mapping(n, deadLetterKeys)
	replay := m.get("replay")
	if replay == nil {
		if m != nil && !m.has("replay") {
			b.failAt(n, "write  dead_letters: {replay: {after: 1h, times: 1}}", "dead letters are kept, or replayed")
		}
		return
	}
	*r = topology.Replay{After: topology.Hour, Times: 1}
	rm := b.mapping(replay, replayKeys)
	rm.duration("after", &r.After)
	rm.count("times", 1, &r.Times)
}
