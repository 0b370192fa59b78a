package scenarios

import (
	"math"
	"slices"

	"edasim/sim"
	"edasim/topology"
)

// measures tells whether anything measured is in an expression.
func measures(n *topology.Node) bool {
	return n.Kind == topology.NameNode || slices.ContainsFunc(n.Args, measures)
}

// constant is the number that an expression without measures gives.
func constant(n *topology.Node) float64 {
	return number(n, func(string) float64 { return math.NaN() })
}

// absent are the names in an expression that were not measured at all.
func (c *scope) absent(n *topology.Node) []string {
	if n.Kind == topology.NameNode {
		if c.measure(n.Text) == nil {
			return []string{n.Text}
		}
		return nil
	}
	var out []string
	for _, arg := range n.Args {
		out = append(out, c.absent(arg)...)
	}
	return out
}

// quantity is what an expression over measures gives, with its interval: a
// single measure is itself; arithmetic is done on the values over all
// replications and, for the interval, on those of each replication that has
// them all. Its Value is NaN where something was not measured.
func (c *scope) quantity(n *topology.Node) Measured {
	if n.Kind == topology.NameNode {
		if m := c.measure(n.Text); m != nil {
			return *m
		}
		return Measured{Value: math.NaN()}
	}
	return c.calculate(n)
}

// difference is left minus right, within each replication.
func (c *scope) difference(left, right *topology.Node) Measured {
	if left.Kind == topology.NameNode && right.Kind == topology.NameNode {
		a, b := c.measure(left.Text), c.measure(right.Text)
		if a == nil || b == nil {
			return Measured{Value: math.NaN()}
		}
		d, ok := Subtract(a, b)
		if !ok {
			d.Value = math.NaN()
		}
		return d
	}
	return c.calculate(&topology.Node{
		Kind: topology.BinaryNode, Op: topology.OpSubtract, Args: []*topology.Node{left, right},
	})
}

func (c *scope) calculate(n *topology.Node) Measured {
	out := Measured{Kind: sim.Mean, Unit: c.unit(n)}
	out.Value = number(n, func(name string) float64 {
		if m := c.measure(name); m != nil {
			return m.Value
		}
		return math.NaN()
	})
	for r := range c.result.Replications {
		v := number(n, func(name string) float64 { return c.measure(name).inReplication(r) })
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out.In = append(out.In, r)
			out.Each = append(out.Each, v)
		}
	}
	if math.IsInf(out.Value, 0) || len(out.Each) == 0 {
		out.Value = math.NaN()
		return out
	}
	out.setInterval(out.Each)
	return out
}

// inReplication is the measure's value in one replication, counted from 0; NaN
// if it has none.
func (m *Measured) inReplication(replication int) float64 {
	if m == nil {
		return math.NaN()
	}
	if i, found := slices.BinarySearch(m.In, replication); found {
		return m.Each[i]
	}
	return math.NaN()
}

// number evaluates arithmetic; lookup gives the value of a name, NaN where it
// has none, which makes everything made of it NaN.
func number(n *topology.Node, lookup func(name string) float64) float64 {
	return (&topology.Expr{Root: n}).Eval(func(name string) topology.Value {
		return topology.Value{Type: topology.Number, Number: lookup(name)}
	}).Number
}

// unit is the common unit of the measures in an expression. A quotient of
// measures, and what mixes units, has none.
func (c *scope) unit(n *topology.Node) string {
	if n.Kind == topology.NameNode {
		if m := c.measure(n.Text); m != nil {
			return m.Unit
		}
		return ""
	}
	if (n.Op == topology.OpDivide || n.Op == topology.OpMultiply) && measures(n.Args[0]) && measures(n.Args[1]) {
		return ""
	}
	unit, found := "", false
	for _, arg := range n.Args {
		if !measures(arg) {
			continue
		}
		switch u := c.unit(arg); {
		case !found:
			unit, found = u, true
		case u != unit:
			return ""
		}
	}
	return unit
}
