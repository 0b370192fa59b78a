package sim

import (
	"edasim/faults"
)

// injections compiles the faults.
func (c *compiler) injections() {
	m := c.model
	for _, f := range c.config.Faults {
		i := int32(len(m.inject))
		inj := injection{
			name: f.Name, key: site("fault", f.Name), fault: f.Fault, point: f.Fault.Point(),
			below: threshold(f.Probability),
			event: -1, service: -1, at: f.At, length: f.For, every: f.Every,
			only: len(f.Flows) > 0, named: f.Flows, nth: f.Nth,
			always: f.At == 0 && f.For == nil && f.Fault.Point() != faults.OnService,
		}
		if f.Event != "" {
			ev, ok := c.event[f.Event]
			if !ok {
				c.fail("fault %s strikes event %q, which does not exist", f.Name, f.Event)
				return
			}
			inj.event = ev
		}
		if inj.nth > 0 {
			inj.counter = int32(m.counters)
			m.counters++
		}
		inj.choosy = inj.event >= 0 || inj.only || inj.nth > 0
		m.inject = append(m.inject, inj)
		if !inj.always {
			m.windows = append(m.windows, i)
		}
		c.target(i, f)
	}
}

// target puts an injection into the lists of the places where it may strike.
func (c *compiler) target(i int32, f faults.Injection) {
	m := c.model
	inj := &m.inject[i]
	switch inj.point {
	case faults.OnArrivals:
		for t := range m.triggers {
			if inj.event < 0 || m.triggers[t].event == inj.event {
				m.triggers[t].inject = append(m.triggers[t].inject, i)
			}
		}
	case faults.OnService:
		if f.Service == faults.Broker {
			inj.broker = true
		} else if s, ok := c.serv[f.Service]; ok {
			inj.service = s
			m.services[s].struck(f.Fault)
		} else if f.Service == faults.Coordinator {
			m.windows = m.windows[:len(m.windows)-1] // the style has none, so its window never opens
			return
		} else {
			c.fail("fault %s strikes service %q, which does not exist", f.Name, f.Service)
			return
		}
	case faults.AtPublish:
		if f.Handler == "" && (f.Service == "" || f.Service == faults.Client) {
			m.client.inject.add(i, inj)
		}
		for h := range m.handlers {
			if c.strikes(f, &m.handlers[h]) {
				m.handlers[h].out.inject.add(i, inj)
			}
		}
	default:
		if s, ok := c.serv[f.Service]; ok && inj.point == faults.InTransit && f.Fault.Decide(faults.Hop{}, 0).Cut {
			inj.cuts, inj.service = true, s
		}
		for h := range m.handlers {
			if inj.cuts && m.handlers[h].service == inj.service {
				m.handlers[h].out.cut = append(m.handlers[h].out.cut, i)
			}
			if c.strikes(f, &m.handlers[h]) {
				m.handlers[h].at[inj.point].add(i, inj)
				if inj.nth > 0 {
					m.handlers[h].numbered = append(m.handlers[h].numbered, i)
				}
			}
		}
	}
}

// strikes tells whether a fault is aimed at a handler; one that names nobody is
// aimed at all, the coordinator included.
func (c *compiler) strikes(f faults.Injection, h *handler) bool {
	if f.Handler != "" {
		return f.Handler == h.name
	}
	return f.Service == "" || f.Service == c.model.services[h.service].name
}

// struck notes what an outage or a pause asks of a service's accounts.
func (s *service) struck(f faults.Fault) {
	fx := f.Decide(faults.Hop{}, 0)
	if fx.Pause {
		s.pausable = true
	}
	if fx.Down > 0 {
		s.mortal = true
		if fx.Down < s.replicas {
			s.perReplica = true
		}
	}
}
