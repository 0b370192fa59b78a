package lint

import (
	"fmt"
	"math"
	"strings"

	"edasim/topology"
)

// endless is a time that stands for ever.
const endless = topology.Time(math.MaxInt64)

// add adds times; what is endless stays so.
func add(a, b topology.Time) topology.Time {
	if a > endless-b {
		return endless
	}
	return a + b
}

// tries is how often a policy tries at most, the first try included; +Inf: without end.
// A budget limits it, in the long run, to one and its ratio.
func tries(r topology.Retry) float64 {
	n := float64(max(r.Attempts, 1))
	if r.Attempts == topology.UnlimitedAttempts {
		n = math.Inf(1)
	}
	if r.Budget != nil {
		n = min(n, 1+r.Budget.Ratio)
	}
	return n
}

// backoff is the longest delay before retry i, the first being 1.
func backoff(r topology.Retry, i int) topology.Time {
	if len(r.List) > 0 {
		return r.List[min(i, len(r.List))-1]
	}
	if r.Initial == nil {
		return 0
	}
	v := float64(r.Initial.Quantile(0.99)) * math.Pow(max(r.Multiplier, 1), float64(i-1))
	if r.Jitter == topology.JitterSpread {
		v *= 1 + r.Spread
	}
	if r.Jitter == topology.JitterDecorrelated {
		v = float64(r.Initial.Quantile(0.99)) * math.Pow(3, float64(i))
	}
	if r.Max > 0 {
		v = min(v, float64(r.Max))
	}
	if v >= float64(endless) {
		return endless
	}
	return topology.Time(v)
}

// waitSpan is how long who waits goes on trying: to the end of the last try.
func waitSpan(w topology.Wait) topology.Time {
	n := max(w.Retry.Attempts, 1)
	if w.Retry.Attempts == topology.UnlimitedAttempts || n > 10_000 {
		return endless
	}
	if w.Timeout == 0 {
		if n == 1 {
			return 0
		}
		return endless
	}
	span := w.Timeout
	for i := 1; i < n; i++ {
		span = add(span, add(w.Timeout, backoff(w.Retry, i)))
	}
	return span
}

// waiter is a party that waits for an answer of handlers.
type waiter struct {
	who     string // "the coordinator", "web.order"
	pos     topology.Pos
	wait    topology.Wait
	callees []*handler
	style   string // in which it waits; empty: in all
	caller  *handler
	queued  bool // what it sent stands in a broker, and cannot be taken back
	retryAt topology.Pos
}

// waiters are all parties that wait for an answer, in the styles that are simulated.
func (d *design) waiters() []waiter {
	var all []waiter
	for _, h := range d.handlers {
		for _, c := range h.Calls {
			if callee := d.byName[c.Handler]; callee != nil {
				all = append(all, waiter{who: h.name, pos: c.Pos, retryAt: c.Pos, wait: c.Wait, callees: []*handler{callee}, caller: h})
			}
		}
	}
	if d.in(topology.Orchestrated) {
		w := waiter{who: "the coordinator", pos: d.atTop("orchestration", "timeout"), retryAt: d.atTop("orchestration", "retry"), wait: d.sys.Orchestration.Wait, style: "orchestration", queued: true}
		for _, h := range d.handlers {
			if !h.Detached && (len(h.Consumes) > 0 || h.Compensates != "") {
				w.callees = append(w.callees, h)
			}
		}
		all = append(all, w)
	}
	if d.in(topology.DirectCalls) {
		for _, h := range d.handlers {
			w := waiter{who: h.name, pos: d.atTop("direct", "timeout"), retryAt: d.atTop("direct", "retry"), wait: d.sys.Direct.Wait, style: "direct", caller: h}
			for _, n := range h.next {
				if d.callsDirectly(h, n) {
					w.callees = append(w.callees, n)
				}
			}
			if len(w.callees) > 0 {
				all = append(all, w)
			}
		}
	}
	for _, load := range d.sys.Workloads {
		if load.Wait == nil {
			continue
		}
		w := waiter{who: "the client", pos: d.atTop("workload", load.Event, "timeout"), retryAt: d.atTop("workload", load.Event, "retry"), wait: *load.Wait, queued: !d.onlyDirect()}
		for _, h := range d.handlers {
			if !h.Detached && d.trigger(h) == load {
				w.callees = append(w.callees, h)
			}
		}
		all = append(all, w)
	}
	return all
}

func (d *design) onlyDirect() bool { return !d.brokered() }

// callsDirectly tells whether one handler waits for another in the direct style,
// because it consumes what the first emits.
func (d *design) callsDirectly(from, to *handler) bool {
	if to.Detached || from.Publishing.Order == topology.Outbox {
		return false
	}
	emissions := from.Emits
	if from.Refuses != nil {
		emissions = append(emissions[:len(emissions):len(emissions)], from.Refuses.Emits...)
	}
	for _, e := range emissions {
		if e.After != nil {
			continue
		}
		for _, event := range to.Consumes {
			if e.Event == event {
				return true
			}
			for _, c := range e.OneOf {
				if c.Event == event {
					return true
				}
			}
		}
	}
	return false
}

// worst is the longest that a handler takes to answer, but for one run in a hundred:
// the worst of its calls, each tried to the end, and the 99th percentile of its own
// time. endless: no timeout ends it.
func (d *design) worst(h *handler, style string, depth int) topology.Time {
	if depth > 50 {
		return endless
	}
	sum := h.Takes.Quantile(0.99)
	if h.ReadsStore {
		sum = add(sum, h.ReadTakes.Quantile(0.99))
	}
	sum = add(sum, h.Publishing.Gap)
	for _, c := range h.Calls {
		if callee := d.byName[c.Handler]; callee != nil {
			sum = add(sum, d.worstWait(c.Wait, callee, style, depth))
		}
	}
	if style == "direct" {
		longest := topology.Time(0)
		for _, n := range h.next {
			if d.callsDirectly(h, n) {
				longest = max(longest, d.worstWait(d.sys.Direct.Wait, n, style, depth))
			}
		}
		sum = add(sum, longest)
	}
	return sum
}

func (d *design) worstWait(w topology.Wait, callee *handler, style string, depth int) topology.Time {
	if w.Timeout > 0 && tries(w.Retry) > 1 {
		return waitSpan(w)
	}
	answer := d.worst(callee, style, depth+1)
	if w.Timeout > 0 {
		return min(answer, w.Timeout)
	}
	return answer
}

func timeoutBelowWorst(d *design, r *reporter) {
	for _, w := range d.waiters() {
		if w.wait.Timeout == 0 || w.who == "the client" && w.style != "direct" && !d.onlyDirect() {
			continue
		}
		style := w.style
		if w.who == "the client" {
			style = "direct"
		}
		var worst *handler
		longest := topology.Time(0)
		for _, h := range w.callees {
			if t := d.worst(h, style, 0); t > longest {
				worst, longest = h, t
			}
		}
		if longest <= w.wait.Timeout {
			continue
		}
		f := Finding{
			Pos: w.pos, Subject: w.who,
			What: fmt.Sprintf("%s waits %s for %s, which may take %s: work goes on for an answer that nobody hears.",
				capital(w.who), duration(w.wait.Timeout), worst.name, orMore(longest)),
			Write: fmt.Sprintf("a timeout above %s, or shorter ones further down", orMore(longest)),
		}
		if len(worst.Calls) == 0 && style != "direct" {
			late := 1 - worst.Takes.Below(w.wait.Timeout-d.transit(w, worst))
			f.Figure = fmt.Sprintf("%s of its runs take longer than that.", percent(late))
			f.Write = fmt.Sprintf("a timeout above %s", duration(longest))
		}
		r.found(f)
	}
}

// transit is what a request and its answer are on the way, on average.
func (d *design) transit(w waiter, h *handler) topology.Time {
	if w.queued {
		return topology.Time(h.Delivery.Latency.Mean() + d.sys.Orchestration.Delivery.Latency.Mean())
	}
	latency := d.sys.Direct.Latency
	if latency == nil {
		latency = h.Delivery.Latency
	}
	return topology.Time(2 * latency.Mean())
}

func orMore(t topology.Time) string {
	if t == endless {
		return "for ever"
	}
	return duration(t)
}

func capital(text string) string {
	if strings.HasPrefix(text, "the ") {
		return "T" + text[1:]
	}
	return text
}

func noTimeout(d *design, r *reporter) {
	told := map[topology.Pos]bool{}
	for _, w := range d.waiters() {
		if w.wait.Timeout > 0 || told[w.pos] || w.who == "the client" || len(w.callees) == 0 {
			continue
		}
		told[w.pos] = true
		what := "holds a worker for as long as that takes"
		if w.queued {
			what = "never asks a second time: one lost message, and the flow never ends"
		}
		r.found(Finding{
			Pos: w.pos, Subject: w.who,
			What:  fmt.Sprintf("%s waits for %s without a timeout, and %s.", capital(w.who), names(handlerNames(w.callees)), what),
			Write: "timeout: 1s",
		})
	}
}

func handlerNames(list []*handler) []string {
	var out []string
	for _, h := range list {
		out = append(out, h.name)
	}
	return out
}

func unboundedRetry(d *design, r *reporter) {
	told := map[topology.Pos]bool{}
	tell := func(who string, pos topology.Pos, retry topology.Retry, b *topology.Breaker) {
		if retry.Attempts != topology.UnlimitedAttempts || retry.Budget != nil || b != nil || told[pos] {
			return
		}
		told[pos] = true
		r.found(Finding{
			Pos: pos, Subject: who,
			What:  fmt.Sprintf("%s tries again without end, and nothing limits it: what can never succeed is tried for ever, and a stall is answered with all that has waited.", capital(who)),
			Write: "attempts: 3, or budget: 10%, or a breaker",
		})
	}
	for _, w := range d.waiters() {
		tell(w.who, w.retryAt, w.wait.Retry, w.wait.Breaker)
	}
	for _, h := range d.handlers {
		if h.Delivery.Confirm > 0 && d.heardFromBroker(h) {
			tell("publishing to "+h.name, d.deliveryAt(h), h.Delivery.PublishRetry, nil)
		}
	}
}

func retryAtOnce(d *design, r *reporter) {
	told := map[topology.Pos]bool{}
	for _, w := range d.waiters() {
		if tries(w.wait.Retry) < 3 || w.wait.Retry.Budget != nil || backoff(w.wait.Retry, 2) > 0 || told[w.retryAt] {
			continue
		}
		told[w.retryAt] = true
		r.found(Finding{
			Pos: w.retryAt, Subject: w.who,
			What:  fmt.Sprintf("%s tries again without a pause: an error that lasts a second uses up all tries in that second, and all of them meet the callee while it is down.", capital(w.who)),
			Write: "retry: {initial: 100ms, multiplier: 2, jitter: full}",
		})
	}
}

func triesMultiply(d *design, r *reporter) {
	const most = 10
	for _, w := range d.waiters() {
		if tries(w.wait.Retry) < 2 || math.IsInf(tries(w.wait.Retry), 1) {
			continue
		}
		for _, h := range w.callees {
			if w.style == "direct" && !d.triggered(w.caller) {
				continue // told from where it begins
			}
			product, path, factors := d.multiplied(h, w, 0)
			product *= tries(w.wait.Retry)
			if product < most || len(factors) == 0 {
				continue
			}
			path = append([]string{w.who}, path...)
			factors = append([]string{number(tries(w.wait.Retry))}, factors...)
			f := Finding{
				Pos: w.retryAt, Subject: w.who,
				What: fmt.Sprintf("Tries multiply: %s may run %s times for one request of %s, since each of %s tries again by itself.",
					path[len(path)-1], number(product), w.who, strings.Join(path[:len(path)-1], ", ")),
				Figure: fmt.Sprintf("%s = %s, along %s.", strings.Join(factors, " × "), number(product), strings.Join(path, " → ")),
				Write:  "retry: none in all of them but one, or budget: 10%",
			}
			r.found(f)
			break // one path for each who begins
		}
	}
}

// multiplied is how often what stands at the end of the worst path from a handler is
// tried for one try of it: the product of deliveries and calls along that path.
func (d *design) multiplied(h *handler, w waiter, depth int) (product float64, path, factors []string) {
	product, path = 1, []string{h.name}
	if depth > 20 {
		return product, path, nil
	}
	if n := h.Delivery.MaxDeliveries; w.queued && depth == 0 && n > 1 && !h.Delivery.AckBefore {
		product = float64(n)
		factors = []string{fmt.Sprintf("%d deliveries", n)}
	}
	best, bestPath, bestFactors := 1.0, []string(nil), []string(nil)
	step := func(wait topology.Wait, callee *handler) {
		n := tries(wait.Retry)
		if math.IsInf(n, 1) {
			n = 1 // told by another rule
		}
		p, to, f := d.multiplied(callee, w, depth+1)
		if p *= n; p > best {
			if n > 1 {
				f = append([]string{number(n)}, f...)
			}
			best, bestPath, bestFactors = p, to, f
		}
	}
	for _, c := range h.Calls {
		if callee := d.byName[c.Handler]; callee != nil {
			step(c.Wait, callee)
		}
	}
	if w.style == "direct" {
		for _, n := range h.next {
			if d.callsDirectly(h, n) {
				step(d.sys.Direct.Wait, n)
			}
		}
	}
	return product * best, append(path, bestPath...), append(factors, bestFactors...)
}

func callsItself(d *design, r *reporter) {
	for _, h := range d.handlers {
		var walk func(at *handler, path []string) []string
		seen := map[*handler]bool{}
		walk = func(at *handler, path []string) []string {
			if seen[at] {
				return nil
			}
			seen[at] = true
			for _, c := range at.Calls {
				callee := d.byName[c.Handler]
				if callee == nil {
					continue
				}
				if callee.service == h.service {
					return append(path, callee.name)
				}
				if found := walk(callee, append(path, callee.name)); found != nil {
					return found
				}
			}
			return nil
		}
		path := walk(h, []string{h.name})
		if path == nil || math.IsInf(workersOf(h.service), 1) {
			continue
		}
		r.found(Finding{
			Pos: d.at(h, "calls"), Subject: h.name,
			What:   fmt.Sprintf("%s holds a worker of %s while it waits for another one of the same service: when all of them wait, none is left to answer.", h.name, h.service.Name),
			Figure: fmt.Sprintf("%s, with %s workers.", strings.Join(path, " → "), number(workersOf(h.service))),
			Write:  "an event instead of the call, or a service of its own",
		})
	}
}
