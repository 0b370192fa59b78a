package topology

import (
	"fmt"
	"slices"
)

func (p *exprParser) unary() (*Node, *ExprError) {
	if !p.isOp("-", "!", "+") {
		return p.primary()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	at := p.token
	if err := p.advance(true); err != nil {
		return nil, err
	}
	arg, err := p.unary()
	switch {
	case err != nil:
		return nil, err
	case at.text == "+":
		return arg, nil
	case at.text == "!":
		return prefixed(OpNot, at, arg), nil
	}
	return prefixed(OpNegate, at, arg), nil
}

func (p *exprParser) primary() (*Node, *ExprError) {
	t := p.token
	n := &Node{Offset: t.offset, Len: t.len, Text: t.text}
	switch t.kind {
	case numberToken:
		n.Kind, n.Number = NumberNode, t.number
	case wordToken:
		n.Kind = WordNode
	case nameToken:
		return p.named(n)
	case opToken:
		if t.text != "(" {
			return nil, p.unexpected()
		}
		return p.brackets(t)
	default:
		return nil, p.unexpected()
	}
	return n, p.advance(false)
}

func (p *exprParser) brackets(open token) (*Node, *ExprError) {
	if err := p.advance(true); err != nil {
		return nil, err
	}
	inner, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !p.isOp(")") {
		return nil, p.unclosed(open, ")")
	}
	inner.Len = p.token.offset + 1 - open.offset
	inner.Offset = open.offset
	p.wrapped = inner
	return inner, p.advance(false)
}

// functions are the functions of the language.
var functions = []string{"min", "max", "abs"}

// named reads what begins with a name: a name, a keyword or a call.
func (p *exprParser) named(n *Node) (*Node, *ExprError) {
	switch n.Text {
	case "true":
		n.Kind, n.Number = BoolNode, 1
	case "false":
		n.Kind = BoolNode
	case "not":
		return nil, &ExprError{Offset: n.Offset, Len: n.Len, Msg: "not cannot stand here", Hint: "put it in brackets: a == (not b)"}
	case "and", "or", "in":
		return nil, &ExprError{Offset: n.Offset, Len: n.Len, Msg: n.Text + " is not expected here", Hint: "write a value before it"}
	default:
		n.Kind = NameNode
	}
	if err := p.advance(false); err != nil {
		return nil, err
	}
	if n.Kind != NameNode || !p.isOp("(") {
		return n, nil
	}
	if !slices.Contains(functions, n.Text) {
		return nil, p.unknownFunction(n)
	}
	args, end, err := p.list()
	if err != nil {
		return nil, err
	}
	if n.Text == "abs" && len(args) != 1 {
		return nil, &ExprError{Offset: n.Offset, Len: end - n.Offset, Msg: "abs has one argument", Hint: "write abs(a - b)"}
	}
	n.Kind, n.Args, n.Len = CallNode, args, end-n.Offset
	return n, nil
}

func (p *exprParser) unknownFunction(n *Node) *ExprError {
	e := &ExprError{Offset: n.Offset, Len: n.Len, Msg: "there is no function " + n.Text}
	near, ok := Nearest(n.Text, functions)
	switch {
	case ok:
		e.Hint = fmt.Sprintf("did you mean %s?", near)
	case n.Text == "rate" || n.Text == "queue":
		e.Hint = "only alerts have " + n.Text
	default:
		e.Hint = "the functions are min, max and abs"
	}
	return e
}
