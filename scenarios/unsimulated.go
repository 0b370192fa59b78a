package scenarios

import "strings"

// unsimulated is what the language has and the engine does not simulate yet: a
// table and a key, perhaps with what only some values of it contain. A key whose
// value is the default is no use of it.
var unsimulated = []struct {
	key   string
	value string // only values that contain this
}{
	{key: "service.contention"},
	{key: "service.stale_work"},
	{key: "handler.calls"},
	{key: "delivery.publish"},
	{key: "delivery.poll"},
	{key: "delivery.prefetch"},
	{key: "delivery.settle"},
	{key: "delivery.ack_renewal"},
	{key: "retry.budget"},
	{key: "orchestration.breaker"},
	{key: "workload.timeout"},
	{key: "workload.retry"},
	{key: "workload.breaker"},
	{key: "workload.late_reply"},
	{key: "trace.takes"},
	{key: "scenario.direct"},
	{key: "scenario.monitors"},
	{key: "scenario.alerts"},
	{key: "invariant.within"},
	{key: "run.styles", value: "direct"},
	{key: "run.until"},
	{key: "run.snapshot"},
	{key: "fault.confirm_loss"},
	{key: "fault.network_partition"},
	{key: "fault.schema"},
	{key: "fault.upgrade"},
	{key: "fault.pause"},
	{key: "fault.crash", value: "/"},
	{key: "fault.forge"},
	{key: "fault.burst"},
}

// simulated refuses a key that the engine does not simulate.
func (m *mapping) simulated(path string, k *key, p pair) {
	for _, u := range unsimulated {
		if u.key == path && u.value == "" && !(p.value.kind == scalarNode && p.value.text == k.standard) {
			m.failAt(p.key, "", "`%s` is not simulated yet", k.name)
		}
	}
}

// simulatedValue is false, and says so, where the engine does not simulate this
// value of a key.
func (b *build) simulatedValue(path string, n *node) bool {
	for _, u := range unsimulated {
		if u.key == path && u.value != "" && strings.Contains(n.text, u.value) {
			b.failAt(n, "", "`%s` is not simulated yet", n.text)
			return false
		}
	}
	return true
}

// isUnsimulated tells whether a part of a file beside the scenario is.
func isUnsimulated(path string) bool {
	for _, u := range unsimulated {
		if u.key == path {
			return true
		}
	}
	return false
}
