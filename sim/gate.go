package sim

import (
	"edasim/topology"
)

// waiter is how one party waits for the answers of another, compiled.
type waiter struct {
	timeout int32 // list of deadlines; -1: for ever
	retry   retry
	late    bool  // an answer to an attempt that has timed out still counts
	gate    int32 // its budget and breaker; -1: none
}

// gateDef is a budget and a breaker between one caller and one callee.
type gateDef struct {
	budget  *topology.Budget
	breaker *topology.Breaker
}

// gate is their state in one replication.
type gate struct {
	tokens  int64 // in millionths
	results []gateResult
	head    int
	failed  int
	open    bool
	since   topology.Time
	probing bool
}

type gateResult struct {
	at     topology.Time
	failed bool
}

const token = 1_000_000

// waiterOf compiles a Wait. The budget and the breaker are one for each pair.
func (c *compiler) waiterOf(w *topology.Wait, site uint64) waiter {
	out := waiter{timeout: c.deadline(w.Timeout), retry: retry{w.Retry, site}, late: w.LateReply, gate: -1}
	if w.Retry.Budget != nil || w.Breaker != nil {
		out.gate = int32(len(c.model.gates))
		c.model.gates = append(c.model.gates, gateDef{w.Retry.Budget, w.Breaker})
	}
	return out
}

// earn credits a budget for a first try.
func (e *engine) earn(w *waiter) {
	if w.gate < 0 {
		return
	}
	if b := e.Model.gates[w.gate].budget; b != nil {
		g := &e.gates[w.gate]
		g.tokens = min(g.tokens+int64(b.Ratio*token), int64(b.Burst*token))
	}
}

// mayRetry tells whether a try with this number may be made, and spends what
// it costs.
func (e *engine) mayRetry(w *waiter, try int32) bool {
	if w.retry.exhausted(try) {
		return false
	}
	if w.gate < 0 || e.Model.gates[w.gate].budget == nil {
		return true
	}
	g := &e.gates[w.gate]
	if g.tokens < token {
		return false
	}
	g.tokens -= token
	return true
}

// passes tells whether a breaker lets an attempt through. An open one lets one
// probe through after a while.
func (e *engine) passes(w *waiter) bool {
	if w.gate < 0 || e.Model.gates[w.gate].breaker == nil {
		return true
	}
	g := &e.gates[w.gate]
	if !g.open {
		return true
	}
	if g.probing || e.now-g.since < e.Model.gates[w.gate].breaker.Open {
		return false
	}
	g.probing = true
	return true
}

// reported tells a breaker how an attempt ended.
func (e *engine) reported(w *waiter, failed bool) {
	if w.gate < 0 || e.Model.gates[w.gate].breaker == nil {
		return
	}
	def, g := e.Model.gates[w.gate].breaker, &e.gates[w.gate]
	if g.open {
		if g.probing {
			g.probing, g.open = false, failed
			g.since = e.now
			g.results, g.head, g.failed = g.results[:0], 0, 0
		}
		return
	}
	g.results = append(g.results, gateResult{e.now, failed})
	if failed {
		g.failed++
	}
	for g.results[g.head].at <= e.now-def.Window {
		if g.results[g.head].failed {
			g.failed--
		}
		g.head++
	}
	if g.head > 256 && 2*g.head > len(g.results) {
		g.results = append(g.results[:0], g.results[g.head:]...)
		g.head = 0
	}
	n := len(g.results) - g.head
	if n >= def.Minimum && float64(g.failed) >= def.Failures*float64(n) {
		g.open, g.since = true, e.now
		g.results, g.head, g.failed = g.results[:0], 0, 0
	}
}

func (e *engine) openGates() {
	e.gates = make([]gate, len(e.Model.gates))
	for i := range e.gates {
		if b := e.Model.gates[i].budget; b != nil {
			e.gates[i].tokens = int64(b.Burst * token)
		}
	}
}
