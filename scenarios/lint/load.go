package lint

import (
	"fmt"
	"math"

	"edasim/topology"
)

func overloaded(d *design, r *reporter) {
	for _, s := range d.sys.Services {
		l := d.loads[s.Name]
		if !l.Overloaded() {
			continue
		}
		f := Finding{
			Pos: d.atService(s, "concurrency"), Subject: s.Name,
			What:   fmt.Sprintf("%s cannot do what is asked of it: its queue grows for as long as the load lasts, and says nothing about faults.", s.Name),
			Figure: fmt.Sprintf("It needs %s workers and has %s, at %s messages a second.", number(l.Work), number(l.Workers), number(l.Rate)),
			Write:  fmt.Sprintf("replicas or concurrency for more than %s workers", number(l.Work)),
		}
		if d.in(topology.Choreography) && len(d.ofKind("drop", "burst", "ignore", "outage")) == 0 {
			f.Predicts = []Prediction{{"choreography.service." + s.Name + ".utilization", 0.95, true}}
		}
		r.found(f)
	}
}

// storms are the services that stand the load, but not the load and all its retries.
func retryStorm(d *design, r *reporter) {
	for _, s := range d.sys.Services {
		l := d.loads[s.Name]
		if l.Work <= 0 || l.Overloaded() || math.IsInf(l.Workers, 1) {
			continue
		}
		worst, most := waiter{}, 1.0
		for _, w := range d.waiters() {
			if n := d.stormTries(w, s); n > most {
				worst, most = w, n
			}
		}
		if l.Work*most <= l.Workers {
			continue
		}
		share := l.Workers / (l.Work * most)
		needs := "without end, and then any number is too few"
		if !math.IsInf(most, 1) {
			needs = fmt.Sprintf("up to %s times; it then needs %s of its %s workers", number(most), number(l.Work*most), number(l.Workers))
		}
		f := Finding{
			Pos: d.atService(s, "concurrency"), Subject: s.Name,
			What: fmt.Sprintf("%s stands its load, but not its load and all retries: %s waits %s and tries %s. A stall longer than that may not end by itself.",
				s.Name, worst.who, duration(worst.wait.Timeout), needs),
			Write: "idempotent: key, so that what comes again is skipped, budget: 10% in the retry, or more workers",
		}
		if share > 0 {
			f.Figure = fmt.Sprintf("After a stall it comes back by itself below %s of the load (μ/(1+R) of %s).", percent(share), s.Name)
			f.Write = fmt.Sprintf("idempotent: key, so that what comes again is skipped, budget: 10%% in the retry, or %s workers", number(math.Ceil(l.Work*most)))
		}
		r.found(f)
	}
}

// stormTries is how often a waiter may make a service do one thing while nothing that
// it does is heard in time.
func (d *design) stormTries(w waiter, s *topology.Service) float64 {
	if w.wait.Timeout == 0 || w.wait.Breaker != nil || w.wait.LateReply {
		return 1
	}
	if s.CancelStale && !w.queued {
		return 1
	}
	for _, h := range w.callees {
		if h.service == s && h.Idempotent.By != topology.ByKey { // a skip takes no time
			return tries(w.wait.Retry)
		}
	}
	return 1
}

func queueTooLong(d *design, r *reporter) {
	for _, s := range d.sys.Services {
		workers := workersOf(s)
		if s.Queue.Capacity <= 0 || math.IsInf(workers, 1) {
			continue
		}
		for _, w := range d.waiters() {
			if w.wait.Timeout == 0 {
				continue
			}
			var slow *handler
			for _, h := range w.callees {
				if h.service == s && (slow == nil || h.Takes.Mean() > slow.Takes.Mean()) {
					slow = h
				}
			}
			if slow == nil {
				continue
			}
			last := topology.Time(float64(s.Queue.Capacity) * slow.Takes.Mean() / workers)
			if last <= w.wait.Timeout {
				continue
			}
			fits := int(float64(w.wait.Timeout) * workers / slow.Takes.Mean())
			r.found(Finding{
				Pos: d.atService(s, "queue"), Subject: s.Name,
				What: fmt.Sprintf("The queue of %s is longer than can be served within the timeout of %s: when it is full, all that is done is done too late.",
					s.Name, w.who),
				Figure: fmt.Sprintf("The last of %d waits %s, and %s waits %s.", s.Queue.Capacity, duration(last), w.who, duration(w.wait.Timeout)),
				Write:  fmt.Sprintf("queue: {capacity: %d, full: refuse}", max(fits/2, 1)),
			})
			break
		}
	}
}

func coordinatorBottleneck(d *design, r *reporter) {
	o := d.sys.Orchestration
	if !d.in(topology.Orchestrated) || o.Takes.Mean() == 0 || o.Concurrency == topology.Unlimited {
		return
	}
	messages := 0.0
	for _, w := range d.sys.Workloads {
		if rate, ok := w.MeanRate(); ok {
			messages += rate
		}
	}
	for _, h := range d.handlers {
		if !h.Detached && len(h.Consumes) > 0 {
			messages += h.rate // one reply for each command
		}
	}
	const most = 0.7
	busy := messages * o.Takes.Mean() / float64(topology.Second) / float64(o.Concurrency)
	if busy < most {
		return
	}
	f := Finding{
		Pos: d.atTop("orchestration", "coordinator"), Subject: "the coordinator",
		What:   "Every event and every reply goes through the coordinator, and it has little to spare: its queue is part of each step, and a burst stops every flow.",
		Figure: fmt.Sprintf("It is busy for %s of the time: %s messages a second of %s each, on %d workers.", percent(min(busy, 1)), number(messages), duration(topology.Time(o.Takes.Mean())), o.Concurrency),
		Write:  fmt.Sprintf("coordinator: {concurrency: %d}", int(math.Ceil(float64(o.Concurrency)*busy/0.5))),
	}
	if busy < 1 {
		f.Predicts = []Prediction{{"orchestration.service.coordinator.utilization", busy, false}}
	}
	r.found(f)
}
