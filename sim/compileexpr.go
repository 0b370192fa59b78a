package sim

import (
	"fmt"
	"math"
	"strings"

	"edasim/topology"
)

// scope says where the names of an expression are kept.
type scope struct {
	service string // whose own states may be bare; empty: nobody's
	carried bool   // other services' states come with the message
}

// expression compiles an expression to closures over the slots of its names,
// and tells which states it reads (a copy that a message carries is none).
func (c *compiler) expression(x *topology.Expr, in scope) (eval, []int32) {
	k := exprCompiler{compiler: c, scope: in}
	return k.node(x.Root), k.states
}

// condition is expression for what is true or not. It also tells whether it asks for the
// outcome. Of no expression it is nil.
func (c *compiler) condition(x *topology.Expr, in scope) (condition, []int32, bool) {
	if x == nil {
		return nil, nil, false
	}
	k := exprCompiler{compiler: c, scope: in}
	f := k.truthOf(x.Root)
	return f, k.states, k.outcome
}

type exprCompiler struct {
	*compiler
	scope   scope
	states  []int32
	outcome bool
}

func (k *exprCompiler) node(n *topology.Node) eval {
	if isLeaf(n) {
		l := k.leaf(n)
		return func(e *env) float64 { return l.in(e) }
	}
	if isTruth(n) {
		f := k.truthOf(n)
		return func(e *env) float64 { return truth(f(e)) }
	}
	switch n.Kind {
	case topology.UnaryNode:
		x := k.node(n.Args[0])
		return func(e *env) float64 { return -x(e) }
	case topology.BinaryNode:
		return k.binary(n)
	case topology.ConditionNode:
		cond, yes, no := k.truthOf(n.Args[0]), k.node(n.Args[1]), k.node(n.Args[2])
		return func(e *env) float64 {
			if cond(e) {
				return yes(e)
			}
			return no(e)
		}
	case topology.CallNode:
		return k.call(n)
	}
	k.fail("an expression has a part that edasim does not know: %s", n.Text)
	return nil
}

// isTruth tells whether a part of an expression is true or not, and no number or word.
func isTruth(n *topology.Node) bool {
	switch n.Kind {
	case topology.InNode:
		return true
	case topology.UnaryNode:
		return n.Op == topology.OpNot
	case topology.BinaryNode:
		return n.Op.IsComparison() || n.Op == topology.OpAnd || n.Op == topology.OpOr
	}
	return false
}

// truthOf compiles a part of an expression of which only the truth is asked.
func (k *exprCompiler) truthOf(n *topology.Node) condition {
	if !isTruth(n) {
		f := k.node(n)
		return func(e *env) bool { return f(e) != 0 }
	}
	switch {
	case n.Kind == topology.InNode:
		x := k.node(n.Args[0])
		list := k.nodes(n.Args[1:])
		return func(e *env) bool {
			v := x(e)
			for _, item := range list {
				if item(e) == v {
					return true
				}
			}
			return false
		}
	case n.Op == topology.OpNot:
		x := k.truthOf(n.Args[0])
		return func(e *env) bool { return !x(e) }
	case n.Op == topology.OpAnd:
		x, y := k.truthOf(n.Args[0]), k.truthOf(n.Args[1])
		return func(e *env) bool { return x(e) && y(e) }
	case n.Op == topology.OpOr:
		x, y := k.truthOf(n.Args[0]), k.truthOf(n.Args[1])
		return func(e *env) bool { return x(e) || y(e) }
	}
	return k.comparison(n)
}

func (k *exprCompiler) nodes(list []*topology.Node) []eval {
	out := make([]eval, len(list))
	for i, n := range list {
		out[i] = k.node(n)
	}
	return out
}

func (k *exprCompiler) call(n *topology.Node) eval {
	args := k.nodes(n.Args)
	switch n.Text {
	case "abs":
		return func(e *env) float64 { return math.Abs(args[0](e)) }
	case "min":
		return func(e *env) float64 {
			v := args[0](e)
			for _, a := range args[1:] {
				v = min(v, a(e))
			}
			return v
		}
	case "max":
		return func(e *env) float64 {
			v := args[0](e)
			for _, a := range args[1:] {
				v = max(v, a(e))
			}
			return v
		}
	}
	k.fail("an expression calls %q", n.Text)
	return nil
}

// place is where a leaf of an expression has its value from.
type place uint8

const (
	constant place = iota
	ofFlow
	ofService // one for all
	perKey
	ofMessage
	theOutcome
)

// leaf is a part of an expression that has no parts: a number, a word or a name.
type leaf struct {
	place place
	at    int32
	key   int32
	value float64
}

// in is the value of a leaf.
func (l *leaf) in(e *env) float64 {
	switch l.place {
	case ofFlow:
		return e.flow.values[l.at]
	case constant:
		return l.value
	case theOutcome:
		return e.outcome
	case perKey:
		return e.shared[l.at+e.flow.keys[l.key]]
	case ofMessage:
		return e.carried[l.at]
	}
	return e.shared[l.at]
}

func isLeaf(n *topology.Node) bool {
	switch n.Kind {
	case topology.NumberNode, topology.BoolNode, topology.WordNode, topology.NameNode:
		return true
	}
	return false
}

// leaf compiles a part without parts.
func (k *exprCompiler) leaf(n *topology.Node) leaf {
	switch n.Kind {
	case topology.NameNode:
		return k.name(n)
	case topology.WordNode:
		return leaf{place: constant, value: k.word(n.Text)}
	}
	return leaf{place: constant, value: n.Number}
}

// name finds where a state is, or the outcome.
func (k *exprCompiler) name(n *topology.Node) leaf {
	if n.Text == "outcome" {
		k.outcome = true
		return leaf{place: theOutcome}
	}
	i, own := k.stateNamed(n.Text)
	if i < 0 {
		k.fail("an expression asks for %q, which no service has", n.Text)
		return leaf{}
	}
	if k.scope.carried && !own {
		return leaf{place: ofMessage, at: k.carry(i)}
	}
	k.states = append(k.states, i)
	s := &k.model.states[i]
	switch s.key {
	case keyNone:
		return leaf{place: ofFlow, at: s.base}
	case keyAll:
		return leaf{place: ofService, at: s.base}
	}
	return leaf{place: perKey, at: s.base, key: s.key}
}

// stateNamed finds a state by a bare or a full name.
func (k *exprCompiler) stateNamed(name string) (i int32, own bool) {
	full := name
	if !strings.Contains(name, ".") {
		full = k.scope.service + "." + name
	}
	for i := range k.model.states {
		if s := &k.model.states[i]; s.name == full {
			return int32(i), k.model.services[s.service].name == k.scope.service
		}
	}
	return -1, false
}

func (k *exprCompiler) binary(n *topology.Node) eval {
	x, y := k.node(n.Args[0]), k.node(n.Args[1])
	switch n.Op {
	case topology.OpAdd:
		return func(e *env) float64 { return x(e) + y(e) }
	case topology.OpSubtract:
		return func(e *env) float64 { return x(e) - y(e) }
	case topology.OpMultiply:
		return func(e *env) float64 { return float64(x(e) * y(e)) }
	case topology.OpDivide:
		return func(e *env) float64 { return x(e) / y(e) }
	case topology.OpRemainder:
		return func(e *env) float64 { return math.Mod(x(e), y(e)) }
	}
	k.fail("an expression has an operator that edasim does not know: %s", n.Text)
	return nil
}

// comparison compiles the commonest shape, two leaves compared, to one closure
// instead of three.
func (k *exprCompiler) comparison(n *topology.Node) condition {
	op := n.Op
	if isLeaf(n.Args[0]) && isLeaf(n.Args[1]) {
		x, y := k.leaf(n.Args[0]), k.leaf(n.Args[1])
		switch {
		case x.place == ofFlow && y.place == constant:
			return func(e *env) bool { return holds(op, e.flow.values[x.at], y.value) }
		case x.place == ofFlow && y.place == ofFlow:
			return func(e *env) bool { return holds(op, e.flow.values[x.at], e.flow.values[y.at]) }
		case x.place == perKey && y.place == constant:
			return func(e *env) bool { return holds(op, e.shared[x.at+e.flow.keys[x.key]], y.value) }
		}
		return func(e *env) bool { return holds(op, x.in(e), y.in(e)) }
	}
	x, y := k.node(n.Args[0]), k.node(n.Args[1])
	return func(e *env) bool { return holds(op, x(e), y(e)) }
}

// holds tells whether a comparison is true.
func holds(op topology.Op, x, y float64) bool {
	switch op {
	case topology.OpEqual:
		return x == y
	case topology.OpNotEqual:
		return x != y
	case topology.OpLess:
		return x < y
	case topology.OpLessEqual:
		return x <= y
	case topology.OpGreater:
		return x > y
	}
	return x >= y
}

// truth is 1 for what is true, 0 for what is not.
func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// word is the number that stands for a word. Outcomes come first, so that an
// outcome's word is its index and one.
func (c *compiler) word(text string) float64 {
	for i, w := range c.model.words {
		if w == text {
			return float64(i)
		}
	}
	c.model.words = append(c.model.words, text)
	return float64(len(c.model.words) - 1)
}

// carry is the place of a state among what messages carry.
func (c *compiler) carry(state int32) int32 {
	s := &c.model.states[state]
	if s.carried < 0 {
		s.carried = int32(len(c.model.carries))
		c.model.carries = append(c.model.carries, carried{state})
	}
	return s.carried
}

func (c *compiler) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}
