package sim

// stateAccount is a number at the end of the run, over flows or key values.
type stateAccount struct {
	n             int64
	sum, min, max float64
}

func (a *stateAccount) add(v float64) {
	if a.n == 0 {
		a.min, a.max = v, v
	}
	a.n++
	a.sum += v
	if v < a.min {
		a.min = v
	}
	if v > a.max {
		a.max = v
	}
}

// states adds what a flow leaves behind.
func (b *book) states(e *engine, f *flow) {
	for _, n := range e.numbers {
		b.flow.states[n.state].add(f.values[n.slot])
	}
}

func (m *measures) stateMeasures(e *engine) {
	if e.live > 0 {
		for i := range e.flows.made {
			if f := e.flows.at(i); f.open > 0 && f.measured {
				e.book.states(e, f)
			}
		}
	}
	for i := range e.Model.states {
		s := &e.Model.states[i]
		a := &e.book.flow.states[i]
		if s.isWord {
			continue
		}
		if s.key != keyNone {
			count := int32(1)
			if s.key >= 0 {
				count = int32(e.keys[s.key].count)
			}
			for v := range count {
				a.add(e.shared[s.base+v])
			}
		}
		if a.n == 0 {
			continue
		}
		name := "state." + s.name + "."
		m.value(name+"mean", "", a.sum/float64(a.n))
		m.value(name+"sum", "", a.sum)
		m.add(Measure{Name: name + "min", Kind: Mean, Value: a.min})
		m.add(Measure{Name: name + "max", Kind: Largest, Value: a.max})
	}
}
