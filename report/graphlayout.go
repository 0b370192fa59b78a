package report

import (
	"cmp"
	"slices"
)

// A layered layout (K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual
// understanding of hierarchical system structures", IEEE Transactions on Systems, Man,
// and Cybernetics 11, 1981): links back are turned round, each node gets the layer
// after the last of those before it, long links get a bend in each layer that they
// cross, and the layers are ordered by the middle of their neighbours so that few links
// cross. Everything is decided in the order of the scenario, so that equal graphs have
// equal pictures.
type layout struct {
	nodes  []*spot   // bends included
	layers [][]*spot // from left to right, each from top to bottom
	routes [][]*spot // by bundle: from its left end to its right one
	back   []bool    // by bundle: it goes from right to left
}

// spot is a node or a bend in its place.
type spot struct {
	name          string // empty: a bend
	layer         int
	before, after []*spot
	order         float64 // in its layer, from the top
	mean          float64 // of its neighbours' orders
	y             float64 // of its middle
	high          float64 // with what it keeps free around it
	leave, reach  []port  // on its right and on its left, from top to bottom
}

// port is where a link leaves or reaches a node.
type port struct {
	bundle int     // negative: none, an event that ends here
	high   float64 // of the lane that it has for itself
	y      float64 // below the middle of the node: the lower edge of its lane
	end    int     // of an event that ends here
}

func layOut(names []string, list []bundle) *layout {
	l := &layout{routes: make([][]*spot, len(list)), back: make([]bool, len(list))}
	at := map[string]*spot{}
	for _, n := range names {
		at[n] = &spot{name: n}
		l.nodes = append(l.nodes, at[n])
	}
	l.turnBack(names, list)
	// Longest path from the left.
	for range names {
		for i, b := range list {
			from, to := l.ends(at, i, b)
			if b.from != b.to {
				to.layer = max(to.layer, from.layer+1)
			}
		}
	}
	for i, b := range list {
		from, to := l.ends(at, i, b)
		route := []*spot{from}
		for layer := from.layer + 1; layer < to.layer; layer++ {
			bend := &spot{layer: layer}
			l.nodes = append(l.nodes, bend)
			route = append(route, bend)
		}
		route = append(route, to)
		for k := 1; k < len(route) && from != to; k++ {
			route[k-1].after = append(route[k-1].after, route[k])
			route[k].before = append(route[k].before, route[k-1])
		}
		l.routes[i] = route
	}
	for _, s := range l.nodes {
		for len(l.layers) <= s.layer {
			l.layers = append(l.layers, nil)
		}
		s.order = float64(len(l.layers[s.layer]))
		l.layers[s.layer] = append(l.layers[s.layer], s)
	}
	l.uncross()
	return l
}

// ends are the left and the right end of a bundle.
func (l *layout) ends(at map[string]*spot, i int, b bundle) (left, right *spot) {
	if l.back[i] {
		return at[b.to], at[b.from]
	}
	return at[b.from], at[b.to]
}

// turnBack finds the links that lead back to where they came from, in a walk from the
// first node.
func (l *layout) turnBack(names []string, list []bundle) {
	const fresh, under, done = 0, 1, 2
	state := map[string]int{}
	var visit func(name string)
	visit = func(name string) {
		state[name] = under
		for i, b := range list {
			if b.from != name || b.to == name {
				continue
			}
			switch state[b.to] {
			case under:
				l.back[i] = true
			case fresh:
				visit(b.to)
			}
		}
		state[name] = done
	}
	for _, n := range names {
		if state[n] == fresh {
			visit(n)
		}
	}
}

// uncross orders each layer by the mean place of its neighbours, to and fro, lets
// neighbours in a layer change places where that saves crossings, and keeps the order
// with the fewest.
func (l *layout) uncross() {
	best, fewest, since := l.kept(), l.crossings(), 0
	for round := 0; since < 4; round++ {
		since++
		if round%2 == 0 {
			for _, layer := range l.layers {
				arrange(layer, func(s *spot) []*spot { return s.before })
			}
		} else {
			for i := range l.layers {
				arrange(l.layers[len(l.layers)-1-i], func(s *spot) []*spot { return s.after })
			}
		}
		if n := l.crossings(); n < fewest {
			best, fewest, since = l.kept(), n, 0
		}
	}
	l.restore(best)
	for range 8 {
		if !l.swap() {
			break
		}
	}
}

func (l *layout) restore(kept [][]*spot) {
	for i, layer := range kept {
		l.layers[i] = layer
		for k, s := range layer {
			s.order = float64(k)
		}
	}
}

// swap lets neighbours in a layer change places where fewer of their links cross
// then, and tells whether any did.
func (l *layout) swap() (changed bool) {
	for _, layer := range l.layers {
		for i := 1; i < len(layer); i++ {
			a, b := layer[i-1], layer[i]
			now := crossed(a.before, b.before) + crossed(a.after, b.after)
			then := crossed(b.before, a.before) + crossed(b.after, a.after)
			if then < now {
				layer[i-1], layer[i] = b, a
				a.order, b.order = b.order, a.order
				changed = true
			}
		}
	}
	return changed
}

// crossed counts the crossings of the links of two spots of which the first is above.
func crossed(upper, lower []*spot) int {
	n := 0
	for _, u := range upper {
		for _, v := range lower {
			if u.order > v.order {
				n++
			}
		}
	}
	return n
}

func (l *layout) kept() [][]*spot {
	var out [][]*spot
	for _, layer := range l.layers {
		out = append(out, slices.Clone(layer))
	}
	return out
}

// arrange orders a layer by the mean place of its spots' neighbours.
func arrange(layer []*spot, neighbours func(*spot) []*spot) {
	for i, s := range layer {
		list := neighbours(s)
		s.mean = float64(i)
		if len(list) > 0 {
			sum := 0.0
			for _, n := range list {
				sum += n.order
			}
			s.mean = sum / float64(len(list))
		}
	}
	slices.SortStableFunc(layer, func(a, b *spot) int { return cmp.Compare(a.mean, b.mean) })
	for i, s := range layer {
		s.order = float64(i)
	}
}

// crossings counts the pairs of links between two layers that cross: the inversions
// of their right ends, once the left ones are in order (W. Barth, M. Jünger and
// P. Mutzel, "Simple and efficient bilayer cross counting", Graph Drawing 2002).
func (l *layout) crossings() int {
	n := 0
	for i, layer := range l.layers {
		if i+1 == len(l.layers) {
			break
		}
		tree := make([]int, len(l.layers[i+1])+1) // of Fenwick: ends seen so far
		seen := 0
		var ends []int
		for _, s := range layer {
			ends = ends[:0]
			for _, t := range s.after {
				ends = append(ends, int(t.order))
			}
			for _, e := range ends { // of the same spot: they do not cross
				n += seen
				for k := e + 1; k > 0; k -= k & -k {
					n -= tree[k]
				}
			}
			for _, e := range ends {
				seen++
				for k := e + 1; k < len(tree); k += k & -k {
					tree[k]++
				}
			}
		}
	}
	return n
}

// room gives every node the ports of its links, in the order of where they lead, and
// the height that these need. lane is the height of a link's lane where it leaves,
// ends are those of the events that go nowhere, by node.
func (l *layout) room(lane func(bundle int) float64, ends map[string][]float64) {
	const (
		reached = 14 // of a lane where a link comes in
		least   = 30
	)
	for i, route := range l.routes {
		first, last := route[0], route[len(route)-1]
		first.leave = append(first.leave, port{bundle: i, high: lane(i)})
		if first != last {
			last.reach = append(last.reach, port{bundle: i, high: reached})
		}
	}
	for _, s := range l.nodes {
		if s.name == "" {
			s.high = 18
			continue
		}
		slices.SortStableFunc(s.leave, func(a, b port) int { return cmp.Compare(l.after(a), l.after(b)) })
		slices.SortStableFunc(s.reach, func(a, b port) int { return cmp.Compare(l.before(a), l.before(b)) })
		for k, high := range ends[s.name] {
			s.leave = append(s.leave, port{bundle: -1, high: high, end: k})
		}
		s.high = max(least, stack(s.leave)+8, stack(s.reach)+8) + 2*boxAside
	}
}

func (l *layout) after(p port) float64 {
	if route := l.routes[p.bundle]; len(route) > 1 && route[1] != route[0] {
		return route[1].order
	}
	return -1 // to itself: above all
}

func (l *layout) before(p port) float64 {
	route := l.routes[p.bundle]
	return route[len(route)-2].order
}

// stack puts the lanes of ports one below the other around the middle.
func stack(list []port) float64 {
	sum := 0.0
	for _, p := range list {
		sum += p.high
	}
	y := -sum / 2
	for i := range list {
		y += list[i].high
		list[i].y = y
	}
	return sum
}

// place gives every spot its height: apart from the others, and near the middle of its
// neighbours where there is room.
func (l *layout) place() (height float64) {
	for _, layer := range l.layers {
		y := 0.0
		for _, s := range layer {
			s.y = y + s.high/2
			y += s.high
		}
	}
	for range 8 {
		for _, layer := range l.layers {
			pull(layer)
		}
		for i := range l.layers {
			pull(l.layers[len(l.layers)-1-i])
		}
	}
	low, high := 0.0, 0.0
	for i, s := range l.nodes {
		top, bottom := s.y-s.high/2, s.y+s.high/2
		if i == 0 {
			low, high = top, bottom
		}
		low, high = min(low, top), max(high, bottom)
	}
	for _, s := range l.nodes {
		s.y -= low
	}
	return high - low
}

// pull moves the spots of a layer towards their neighbours without changing their
// order.
func pull(layer []*spot) {
	for _, s := range layer {
		n := len(s.before) + len(s.after)
		if n == 0 {
			continue
		}
		sum := 0.0
		for _, t := range s.before {
			sum += t.y
		}
		for _, t := range s.after {
			sum += t.y
		}
		s.y = (s.y + sum/float64(n)) / 2
	}
	// Push apart from the middle outwards.
	mid := len(layer) / 2
	for i := mid + 1; i < len(layer); i++ {
		layer[i].y = max(layer[i].y, layer[i-1].y+(layer[i-1].high+layer[i].high)/2)
	}
	for i := mid - 1; i >= 0; i-- {
		layer[i].y = min(layer[i].y, layer[i+1].y-(layer[i+1].high+layer[i].high)/2)
	}
}
