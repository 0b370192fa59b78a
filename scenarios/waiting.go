package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"edasim/topology"
)

// percent is a share as people write it.
func percent(share float64) string {
	return trimNumber(share*100) + " %"
}

// calls are blocking requests to other services.
func (b *build) calls(n *node, service string, h *topology.Handler) {
	if n == nil {
		return
	}
	items := n.items
	if n.kind != sequenceNode {
		items = []*node{n}
	}
	for _, item := range items {
		m := b.mapping(item, callKeys)
		if m == nil {
			continue
		}
		c := topology.Call{Pos: item.pos}
		if handler := m.get("handler"); handler != nil {
			c.Handler = b.handlerName(handler, service)
		} else if !m.has("handler") {
			b.failAt(item, "write  {handler: service.handler, …}", "a call names its handler")
		}
		b.waiting(m, &c.Wait)
		h.Calls = append(h.Calls, c)
	}
}

// handlerName is the full name of a handler that a key refers to; whether it
// exists is checked when all are known. A bare name is one of the own service.
func (b *build) handlerName(n *node, service string) string {
	text, ok := b.scalar(n, "a handler")
	if !ok {
		return ""
	}
	if !strings.Contains(text, ".") && service != "" {
		text = service + "." + text
	}
	b.refs.named = append(b.refs.named, namedRef{n, text})
	return text
}

// waiting reads the keys of whoever waits for an answer.
func (b *build) waiting(m *mapping, w *topology.Wait) {
	if m == nil {
		return
	}
	m.span("timeout", &w.Timeout)
	b.retry(m.get("retry"), &w.Retry)
	if r := &w.Retry; r.Attempts > 0 && len(r.List) >= r.Attempts {
		b.warn(fmt.Sprintf("line %d: of %d delays in the list only %d are used: attempts is %d", m.keyAt("retry").pos.Line, len(r.List), r.Attempts-1, r.Attempts))
	}
	b.breaker(m.get("breaker"), &w.Breaker)
	if i, ok := m.choice("late_reply"); ok {
		w.LateReply = i == 1
		if w.Timeout == 0 {
			b.failAt(m.keyAt("late_reply"), "write  timeout: 1s", "without a timeout no reply is late")
		}
	}
}

// defaultRetry is what a given retry policy leaves out.
func defaultRetry() topology.Retry {
	return topology.Retry{Attempts: 3, Initial: topology.Const(100 * topology.Millisecond), Multiplier: 2}
}

func (b *build) retry(n *node, into *topology.Retry) {
	if n == nil {
		return
	}
	if n.plain() && n.text == "none" {
		*into = topology.Retry{}
		return
	}
	m := b.mapping(n, retryKeys)
	if m == nil {
		return
	}
	r := defaultRetry()
	m.countOr("attempts", 1, "unlimited", topology.UnlimitedAttempts, &r.Attempts)
	b.backoff(m, &r)
	b.budget(m, &r)
	*into = r
}

// backoff reads how long to wait before each retry.
func (b *build) backoff(m *mapping, r *topology.Retry) {
	m.dist("initial", &r.Initial)
	m.span("max", &r.Max)
	if n := m.get("multiplier"); n != nil {
		if v, ok := b.number(n, "a multiplier", 1, 1000); ok {
			r.Multiplier = v
		}
	}
	b.jitter(m.get("jitter"), r)
	n := m.get("list")
	if n == nil {
		return
	}
	for _, other := range []string{"initial", "multiplier", "max"} {
		if m.has(other) {
			b.failAt(m.keyAt(other), "leave one of them out", "the list of delays replaces %s", quoted(other))
		}
	}
	r.List = b.durations(n, "the list of delays")
}

// durations is a list of durations.
func (b *build) durations(n *node, what string) []topology.Time {
	if n.kind != sequenceNode || len(n.items) == 0 {
		b.failAt(n, "write  [1s, 5s]", "%s is a list of durations, and this is %s", what, b.kindOf(n))
		return nil
	}
	var out []topology.Time
	for _, item := range n.items {
		var t topology.Time
		if b.duration(item, &t) {
			out = append(out, t)
		}
	}
	return out
}

func (b *build) jitter(n *node, r *topology.Retry) {
	if n == nil {
		return
	}
	if n.kind == scalarNode && strings.HasSuffix(n.text, "%") {
		if b.probability(n, &r.Spread) {
			r.Jitter = topology.JitterSpread
		}
		return
	}
	if i, ok := b.choice(n, "jitter", append(slices.Clone(retryKeys.words("jitter")), "20%")); ok {
		r.Jitter = topology.Jitter(i)
	}
}

func (b *build) budget(m *mapping, r *topology.Retry) {
	burst := 10.0
	if n := m.get("burst"); n != nil {
		if v, ok := b.number(n, "burst", 1, largestCount); ok {
			burst = v
		}
		if budget := m.get("budget"); budget == nil || budget.plain() && budget.text == "none" {
			b.failAt(m.keyAt("burst"), "write  budget: 10%", "a burst is of a budget, and there is none")
		}
	}
	n := m.get("budget")
	if n == nil || n.plain() && n.text == "none" {
		return
	}
	budget := topology.Budget{Burst: burst}
	if b.probability(n, &budget.Ratio) {
		r.Budget = &budget
	}
}

// number is a plain number within bounds.
func (b *build) number(n *node, what string, least, most float64) (float64, bool) {
	text, ok := b.scalar(n, what)
	if !ok {
		return 0, false
	}
	v, err := parseNumber(text)
	if err != nil {
		b.ill(n, "%v", err)
		return 0, false
	}
	if v < least || v > most {
		b.ill(n, "%s: %s is from %s to %s", quoted(text), what, trimNumber(least), trimNumber(most))
		return 0, false
	}
	return v, true
}

func (b *build) breaker(n *node, into **topology.Breaker) {
	if n == nil {
		return
	}
	if n.plain() && n.text == "none" {
		*into = nil
		return
	}
	m := b.mapping(n, breakerKeys)
	if m == nil {
		return
	}
	br := topology.Breaker{Failures: 0.5, Window: 10 * topology.Second, Minimum: 20, Open: 30 * topology.Second}
	m.probability("failures", &br.Failures)
	m.period("window", &br.Window)
	m.count("minimum", 1, &br.Minimum)
	m.period("open", &br.Open)
	*into = &br
}

func (b *build) orchestration(n *node, delivery topology.Delivery) {
	o := &b.sys.Orchestration
	*o = topology.Orchestration{
		Concurrency: 1, Delivery: delivery,
		Wait: topology.Wait{Timeout: 30 * topology.Second, Compensate: true, Retry: defaultRetry()},
	}
	o.Wait.Retry.Initial = topology.Const(topology.Second)
	m := b.mapping(n, orchestrationKeys)
	if m == nil {
		return
	}
	if filled := b.preset(m.get("preset"), OrchestrationPresets(), "orchestration", orchestrationKeys); filled != nil {
		o.Preset = m.get("preset").text
		b.orchestrationWaits(filled, o)
	}
	b.orchestrationWaits(m, o)
	if c := b.mapping(m.get("coordinator"), coordinatorKeys); c != nil {
		c.countOr("concurrency", 1, "unlimited", topology.Unlimited, &o.Concurrency)
		c.dist("takes", &o.Takes)
		o.Delivery = b.delivery(c.get("delivery"), "orchestration.coordinator.delivery", delivery)
	}
}

func (b *build) orchestrationWaits(m *mapping, o *topology.Orchestration) {
	b.waiting(m, &o.Wait)
	if i, ok := m.choice("exhausted"); ok {
		o.Wait.Compensate = i == 0
	}
}

func (b *build) direct(n *node) {
	b.sys.Direct = topology.Direct{Wait: topology.Wait{Timeout: 30 * topology.Second}}
	if m := b.mapping(n, directKeys); m != nil {
		m.dist("latency", &b.sys.Direct.Latency)
		b.waiting(m, &b.sys.Direct.Wait)
	}
}

// runOptions reads how the scenario is simulated.
func (b *build) runOptions(n *node) {
	b.run = Run{
		Seed: 1, Replications: 10, Drain: topology.Hour, MaxHops: 100, MaxReplications: 100,
		Styles: []topology.Style{topology.Choreography, topology.Orchestrated},
	}
	m := b.mapping(n, runKeys)
	if m == nil {
		return
	}
	b.seed(m.get("seed"))
	m.count("replications", 1, &b.run.Replications)
	m.duration("warmup", &b.run.Warmup)
	m.duration("drain", &b.run.Drain)
	m.count("max_hops", 1, &b.run.MaxHops)
	m.count("max_replications", 1, &b.run.MaxReplications)
	_, b.run.UntilDecided = m.choice("until")
	m.boolean("snapshot", &b.run.Snapshot)
	b.styles(m.get("styles"))
	b.run.MaxReplications = max(b.run.MaxReplications, b.run.Replications)
}

func (b *build) seed(n *node) {
	if n == nil {
		return
	}
	if v, ok := b.number(n, "a seed", 0, 1e15); ok && v == math.Trunc(v) {
		b.run.Seed = uint64(v)
	} else if ok {
		b.ill(n, "%s: a seed is a whole number", quoted(n.text))
	}
}

func (b *build) styles(n *node) {
	if n == nil {
		return
	}
	items := n.items
	if n.kind == scalarNode {
		items = []*node{n}
	}
	if len(items) == 0 {
		b.failAt(n, "write  [choreography, orchestration]", "styles is a list, and none is in it")
		return
	}
	b.run.Styles = nil
	for _, item := range items {
		i, ok := b.choice(item, "style", runKeys.words("styles"))
		if !ok {
			continue
		}
		if style := topology.Styles[i]; !slices.Contains(b.run.Styles, style) {
			b.run.Styles = append(b.run.Styles, style)
		}
	}
}
