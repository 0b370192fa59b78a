package topology

import "slices"

// Drawing is how long it takes to draw a system by hand, so that nothing is
// missing: the ten-minute test.
type Drawing struct {
	Parts   []DrawingPart
	Seconds int
	// What would make it drawable, where it is not: groups of services that are
	// each drawn as one box with a contract of its own, largest saving first, and
	// how long it takes then.
	Boxes        [][]string
	BoxedSeconds int
}

// DrawingPart is one kind of thing to be drawn.
type DrawingPart struct {
	What    string // in the plural
	N, Each int    // how many, and seconds for each
}

// DrawingLimit is the time of the test in seconds.
const DrawingLimit = 600

// Drawable tells whether it takes less than ten minutes.
func (d Drawing) Drawable() bool { return d.Seconds < DrawingLimit }

// What each part takes somebody who knows the system, in seconds. These are our own
// assumption: a box or an arrow in two strokes, a name of some twelve letters at two
// letters a second, and for a cycle the time to see when it ends.
const (
	drawService = 8
	drawArrow   = 3
	drawEvent   = 6
	drawChange  = 6
	drawCycle   = 20
)

// boxMost is how many services are put into one box: as many as one team looks
// after, which is our assumption too.
const boxMost = 6

func draw(sys *System, s *Shape, uses []*EventUse) Drawing {
	k := newSketch(sys, s, uses)
	d := Drawing{Parts: k.parts()}
	d.Seconds = seconds(d.Parts)
	d.BoxedSeconds = d.Seconds
	for d.BoxedSeconds >= DrawingLimit && k.box() {
		d.BoxedSeconds = seconds(k.parts())
	}
	if d.Drawable() {
		return d
	}
	for _, g := range k.members {
		if len(g) > 1 {
			var names []string
			for _, i := range g {
				names = append(names, k.names[i])
			}
			d.Boxes = append(d.Boxes, names)
		}
	}
	slices.SortStableFunc(d.Boxes, func(a, b []string) int { return len(b) - len(a) })
	return d
}

func seconds(parts []DrawingPart) int {
	sum := 0
	for _, p := range parts {
		sum += p.N * p.Each
	}
	return sum
}

// sketch is a drawing in which some services have been put into one box. Inside
// a box nothing is drawn: it has a contract of its own.
type sketch struct {
	names   []string // services, then client and coordinator
	changes []int    // by service: state transitions
	boxOf   []int    // by service: its box
	members [][]int  // by box: its services; nil: put into another
	arrows  [][4]int // from service and handler, to service and handler
	events  [][]int  // by event: services that emit or consume it
	cycles  [][]int  // by cycle: services
	outside int      // names from here on are no services
	saved   []int    // by two boxes: the seconds that one box for both saves
}

func newSketch(sys *System, s *Shape, uses []*EventUse) *sketch {
	k := &sketch{outside: len(sys.Services)}
	index, handlers := map[string]int{}, map[string]int{}
	add := func(name string) {
		index[name] = len(k.names)
		k.boxOf = append(k.boxOf, len(k.names))
		k.members = append(k.members, []int{len(k.names)})
		k.names = append(k.names, name)
		k.changes = append(k.changes, 0)
	}
	for _, svc := range sys.Services {
		add(svc.Name)
	}
	add(ClientNode)
	add(CoordinatorNode)
	sys.EachHandler(func(svc *Service, h *Handler) {
		handlers[FullName(svc, h)] = len(handlers)
		k.changes[index[svc.Name]] += len(h.Effects)
		if h.Refuses != nil {
			k.changes[index[svc.Name]] += len(h.Refuses.Effects)
		}
	})
	end := func(name string) (service, handler int) {
		if h, ok := handlers[name]; ok {
			return index[ServiceOf(name)], h
		}
		return index[name], -1
	}
	drawn := map[[4]int]bool{}
	for _, l := range s.Links {
		var a [4]int
		a[0], a[1] = end(l.From)
		a[2], a[3] = end(l.To)
		if l.As != ByReply && !drawn[a] {
			drawn[a] = true
			k.arrows = append(k.arrows, a)
		}
	}
	for _, u := range uses {
		var list []int
		if u.Trigger {
			list = append(list, index[ClientNode])
		}
		for _, h := range slices.Concat(u.Producers, u.Consumers) {
			list = append(list, index[ServiceOf(h)])
		}
		k.events = append(k.events, list)
	}
	for _, c := range s.Cycles {
		var list []int
		for _, h := range slices.Concat(c.Path, c.Others) {
			list = append(list, index[ServiceOf(h)])
		}
		k.cycles = append(k.cycles, list)
	}
	return k
}

// boxed tells whether a service shares a box with another.
func (k *sketch) boxed(service int) bool { return len(k.members[k.boxOf[service]]) > 1 }

// inside tells whether all services are in one box that holds more than one.
func (k *sketch) inside(services []int) bool {
	for _, s := range services {
		if k.boxOf[s] != k.boxOf[services[0]] {
			return false
		}
	}
	return k.boxed(services[0])
}

// parts counts what is drawn.
func (k *sketch) parts() []DrawingPart {
	boxes, changes, events, cycles := 0, 0, 0, 0
	for i, g := range k.members[:k.outside] {
		if g != nil {
			boxes++
		}
		if !k.boxed(i) {
			changes += k.changes[i]
		}
	}
	end := func(service, handler int) int {
		if handler < 0 || k.boxed(service) {
			return k.boxOf[service]
		}
		return len(k.names) + handler
	}
	var arrows []int // both ends in one number, to be sorted
	for _, a := range k.arrows {
		if k.boxOf[a[0]] != k.boxOf[a[2]] || !k.boxed(a[0]) {
			arrows = append(arrows, end(a[0], a[1])<<32|end(a[2], a[3]))
		}
	}
	slices.Sort(arrows)
	arrows = slices.Compact(arrows)
	for _, e := range k.events {
		if !k.inside(e) {
			events++
		}
	}
	for _, c := range k.cycles {
		if !k.inside(c) {
			cycles++
		}
	}
	return []DrawingPart{
		{"services", boxes, drawService},
		{"arrows", len(arrows), drawArrow},
		{"names of events", events, drawEvent},
		{"state transitions", changes, drawChange},
		{"cycles", cycles, drawCycle},
	}
}

// box puts the two neighbours into one box that save most, and tells whether
// there were two.
func (k *sketch) box() bool {
	var pairs [][2]int // in the order of the scenario
	if k.saved == nil {
		k.saved = make([]int, k.outside*k.outside)
	}
	clear(k.saved)
	add := func(a, b, seconds int) {
		a, b = k.boxOf[a], k.boxOf[b]
		if a == b || a >= k.outside || b >= k.outside || len(k.members[a])+len(k.members[b]) > boxMost {
			return
		}
		a, b = min(a, b), max(a, b)
		at := &k.saved[a*k.outside+b]
		if *at == 0 {
			pairs = append(pairs, [2]int{a, b})
			*at = drawService + k.alone(a) + k.alone(b)
		}
		*at += seconds
	}
	for _, list := range k.events {
		boxes := []int{}
		for _, s := range list {
			if !slices.Contains(boxes, k.boxOf[s]) {
				boxes = append(boxes, k.boxOf[s])
			}
		}
		for i, a := range boxes {
			for _, b := range boxes[i+1:] {
				seconds := 0
				if len(boxes) == 2 {
					seconds = drawEvent
				}
				add(k.members[a][0], k.members[b][0], seconds)
			}
		}
	}
	for _, a := range k.arrows {
		add(a[0], a[2], drawArrow)
	}
	if len(pairs) == 0 {
		return false
	}
	best := pairs[0]
	for _, p := range pairs {
		if k.saved[p[0]*k.outside+p[1]] > k.saved[best[0]*k.outside+best[1]] {
			best = p
		}
	}
	for _, s := range k.members[best[1]] {
		k.boxOf[s] = best[0]
	}
	k.members[best[0]] = append(k.members[best[0]], k.members[best[1]]...)
	k.members[best[1]] = nil
	return true
}

// alone are the seconds of the state transitions of a box that is one service:
// they are not drawn once it is in a box with others.
func (k *sketch) alone(box int) int {
	if len(k.members[box]) > 1 {
		return 0
	}
	return k.changes[k.members[box][0]] * drawChange
}
