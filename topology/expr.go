package topology

import "fmt"

// Type is the type of an expression or a value.
type Type uint8

// The types.
const (
	Number Type = iota
	Word
	Bool
)

// String is the type as messages call it.
func (t Type) String() string {
	return [...]string{"a number", "a word", "true or false"}[t]
}

// Value is what an expression gives: the field of its Type counts.
type Value struct {
	Type   Type
	Number float64
	Word   string
	True   bool
}

// Expr is a parsed expression over names of states or measures.
type Expr struct {
	Text string
	Pos  Pos // where Text begins; the loader sets it
	Root *Node
}

// ExprError says what is wrong with an expression and where: Offset and Len
// are in bytes of its text.
type ExprError struct {
	Offset, Len int
	Msg         string
	Hint        string // what to write instead; may be empty
}

// Error is the message with its hint.
func (e *ExprError) Error() string {
	if e.Hint == "" {
		return e.Msg
	}
	return fmt.Sprintf("%s: %s", e.Msg, e.Hint)
}

// NodeKind says what a Node is.
type NodeKind uint8

// The kinds of nodes.
const (
	NumberNode    NodeKind = iota // Number; a duration is in seconds, 2% is 0.02, 6/min is 0.1
	WordNode                      // Text
	BoolNode                      // Number: 1 for true, 0 for false
	NameNode                      // Text: "reserved", "payment.charged", "rate(event.X)"
	UnaryNode                     // Op: OpNegate or OpNot; one argument
	BinaryNode                    // Op; two arguments
	ConditionNode                 // Args[0] ? Args[1] : Args[2]
	CallNode                      // Text: min and max of one or more arguments, abs of one
	InNode                        // Args[0] in Args[1:]
)

// Op is an operator.
type Op uint8

// The operators.
const (
	NoOp Op = iota
	OpNegate
	OpNot
	OpAdd
	OpSubtract
	OpMultiply
	OpDivide
	OpRemainder
	OpEqual
	OpNotEqual
	OpLess
	OpLessEqual
	OpGreater
	OpGreaterEqual
	OpAnd
	OpOr
)

var opTexts = [...]string{"", "-", "not", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or"}

// String is the operator as it is written.
func (o Op) String() string { return opTexts[o] }

// IsComparison says whether the operator compares two values.
func (o Op) IsComparison() bool { return o >= OpEqual && o <= OpGreaterEqual }

// Node is one part of an expression.
type Node struct {
	Kind        NodeKind
	Op          Op
	Number      float64
	Text        string
	Args        []*Node
	Offset, Len int // in bytes of the expression's text
}

// Names are the nodes of the names in the expression, each name once, in the
// order of the text.
func (e *Expr) Names() []*Node {
	var names []*Node
	seen := map[string]bool{}
	var walk func(n *Node)
	walk = func(n *Node) {
		if n.Kind == NameNode && !seen[n.Text] {
			seen[n.Text] = true
			names = append(names, n)
		}
		for _, arg := range n.Args {
			walk(arg)
		}
	}
	walk(e.Root)
	return names
}
