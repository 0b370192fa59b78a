package topology

import (
	"fmt"
	"slices"
	"strings"
)

// Syntax allows what only some expressions may contain.
type Syntax uint8

// What may be allowed.
const (
	Wildcards Syntax = 1 << iota // * as an element of a path, in expectations
	Rates                        // rate(event.X) and queue(service.S), in alerts
)

// Limits that no honest expression meets; they keep every walk over the tree
// shallow.
const (
	longestExpr = 10_000 // bytes
	deepestExpr = 200
)

// ParseExpr reads an expression:
//
//	payment.charged <= 1 && outcome != "cancelled"
//
// The error is an *ExprError.
func ParseExpr(text string, allow ...Syntax) (*Expr, error) {
	if len(text) > longestExpr {
		return nil, &ExprError{Msg: fmt.Sprintf("an expression of %d characters: at most %d are allowed", len(text), longestExpr)}
	}
	p := &exprParser{scanner: scanner{text: text}}
	for _, a := range allow {
		p.wildcards = p.wildcards || a&Wildcards != 0
		p.rates = p.rates || a&Rates != 0
	}
	root, err := p.whole()
	if err != nil {
		return nil, err
	}
	return &Expr{Text: text, Root: root}, nil
}

// exprParser is a parser by recursive descent with one token of look-ahead.
type exprParser struct {
	scanner
	token token // the next one, not yet used
	depth int
	// wrapped is the node last seen in brackets of its own.
	wrapped *Node
}

func (p *exprParser) whole() (*Node, error) {
	if err := p.advance(true); err != nil {
		return nil, err
	}
	if p.token.kind == endToken {
		return nil, &ExprError{Msg: "the expression is empty", Hint: "write a condition such as charged <= 1"}
	}
	root, err := p.expression()
	if err == nil && p.token.kind != endToken {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return root, nil
}

func (p *exprParser) advance(operand bool) *ExprError {
	t, err := p.next(operand)
	p.token = t
	return err
}

// unexpected is the error of a token where the expression should be at an end
// or go on with an operator.
func (p *exprParser) unexpected() *ExprError {
	t := p.token
	e := &ExprError{Offset: t.offset, Len: t.len}
	switch {
	case t.kind == endToken:
		e.Msg, e.Hint = "the expression ends too early", "write a value after the last operator"
	case t.kind == opToken && (t.text == ")" || t.text == "]"):
		e.Msg, e.Hint = fmt.Sprintf("%s closes nothing", t.text), "take it away, or open it before"
	case t.kind == opToken && t.text == ":":
		e.Msg, e.Hint = ": without a ?", "write condition ? this : that"
	case t.kind == opToken && (t.text == "(" || t.text == "["):
		e.Msg, e.Hint = "an operator is missing before "+t.text, "the only functions are min, max and abs; join conditions with and, or"
	case t.kind == opToken:
		e.Msg = t.text + " is not expected here"
	case strings.HasSuffix(p.text[:t.offset], "%"):
		e.Msg, e.Hint = "an operator is missing after the percentage", "for the remainder write spaces round %"
	default:
		e.Msg, e.Hint = "an operator is missing before "+p.text[t.offset:t.offset+t.len],
			"join conditions with and, or; put a word in quotes"
	}
	return e
}

func (p *exprParser) isOp(texts ...string) bool {
	return p.token.kind == opToken && slices.Contains(texts, p.token.text)
}

func (p *exprParser) isKeyword(text string) bool {
	return p.token.kind == nameToken && p.token.text == text
}

// deeper counts a level of nesting; the caller takes it back.
func (p *exprParser) deeper() *ExprError {
	p.depth++
	if p.depth > deepestExpr {
		return &ExprError{Offset: p.token.offset, Len: p.token.len, Msg: "the expression is nested too deeply"}
	}
	return nil
}

// spanning is a node over its arguments.
func spanning(n *Node) *Node {
	first, last := n.Args[0], n.Args[len(n.Args)-1]
	n.Offset, n.Len = first.Offset, last.Offset+last.Len-first.Offset
	return n
}

func (p *exprParser) expression() (*Node, *ExprError) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	condition, err := p.binary(0)
	if err != nil || !p.isOp("?") {
		return condition, err
	}
	if err := p.advance(true); err != nil {
		return nil, err
	}
	yes, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !p.isOp(":") {
		return nil, &ExprError{Offset: p.token.offset, Len: p.token.len, Msg: "a : is missing", Hint: "write condition ? this : that"}
	}
	if err := p.advance(true); err != nil {
		return nil, err
	}
	no, err := p.expression()
	if err != nil {
		return nil, err
	}
	return spanning(&Node{Kind: ConditionNode, Args: []*Node{condition, yes, no}}), nil
}

// binaryOps are the binary operators, the loosest first.
var binaryOps = []map[string]Op{
	{"or": OpOr, "||": OpOr},
	{"and": OpAnd, "&&": OpAnd},
	{"==": OpEqual, "!=": OpNotEqual, "<": OpLess, "<=": OpLessEqual, ">": OpGreater, ">=": OpGreaterEqual},
	{"+": OpAdd, "-": OpSubtract},
	{"*": OpMultiply, "/": OpDivide, "%": OpRemainder},
}

// comparing is the level of binaryOps at which not binds and in stands.
const comparing = 2

func (p *exprParser) operatorAt(level int) Op {
	if p.token.kind != opToken && p.token.kind != nameToken {
		return NoOp
	}
	return binaryOps[level][p.token.text]
}

// binary reads operators of a level and tighter ones.
func (p *exprParser) binary(level int) (*Node, *ExprError) {
	if level == len(binaryOps) {
		return p.unary()
	}
	if level == comparing && p.isKeyword("not") {
		return p.negation()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		if level == comparing && (p.isKeyword("in") || p.isKeyword("not")) {
			left, err = p.membership(left)
			continue
		}
		op := p.operatorAt(level)
		if op == NoOp {
			break
		}
		at, free := p.token, left != p.wrapped
		if err := p.advance(true); err != nil {
			return nil, err
		}
		var right *Node
		if right, err = p.binary(level + 1); err != nil {
			break
		}
		if level == comparing && left.Kind == BinaryNode && left.Op.IsComparison() && free {
			return nil, &ExprError{
				Offset: at.offset, Len: at.len, Msg: "comparisons cannot be chained",
				Hint: fmt.Sprintf("write %s and %s %s %s", p.source(left), p.source(left.Args[1]), op, p.source(right)),
			}
		}
		left = spanning(&Node{Kind: BinaryNode, Op: op, Args: []*Node{left, right}})
	}
	return left, err
}

func (p *exprParser) source(n *Node) string { return p.text[n.Offset : n.Offset+n.Len] }

// negation reads not, which binds looser than a comparison.
func (p *exprParser) negation() (*Node, *ExprError) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	at := p.token
	if err := p.advance(true); err != nil {
		return nil, err
	}
	arg, err := p.binary(comparing)
	if err != nil {
		return nil, err
	}
	return prefixed(OpNot, at, arg), nil
}

func prefixed(op Op, at token, arg *Node) *Node {
	return &Node{Kind: UnaryNode, Op: op, Args: []*Node{arg}, Offset: at.offset, Len: arg.Offset + arg.Len - at.offset}
}

// membership reads in [a, b], in (a, b) and not in [a, b].
func (p *exprParser) membership(item *Node) (*Node, *ExprError) {
	not := p.isKeyword("not")
	if not {
		if err := p.advance(false); err != nil {
			return nil, err
		}
	}
	if !p.isKeyword("in") {
		return nil, p.unexpected()
	}
	if err := p.advance(true); err != nil {
		return nil, err
	}
	if !p.isOp("[", "(") {
		return nil, &ExprError{Offset: p.token.offset, Len: p.token.len, Msg: "in needs a list", Hint: `write in ["new", "paid"]`}
	}
	list, end, err := p.list()
	if err != nil {
		return nil, err
	}
	node := &Node{Kind: InNode, Args: append([]*Node{item}, list...), Offset: item.Offset, Len: end - item.Offset}
	if not {
		return &Node{Kind: UnaryNode, Op: OpNot, Args: []*Node{node}, Offset: node.Offset, Len: node.Len}, nil
	}
	return node, nil
}

// list reads one or more expressions in brackets and returns where they end.
func (p *exprParser) list() (items []*Node, end int, err *ExprError) {
	open, closing := p.token, ")"
	if open.text == "[" {
		closing = "]"
	}
	for {
		if err := p.advance(true); err != nil {
			return nil, 0, err
		}
		item, err := p.expression()
		if err != nil {
			return nil, 0, err
		}
		items = append(items, item)
		if !p.isOp(",") {
			break
		}
	}
	if !p.isOp(closing) {
		return nil, 0, p.unclosed(open, closing)
	}
	end = p.token.offset + 1
	return items, end, p.advance(false)
}

func (p *exprParser) unclosed(open token, closing string) *ExprError {
	if p.token.kind == endToken {
		return &ExprError{Offset: open.offset, Len: open.len, Msg: open.text + " is never closed", Hint: "write " + closing}
	}
	return p.unexpected()
}
