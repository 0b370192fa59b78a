package topology

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	endToken tokenKind = iota
	numberToken
	wordToken
	nameToken // also keywords
	opToken   // operators and brackets
)

// token is one piece of an expression's text.
type token struct {
	kind        tokenKind
	text        string // of a word: without its quotes
	number      float64
	offset, len int
}

// scanner cuts an expression into tokens.
type scanner struct {
	text      string
	at        int
	wildcards bool
	rates     bool
}

// next is the next token. operand says that a value may stand here, so that a
// star may begin a path.
func (s *scanner) next(operand bool) (token, *ExprError) {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
	if s.at == len(s.text) {
		return token{offset: s.at}, nil
	}
	c := s.text[s.at]
	switch {
	case isDigit(c) || c == '.' && isDigit(s.peek(1)):
		return s.number()
	case isNameByte(c) && c != '-' || s.wildcards && operand && c == '*' && s.peek(1) == '.':
		return s.name()
	case c == '"' || c == '\'':
		return s.word(c)
	}
	return s.operator()
}

func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.text) {
		return s.text[s.at+n]
	}
	return 0
}

func (s *scanner) take(kind tokenKind, n int) token {
	t := token{kind: kind, text: s.text[s.at : s.at+n], offset: s.at, len: n}
	s.at += n
	return t
}

func isNameByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-'
}

// nameLength is the length of the dotted path at the beginning of text. A
// hyphen or a dot belongs to it only inside.
func nameLength(text string, wildcards bool) int {
	n := 0
	for n < len(text) {
		c := text[n]
		inside := n+1 < len(text) && (isNameByte(text[n+1]) && text[n+1] != '-' || c == '-' && text[n+1] == '-')
		switch {
		case c == '-' && !inside:
			return n
		case c == '.' && wildcards && n+1 < len(text) && text[n+1] == '*':
			n++
		case c == '.' && !inside:
			return n
		case c != '.' && !isNameByte(c) && !(n == 0 && c == '*'):
			return n
		}
		n++
	}
	return n
}

// name reads a path, or a figure of an alert such as rate(event.X), which is a
// name as a whole.
func (s *scanner) name() (token, *ExprError) {
	n := nameLength(s.text[s.at:], s.wildcards)
	rest := s.text[s.at+n:]
	function := s.text[s.at : s.at+n]
	if !s.rates || function != "rate" && function != "queue" || !strings.HasPrefix(rest, "(") {
		return s.take(nameToken, n), nil
	}
	inner, _, closed := strings.Cut(rest[1:], ")")
	path := strings.TrimSpace(inner)
	if !closed || path == "" || nameLength(path, false) != len(path) {
		return token{}, &ExprError{
			Offset: s.at, Len: n, Msg: function + " needs one name in brackets",
			Hint: "write rate(event.NAME), rate(service.NAME.handled), rate(anomaly.NAME) or queue(service.NAME)",
		}
	}
	t := s.take(nameToken, n+len(inner)+2)
	t.text = function + "(" + path + ")"
	return t, nil
}

func (s *scanner) word(quoteMark byte) (token, *ExprError) {
	end := strings.IndexByte(s.text[s.at+1:], quoteMark)
	if end < 0 {
		return token{}, &ExprError{
			Offset: s.at, Len: len(s.text) - s.at, Msg: "a word has no closing quote",
			Hint: fmt.Sprintf("end it with %c", quoteMark),
		}
	}
	t := s.take(wordToken, end+2)
	t.text = t.text[1 : len(t.text)-1]
	return t, nil
}

// number reads a number with or without a unit, or a path whose first name
// begins with a digit.
func (s *scanner) number() (token, *ExprError) {
	rest := s.text[s.at:]
	n := nameLength(rest, s.wildcards)
	if n == 0 { // .5
		n = 1 + countDigits(rest[1:])
	}
	run := rest[:n]
	digits := countDigits(run)
	after := byte(0)
	if n < len(rest) {
		after = rest[n]
	}
	if v, err := parseNumber(run); err == nil {
		switch {
		case after == '%':
			v, err = parseShare(run + "%")
			if err != nil {
				return token{}, s.badNumber(n+1, err.Error())
			}
			n++
		case after == '/':
			unit := rest[n+1:]
			unit = unit[:nameLength(unit, false)]
			if perSecond, err := ParseRate(run + "/" + unit); err == nil {
				v = perSecond
				n += 1 + len(unit)
			}
		}
		t := s.take(numberToken, n)
		t.number = v
		return t, nil
	}
	d, err := ParseDuration(run)
	if err == nil {
		t := s.take(numberToken, n)
		t.number = float64(d) / float64(Second)
		return t, nil
	}
	unit := run[digits:]
	switch {
	case strings.ContainsFunc(unit, func(r rune) bool { return r == '.' || r == '_' }) && isLetter(unit[0]):
		return s.take(nameToken, n), nil // 3ds.charged
	case unit != "" && unit[0] == '-':
		return token{}, s.badNumber(n, quote(run)+" is neither a number nor a name: write spaces round the minus, "+run[:digits]+" - "+strings.TrimLeft(unit, "-"))
	}
	return token{}, s.badNumber(n, err.Error())
}

func (s *scanner) badNumber(n int, msg string) *ExprError {
	return &ExprError{Offset: s.at, Len: n, Msg: msg}
}

func (s *scanner) operator() (token, *ExprError) {
	rest := s.text[s.at:]
	for _, op := range [...]string{"==", "!=", "<=", ">=", "&&", "||"} {
		if strings.HasPrefix(rest, op) {
			return s.take(opToken, 2), nil
		}
	}
	if strings.IndexByte("<>+-*/%?:()[],!", rest[0]) >= 0 {
		return s.take(opToken, 1), nil
	}
	_, size := utf8.DecodeRuneInString(rest)
	e := &ExprError{Offset: s.at, Len: size, Msg: quote(rest[:size]) + " has no meaning in an expression"}
	switch rest[:size] {
	case "=":
		e.Msg, e.Hint = "= does not compare", "write =="
	case "&":
		e.Hint = "write && or and"
	case "|":
		e.Hint = "write || or or"
	case "≤":
		e.Hint = "write <="
	case "≥":
		e.Hint = "write >="
	case "≠":
		e.Hint = "write !="
	case "^":
		e.Hint = "there are no powers: multiply"
	case "“", "”", "‘", "’":
		e.Hint = `write straight quotes: "word"`
	}
	return token{}, e
}
