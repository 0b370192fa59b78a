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
	order         float64
	y             float64
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
		for k := 1; k < len(route); k++ {
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

// uncross orders each layer by the mean place of its neighbours, to and fro, and keeps
// the order with the fewest crossings.
func (l *layout) uncross() {
	best, fewest := l.kept(), l.crossings()
	rounds := 12
	if len(l.nodes) > 1000 {
		rounds = 4 // counting crossings takes the square of the links
	}
	for round := range rounds {
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
			best, fewest = l.kept(), n
		}
	}
	for i, layer := range best {
		l.layers[i] = layer
		for k, s := range layer {
			s.order = float64(k)
		}
	}
}

func (l *layout) kept() [][]*spot {
	var out [][]*spot
	for _, layer := range l.layers {
		out = append(out, slices.Clone(layer))
	}
	return out
}

func arrange(layer []*spot, neighbours func(*spot) []*spot) {
	middle := map[*spot]float64{}
	for i, s := range layer {
		list := neighbours(s)
		middle[s] = float64(i)
		if len(list) > 0 {
			sum := 0.0
			for _, n := range list {
				sum += n.order
			}
			middle[s] = sum / float64(len(list))
		}
	}
	slices.SortStableFunc(layer, func(a, b *spot) int { return cmp.Compare(middle[a], middle[b]) })
	for i, s := range layer {
		s.order = float64(i)
	}
}

// crossings counts the pairs of links between two layers that cross.
func (l *layout) crossings() int {
	n := 0
	for _, layer := range l.layers {
		var ends [][2]float64
		for _, s := range layer {
			for _, t := range s.after {
				ends = append(ends, [2]float64{s.order, t.order})
			}
		}
		for i, a := range ends {
			for _, b := range ends[i+1:] {
				if (a[0]-b[0])*(a[1]-b[1]) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// place gives every spot its height: rows apart, and near the middle of its
// neighbours where there is room.
func (l *layout) place(row, bend float64) (height float64) {
	size := func(s *spot) float64 {
		if s.name == "" {
			return bend
		}
		return row
	}
	for _, layer := range l.layers {
		y := 0.0
		for _, s := range layer {
			s.y = y + size(s)/2
			y += size(s)
		}
		height = max(height, y)
	}
	for range 8 {
		for _, layer := range l.layers {
			pull(layer, size)
		}
		for i := range l.layers {
			pull(l.layers[len(l.layers)-1-i], size)
		}
	}
	low, high := 0.0, 0.0
	for i, s := range l.nodes {
		top, bottom := s.y-size(s)/2, s.y+size(s)/2
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
func pull(layer []*spot, size func(*spot) float64) {
	for _, s := range layer {
		all := slices.Concat(s.before, s.after)
		if len(all) == 0 {
			continue
		}
		sum := 0.0
		for _, n := range all {
			sum += n.y
		}
		s.y = (s.y + sum/float64(len(all))) / 2
	}
	// Push apart from the middle outwards.
	mid := len(layer) / 2
	for i := mid + 1; i < len(layer); i++ {
		layer[i].y = max(layer[i].y, layer[i-1].y+(size(layer[i-1])+size(layer[i]))/2)
	}
	for i := mid - 1; i >= 0; i-- {
		layer[i].y = min(layer[i].y, layer[i+1].y-(size(layer[i+1])+size(layer[i]))/2)
	}
}

// ports are where the links of a layout leave their left node and reach their right
// one, from top to bottom in the order of where they lead, so that no two lie on each
// other.
func (l *layout) ports(apart, most float64) (leave, reach []float64) {
	leave, reach = make([]float64, len(l.routes)), make([]float64, len(l.routes))
	type end struct {
		bundle int
		to     float64
	}
	right, left := map[*spot][]end{}, map[*spot][]end{}
	for i, route := range l.routes {
		if len(route) < 2 || route[0] == route[len(route)-1] {
			continue
		}
		first, last := route[0], route[len(route)-1]
		right[first] = append(right[first], end{i, route[1].y})
		left[last] = append(left[last], end{i, route[len(route)-2].y})
	}
	spread := func(s *spot, ends []end, out []float64) {
		slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.to, b.to) })
		step := min(apart, most/float64(max(len(ends), 1)))
		for k, e := range ends {
			out[e.bundle] = s.y + (float64(k)-float64(len(ends)-1)/2)*step
		}
	}
	for _, s := range l.nodes {
		spread(s, right[s], leave)
		spread(s, left[s], reach)
	}
	return leave, reach
}
