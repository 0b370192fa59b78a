package lint

import (
	"fmt"
	"slices"

	"edasim/faults"
	"edasim/topology"
)

// deliveryAt is where the delivery of a handler is set: at the handler, its service, or
// the top; else its own place.
func (d *design) deliveryAt(h *handler, keys ...string) topology.Pos {
	for _, path := range [][]string{{"services", h.service.Name, "handlers", h.Name, "delivery"}, {"services", h.service.Name, "delivery"}, {"delivery"}} {
		for _, key := range keys {
			if pos, ok := d.sc.Place(append(slices.Clone(path), key)...); ok {
				return pos
			}
		}
	}
	for _, path := range [][]string{{"services", h.service.Name, "handlers", h.Name, "delivery"}, {"services", h.service.Name, "delivery"}, {"delivery"}} {
		if pos, ok := d.sc.Place(path...); ok {
			return pos
		}
	}
	return h.Pos
}

func ackDeadline(d *design, r *reporter) {
	for _, h := range d.handlers {
		v := &h.Delivery
		limit := max(v.AckDeadline, v.AckRenewal)
		if v.AckDeadline == 0 || v.AckBefore || !d.heardFromBroker(h) {
			continue
		}
		held := d.worst(h, "", 0)
		wait := topology.Time(0)
		if v.Prefetch > 0 && h.service.Concurrency > 0 {
			wait = topology.Time(float64(v.Prefetch) / float64(h.service.Concurrency) * h.Takes.Mean())
		}
		if add(held, wait) <= limit {
			continue
		}
		f := Finding{
			Pos: d.deliveryAt(h, "ack_deadline", "ack_renewal", "prefetch"), Subject: h.name,
			What: fmt.Sprintf("%s may hold a message longer than its ack deadline of %s: it is then delivered again while the first run goes on, and both take effect.",
				h.name, duration(limit)),
			Write: fmt.Sprintf("ack_deadline: above %s, or ack_renewal", orMore(add(held, wait))),
		}
		switch late := 1 - h.Takes.Below(limit); {
		case wait > 0 && held <= limit:
			f.Figure = fmt.Sprintf("The last of %d prefetched messages waits about %s for %d workers.", v.Prefetch, duration(wait), h.service.Concurrency)
		case len(h.Calls) == 0 && late > 0:
			f.Figure = fmt.Sprintf("%s of its runs take longer.", percent(late))
			if d.in(topology.Choreography) && d.certain(h, map[*handler]bool{}) && (v.MaxDeliveries == 0 || v.MaxDeliveries > 1) {
				f.Predicts = []Prediction{{"choreography.messages.redelivered", late, true}}
			}
		default:
			f.Figure = fmt.Sprintf("It may take %s, its calls included.", orMore(held))
		}
		r.found(f)
	}
}

func noDeadLetter(d *design, r *reporter) {
	var list []*handler
	for _, h := range d.handlers {
		v := &h.Delivery
		if d.heardFromBroker(h) && !v.AckBefore && v.MaxDeliveries == 0 && v.MaxAge == 0 && v.TTL == 0 {
			list = append(list, h)
		}
	}
	if len(list) == 0 {
		return
	}
	h := list[0]
	every := backoff(h.Delivery.Retry, 1)
	r.found(Finding{
		Pos: d.deliveryAt(h, "preset"), Subject: h.name,
		What: fmt.Sprintf("A message that %s cannot handle is delivered again without end: it never comes to where somebody would look at it, and takes a worker each time.",
			names(handlerNames(list))),
		Figure: fmt.Sprintf("One such message is delivered again every %s.", duration(add(every, topology.Time(h.Takes.Mean())))),
		Write:  "delivery: {max_deliveries: 5}",
	})
}

func ackBefore(d *design, r *reporter) {
	for _, h := range d.handlers {
		if !h.Delivery.AckBefore || !d.heardFromBroker(h) || len(h.Effects) == 0 && len(h.Emits) == 0 {
			continue
		}
		f := Finding{
			Pos: d.deliveryAt(h, "ack", "preset"), Subject: h.name,
			What:  fmt.Sprintf("%s is handled after its ack: if it dies or fails meanwhile, the message is gone, and nobody is told.", h.name),
			Write: "ack: after, and idempotent: key",
		}
		lost := 0.0
		for _, c := range d.ofKind("crash", "error") {
			if _, rate := c.Fault.(faults.CrashRate); !rate && c.always() && c.strikes(h, "") {
				lost = 1 - float64((1-lost)*(1-c.Probability))
			}
		}
		if lost > 0 {
			f.Figure = fmt.Sprintf("%s of its messages, at the faults of this scenario.", percent(lost))
		}
		r.found(f)
	}
}

func orderBlocks(d *design, r *reporter) {
	for _, h := range d.handlers {
		v := &h.Delivery
		if v.Ordering.Kind == topology.Unordered || v.Ordering.Kind == topology.ByFlow || v.ToTail || !d.heardFromBroker(h) {
			continue
		}
		ends := v.MaxDeliveries > 0 || v.MaxAge > 0
		if v.AckBefore || ends && v.Exhausted != topology.Block {
			continue
		}
		by := d.poison(h)
		if by == nil {
			continue
		}
		how := "it is tried at the head of its lane without end"
		if ends {
			how = "it stays at the head of its lane (exhausted: block)"
		}
		r.found(Finding{
			Pos: d.deliveryAt(h, "ordering", "preset"), Subject: h.name,
			What: fmt.Sprintf("A message that %s can never handle stops what stands behind it: %s, and %s makes such messages.",
				h.name, how, by.Name),
			Figure: d.behind(v.Ordering),
			Write:  "max_deliveries: 5 with exhausted: dead_letter",
		})
	}
}

// poison is a fault that makes messages that a handler can never handle; nil: none.
func (d *design) poison(h *handler) *faults.Injection {
	for _, f := range d.ofKind("undecodable") {
		for _, event := range h.Consumes {
			if f.strikes(h, event) {
				return f.Injection
			}
		}
	}
	for _, f := range d.ofKind("schema") {
		s, ok := f.Fault.(faults.Schema)
		if ok && h.Accepts != nil && slices.Contains(h.Consumes, f.Event) && !slices.Contains(h.Accepts, int(s.Version)) {
			return f.Injection
		}
	}
	return nil
}

// behind says how much stands behind one blocked message.
func (d *design) behind(o topology.Ordering) string {
	switch o.Kind {
	case topology.Total:
		return "All messages stand behind it."
	case topology.ByPartition:
		return fmt.Sprintf("%s of all messages stand behind it: one of %d partitions.", percent(1/float64(o.Partitions)), o.Partitions)
	case topology.ByKeyValue:
		for _, k := range d.sys.Keys {
			if k.Name == o.Key {
				return fmt.Sprintf("All later messages of its %s stand behind it, one of %d.", k.Name, k.Count)
			}
		}
	}
	return ""
}

func schemaUnaccepted(d *design, r *reporter) {
	for _, h := range d.handlers {
		if h.Accepts == nil {
			continue
		}
		for _, event := range h.Consumes {
			if !slices.Contains(h.Accepts, 1) && len(d.upgrades(h, 1)) == 0 {
				r.found(d.cannotRead(h, event, 1, d.at(h, "accepts"), "from the beginning"))
			}
		}
		for _, f := range d.ofKind("schema") {
			s, ok := f.Fault.(faults.Schema)
			if !ok || !slices.Contains(h.Consumes, f.Event) || slices.Contains(h.Accepts, int(s.Version)) {
				continue
			}
			from := "from " + duration(topology.Time(f.At))
			if up := d.upgrades(h, int(s.Version)); len(up) > 0 {
				if up[0].At <= f.At {
					continue
				}
				from += " to " + duration(topology.Time(up[0].At))
			}
			r.found(d.cannotRead(h, f.Event, int(s.Version), d.at(h, "accepts"), from))
		}
	}
}

func (d *design) cannotRead(h *handler, event string, version int, pos topology.Pos, when string) Finding {
	f := Finding{
		Pos: pos, Subject: h.name,
		What:  fmt.Sprintf("%s cannot read version %d of %s, which it is sent %s: every delivery fails.", h.name, version, event, when),
		Write: fmt.Sprintf("accepts: %v, before the producers change", append(slices.Clone(h.Accepts), version)),
	}
	if h.rate > 0 {
		f.Figure = fmt.Sprintf("%s runs a second.", number(h.rate))
	}
	return f
}

// upgrades are the faults that let a handler accept a version.
func (d *design) upgrades(h *handler, version int) []faultOf {
	var out []faultOf
	for _, f := range d.ofKind("upgrade") {
		u, ok := f.Fault.(faults.Upgrade)
		if ok && u.Versions.Has(int32(version)) && f.strikes(h, f.Event) {
			out = append(out, f)
		}
	}
	return out
}

func faultTooLate(d *design, r *reporter) {
	end := topology.Time(0)
	for _, w := range d.sys.Workloads {
		switch {
		case w.For > 0:
			end = max(end, w.For)
		default:
			return // it ends by number, or with what it is made of
		}
	}
	for i := range d.faults {
		f := &d.faults[i]
		if f.At <= int64(end) || f.Probability == 0 || d.sys.Workloads == nil {
			continue
		}
		r.found(Finding{
			Pos: atFault(f), Subject: f.Name,
			What:   fmt.Sprintf("%s begins after the last flow has arrived, and finds little or nothing to strike.", f.Name),
			Figure: fmt.Sprintf("It begins at %s, the load ends at %s.", duration(topology.Time(f.At)), duration(end)),
			Write:  fmt.Sprintf("an  at  below %s, or a longer load", duration(end)),
		})
	}
}
