package sim

// starts notes that a service starts a message of a flow; true: in the order of
// publishing, as far as the flow goes, where nothing else is to be looked at.
func (f *flow) starts(svc *service, d *delivery) bool {
	if !svc.byFlow {
		return false
	}
	last := &f.last[svc.place]
	if d.wrote < *last {
		return false
	}
	*last = d.wrote
	return true
}

// watchOrder notices that a service starts a message of a flow, or of a value
// of the key its state is kept per, that was published before one it has
// already started.
func (e *engine) watchOrder(svc *service, f *flow, d *delivery) {
	late := false
	if at := svc.place; at >= 0 {
		last := &f.last[at]
		late = d.wrote < *last
		*last = max(*last, d.wrote)
	}
	if svc.orderKey >= 0 {
		last := &e.lastStarted[svc.orderBase+f.keys[svc.orderKey]]
		late = late || d.wrote < *last
		*last = max(*last, d.wrote)
	}
	if late {
		e.book.anomaly(e, f, outOfOrder, d)
	}
}
