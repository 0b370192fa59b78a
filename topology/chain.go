package topology

import "slices"

// Cycle is a way in which handlers lead back to themselves.
type Cycle struct {
	Path   []string // handlers: a shortest way from the first of them back to it
	Events []string // Events[i] leads on from Path[i]; empty: a call
	Others []string // handlers that lead back too, by longer ways
}

// cyclesOf finds for every group of handlers that lead back to themselves a way
// on which they do.
func cyclesOf(sys *System) []Cycle {
	g := newGraph(sys)
	var groups [][]int
	if groups = g.cyclic(); len(groups) == 0 {
		return nil
	}
	said := map[[2]string]string{}
	for _, l := range Links(sys, Choreography) {
		if key := [2]string{l.From, l.To}; said[key] == "" {
			said[key] = l.Event
		}
	}
	var cycles []Cycle
	for _, members := range groups {
		path := g.wayBack(members)
		c := Cycle{}
		for k, i := range path {
			c.Path = append(c.Path, g.names[i])
			c.Events = append(c.Events, said[[2]string{g.names[i], g.names[path[(k+1)%len(path)]]}])
		}
		for _, i := range members {
			if !slices.Contains(path, i) {
				c.Others = append(c.Others, g.names[i])
			}
		}
		cycles = append(cycles, c)
	}
	return cycles
}

// wayBack is a shortest way from the first of a component's members back to it.
func (g *graph) wayBack(members []int) []int {
	start := members[0]
	from := map[int]int{}
	queue := []int{start}
	for at := 0; at < len(queue); at++ {
		for _, n := range g.next[queue[at]] {
			if n == start {
				var path []int
				for i := queue[at]; i != start; i = from[i] {
					path = append(path, i)
				}
				path = append(path, start)
				slices.Reverse(path)
				return path
			}
			if _, seen := from[n]; !seen && slices.Contains(members, n) {
				from[n] = queue[at]
				queue = append(queue, n)
			}
		}
	}
	return nil // members are strongly connected: there is a way
}

// chainSteps bounds the search inside cycles. It is exact for the cycles that
// people draw, of a dozen handlers; the longest way through a large tangle is an
// NP-hard question.
const chainSteps = 50_000

// longestChain is the longest chain of handlers that lead to each other by
// events, none of them twice. It begins again at a command or a call: somebody
// keeps a record of that. It also tells whether the search was cut short.
func longestChain(sys *System, links []Link) (names []string, atLeast bool) {
	c := &chains{graph: newGraph(sys), steps: chainSteps}
	c.next = make([][]int, len(c.names))
	for _, l := range links {
		from, known := c.index[l.From]
		to, heard := c.index[l.To]
		if l.As == ByEvent && known && heard && !slices.Contains(c.next[from], to) {
			c.next[from] = append(c.next[from], to)
		}
	}
	c.best = make([][]int, len(c.names))
	c.of = make([]int, len(c.names))
	c.on = make([]bool, len(c.names))
	groups := components(c.next)
	for k, members := range groups {
		for _, i := range members {
			c.of[i] = k
		}
	}
	for _, members := range groups { // what they lead to comes before
		for _, i := range members {
			c.start = i
			c.walk(i, nil)
		}
	}
	var longest []int
	for _, path := range c.best {
		if len(path) > len(longest) {
			longest = path
		}
	}
	for _, i := range longest {
		names = append(names, c.names[i])
	}
	return names, c.steps <= 0
}

// chains looks for the longest chain from every handler. From one component to
// the next it is that of an acyclic graph; inside, every simple path is tried.
type chains struct {
	*graph
	best  [][]int // by handler: the longest chain that begins with it
	of    []int   // component
	on    []bool  // the path under way
	start int
	steps int
}

func (c *chains) walk(i int, path []int) {
	c.steps--
	path = append(path, i)
	c.on[i] = true
	var rest []int
	for _, n := range c.next[i] {
		if c.of[n] != c.of[i] && len(c.best[n]) > len(rest) {
			rest = c.best[n]
		}
	}
	if len(path)+len(rest) > len(c.best[c.start]) {
		c.best[c.start] = slices.Concat(path, rest)
	}
	for _, n := range c.next[i] {
		if c.of[n] == c.of[i] && !c.on[n] && c.steps > 0 {
			c.walk(n, path)
		}
	}
	c.on[i] = false
}
