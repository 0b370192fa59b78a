package topology

import (
	"fmt"
	"math"
	"strings"
)

// Check finds the type of the expression and everything that is wrong with its
// types. typeOf is the type of a name, or an error for one that is not known;
// the place of that error is filled in.
func (e *Expr) Check(typeOf func(name *Node) (Type, *ExprError)) (Type, []*ExprError) {
	c := &checker{text: e.Text, typeOf: typeOf}
	t, _ := c.typ(e.Root)
	return t, c.errors
}

// CheckBool is Check for what must be true or false: a guard, an invariant.
func (e *Expr) CheckBool(typeOf func(name *Node) (Type, *ExprError)) []*ExprError {
	c := &checker{text: e.Text, typeOf: typeOf}
	t, ok := c.typ(e.Root)
	if ok && t != Bool {
		c.fail(e.Root, fmt.Sprintf("%s is %s and not a condition", c.source(e.Root), t), "compare it: "+example(c.source(e.Root), t))
	}
	return c.errors
}

// example is a comparison of something of a type.
func example(source string, t Type) string {
	if t == Word {
		return source + ` == "done"`
	}
	return source + " > 0"
}

type checker struct {
	text   string
	typeOf func(name *Node) (Type, *ExprError)
	errors []*ExprError
}

func (c *checker) source(n *Node) string {
	const longest = 40
	s := c.text[n.Offset : n.Offset+n.Len]
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}

func (c *checker) fail(n *Node, msg, hint string) {
	c.errors = append(c.errors, &ExprError{Offset: n.Offset, Len: n.Len, Msg: msg, Hint: hint})
}

// typ is the type of a node; false where an error makes it unknown, so that one
// mistake is one message.
func (c *checker) typ(n *Node) (Type, bool) {
	switch n.Kind {
	case NumberNode:
		return Number, true
	case WordNode:
		return Word, true
	case BoolNode:
		return Bool, true
	case NameNode:
		return c.name(n)
	case UnaryNode:
		if n.Op == OpNot {
			c.want(n.Args[0], Bool, "not")
			return Bool, true
		}
		c.want(n.Args[0], Number, "-")
		return Number, true
	case BinaryNode:
		return c.binary(n)
	case ConditionNode:
		c.want(n.Args[0], Bool, "?")
		return c.same(n.Args[1], n.Args[2], "the two sides of :")
	case CallNode:
		for _, arg := range n.Args {
			c.want(arg, Number, n.Text)
		}
		return Number, true
	default: // InNode
		for _, item := range n.Args[1:] {
			c.same(n.Args[0], item, "the value and the list of in")
		}
		return Bool, true
	}
}

func (c *checker) name(n *Node) (Type, bool) {
	t, err := c.typeOf(n)
	if err == nil {
		return t, true
	}
	placed := *err
	placed.Offset, placed.Len = n.Offset, n.Len
	if at := strings.IndexByte(n.Text, '-'); placed.Hint == "" && at > 0 {
		placed.Hint = fmt.Sprintf("a hyphen inside a name belongs to it: to subtract write %s - %s", n.Text[:at], n.Text[at+1:])
	}
	for _, e := range c.errors {
		if e.Msg == placed.Msg { // said once is enough
			return 0, false
		}
	}
	c.errors = append(c.errors, &placed)
	return 0, false
}

// want demands a type of an operand.
func (c *checker) want(n *Node, want Type, op string) {
	got, ok := c.typ(n)
	if !ok || got == want {
		return
	}
	hint := ""
	if want == Bool {
		hint = "compare it: " + example(c.source(n), got)
		if op == "not" {
			hint = "write not (" + example(c.source(n), got) + ")"
		}
	}
	c.fail(n, fmt.Sprintf("%s needs %s, and %s is %s", op, want, c.source(n), got), hint)
}

func (c *checker) binary(n *Node) (Type, bool) {
	left, right := n.Args[0], n.Args[1]
	switch {
	case n.Op == OpAnd || n.Op == OpOr:
		c.want(left, Bool, n.Op.String())
		c.want(right, Bool, n.Op.String())
		return Bool, true
	case n.Op == OpEqual || n.Op == OpNotEqual:
		c.same(left, right, "the two sides of "+n.Op.String())
		return Bool, true
	}
	c.want(left, Number, n.Op.String())
	c.want(right, Number, n.Op.String())
	if n.Op.IsComparison() {
		return Bool, true
	}
	return Number, true
}

// same demands the same type of two nodes and returns it.
func (c *checker) same(a, b *Node, what string) (Type, bool) {
	before := len(c.errors)
	ta, okA := c.typ(a)
	tb, okB := c.typ(b)
	if !okA || !okB {
		return ta, false
	}
	if ta == tb {
		return ta, true
	}
	if len(c.errors) == before {
		c.fail(b, fmt.Sprintf("%s differ: %s is %s and %s is %s", what, c.source(a), ta, c.source(b), tb), sameHint(a, b, ta, tb))
	}
	return ta, false
}

// sameHint helps who forgot the quotes of a word or put a number in them.
func sameHint(a, b *Node, ta, tb Type) string {
	for _, n := range []*Node{a, b} {
		if n.Kind != WordNode {
			continue
		}
		if _, err := parseNumber(n.Text); err == nil {
			return fmt.Sprintf("write %s without quotes", n.Text)
		}
	}
	if ta == Word && b.Kind == NumberNode || tb == Word && a.Kind == NumberNode {
		return `put a word in quotes: "done"`
	}
	return ""
}

// Eval is the value of an expression that Check has found right. lookup gives
// the value of a name. It walks the tree: for use outside the hot path.
func (e *Expr) Eval(lookup func(name string) Value) Value {
	return e.Root.eval(lookup)
}

func (n *Node) eval(lookup func(name string) Value) Value {
	switch n.Kind {
	case NumberNode:
		return Value{Number: n.Number}
	case WordNode:
		return Value{Type: Word, Word: n.Text}
	case BoolNode:
		return truth(n.Number != 0)
	case NameNode:
		return lookup(n.Text)
	case UnaryNode:
		v := n.Args[0].eval(lookup)
		if n.Op == OpNot {
			return truth(!v.True)
		}
		return Value{Number: -v.Number}
	case BinaryNode:
		return n.evalBinary(lookup)
	case ConditionNode:
		if n.Args[0].eval(lookup).True {
			return n.Args[1].eval(lookup)
		}
		return n.Args[2].eval(lookup)
	case CallNode:
		return n.evalCall(lookup)
	default: // InNode
		item := n.Args[0].eval(lookup)
		for _, arg := range n.Args[1:] {
			if item.equal(arg.eval(lookup)) {
				return truth(true)
			}
		}
		return truth(false)
	}
}

func truth(b bool) Value { return Value{Type: Bool, True: b} }

// equal compares values of the same type.
func (v Value) equal(w Value) bool {
	switch v.Type {
	case Word:
		return v.Word == w.Word
	case Bool:
		return v.True == w.True
	}
	return v.Number == w.Number
}

func (n *Node) evalBinary(lookup func(name string) Value) Value {
	a := n.Args[0].eval(lookup)
	if n.Op == OpAnd && !a.True || n.Op == OpOr && a.True {
		return a // the right side does not matter
	}
	b := n.Args[1].eval(lookup)
	switch n.Op {
	case OpAnd, OpOr:
		return b
	case OpEqual:
		return truth(a.equal(b))
	case OpNotEqual:
		return truth(!a.equal(b))
	case OpLess:
		return truth(a.Number < b.Number)
	case OpLessEqual:
		return truth(a.Number <= b.Number)
	case OpGreater:
		return truth(a.Number > b.Number)
	case OpGreaterEqual:
		return truth(a.Number >= b.Number)
	}
	return Value{Number: Arithmetic(n.Op, a.Number, b.Number)}
}

// Arithmetic is a op b for + - * / and %. Division is that of IEEE 754: by 0
// it gives an infinity, or no number for 0 / 0. The remainder has the sign of
// a, and by 0 is no number.
func Arithmetic(op Op, a, b float64) float64 {
	switch op {
	case OpAdd:
		return a + b
	case OpSubtract:
		return a - b
	case OpMultiply:
		return float64(a * b)
	case OpDivide:
		return a / b
	default: // OpRemainder
		return math.Mod(a, b)
	}
}

func (n *Node) evalCall(lookup func(name string) Value) Value {
	v := n.Args[0].eval(lookup).Number
	for _, arg := range n.Args[1:] {
		w := arg.eval(lookup).Number
		if n.Text == "min" {
			v = min(v, w)
		} else {
			v = max(v, w)
		}
	}
	if n.Text == "abs" {
		v = math.Abs(v)
	}
	return Value{Number: v}
}
