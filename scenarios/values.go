package scenarios

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"edasim/topology"
)

// scalar is the text of a node that must be a single value.
func (b *build) scalar(n *node, want string) (string, bool) {
	if n.bad {
		return "", false
	}
	if n.kind != scalarNode || n.null {
		b.ill(n, "%s is wanted here, and this is %s", want, b.kindOf(n))
		return "", false
	}
	return n.text, true
}

func (b *build) duration(n *node, into *topology.Time) bool {
	text, ok := b.scalar(n, "a duration")
	if !ok {
		return false
	}
	t, err := topology.ParseDuration(text)
	if err == nil && t > topology.Longest {
		err = fmt.Errorf("%s is longer than the 73 years a time may last", quoted(text))
	}
	if err != nil {
		if strings.Contains(text, "(") {
			b.failAt(n, "write one duration, such as 5ms", "%s: no distribution can stand here", quoted(text))
			return false
		}
		b.ill(n, "%v", err)
		return false
	}
	*into = t
	return true
}

func (b *build) dist(n *node, into **topology.Dist) bool {
	text, ok := b.scalar(n, "a duration or a distribution")
	if !ok {
		return false
	}
	d, err := topology.ParseDist(text, b.readFile)
	if err != nil {
		b.ill(n, "%v", err)
		return false
	}
	*into = d
	return true
}

func (b *build) probability(n *node, into *float64) bool {
	text, ok := b.scalar(n, "a probability")
	if !ok {
		return false
	}
	p, err := topology.ParseProbability(text)
	if err != nil {
		b.ill(n, "%v", err)
		return false
	}
	*into = p
	return true
}

func (b *build) rate(n *node, into *float64) bool {
	text, ok := b.scalar(n, "a rate")
	if !ok {
		return false
	}
	r, err := topology.ParseRate(text)
	if err == nil && r > 1e9 {
		err = fmt.Errorf("%s is more than one each nanosecond, which is the finest time there is", quoted(text))
	}
	if err != nil {
		b.ill(n, "%v", err)
		return false
	}
	*into = r
	return true
}

// yamlBooleans are the words that one version of YAML or another takes for one.
var yamlBooleans = map[string]string{
	"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false",
	"true": "true", "false": "false",
}

func (b *build) boolean(n *node, into *bool) bool {
	text, ok := b.scalar(n, "true or false")
	switch {
	case !ok:
		return false
	case text == "true" || text == "false":
		*into = text == "true"
		return true
	}
	hint := "write true or false"
	if meant, ok := yamlBooleans[strings.ToLower(text)]; ok {
		hint = "write " + meant
	}
	b.failAt(n, hint, "%s is not true or false", quoted(text))
	return false
}

var (
	plainNumber = regexp.MustCompile(`^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	octalNumber = regexp.MustCompile(`^[+-]?0[0-9]+$`)
	dateText    = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}`)
)

// parseNumber reads a plain decimal number, and says what to write instead of
// YAML's other spellings.
func parseNumber(text string) (float64, error) {
	switch {
	case octalNumber.MatchString(text):
		sign, digits := "", text
		if text[0] == '+' || text[0] == '-' {
			sign, digits = text[:1], text[1:]
		}
		return 0, fmt.Errorf("%s: a leading 0 means octal to some YAML readers: write %s",
			quoted(text), sign+strings.TrimLeft(digits[:len(digits)-1], "0")+digits[len(digits)-1:])
	case strings.Contains(text, "_") && plainNumber.MatchString(strings.ReplaceAll(text, "_", "")):
		return 0, fmt.Errorf("%s: not every YAML reader takes the _ for a part of the number: write %s", quoted(text), strings.ReplaceAll(text, "_", ""))
	case strings.Contains(text, ",") && plainNumber.MatchString(strings.ReplaceAll(text, ",", "")):
		return 0, fmt.Errorf("%s: write %s", quoted(text), strings.ReplaceAll(text, ",", ""))
	case dateText.MatchString(text):
		return 0, fmt.Errorf("%s is a date, and virtual time begins at 0", quoted(text))
	case !plainNumber.MatchString(text):
		return 0, fmt.Errorf("%s is not a number", quoted(text))
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(v) > 1e15 {
		return 0, fmt.Errorf("%s is too large: at most 15 digits are exact", quoted(text))
	}
	return v, nil
}

// largestCount is what a count may be at most.
const largestCount = 1_000_000_000

// mostOf are the counts that are limited further: there is so much of each in
// memory.
var mostOf = map[string]int{
	"replicas": 10_000, "concurrency": 100_000, "partitions": 100_000, "clients": 1_000_000, "batch": 1_000_000,
	"count": 10_000_000, "replications": 1_000_000, "max_replications": 1_000_000,
}

func (b *build) count(n *node, what string, least int, into *int) bool {
	text, ok := b.scalar(n, "a whole number")
	if !ok {
		return false
	}
	most := largestCount
	if limit, ok := mostOf[what]; ok {
		most = limit
	}
	v, err := parseNumber(text)
	switch {
	case err != nil:
	case v != math.Trunc(v):
		err = fmt.Errorf("%s: %s is a whole number", quoted(text), what)
	case v < float64(least):
		err = fmt.Errorf("%s: %s is at least %d", quoted(text), what, least)
	case v > float64(most):
		err = fmt.Errorf("%s: %s is at most %d", quoted(text), what, most)
	}
	if err != nil {
		if strings.ContainsAny(text, "0123456789") {
			b.ill(n, "%v", err)
		} else {
			b.failAt(n, "write a whole number such as "+strconv.Itoa(max(least, 2)), "%v", err)
		}
		return false
	}
	*into = int(v)
	return true
}

// choice is which of the words the node is.
func (b *build) choice(n *node, what string, words []string) (int, bool) {
	if n.kind != scalarNode && !n.bad {
		b.ill(n, "%s is %s, and this is %s", what, listed(words), b.kindOf(n))
		return 0, false
	}
	text, ok := b.scalar(n, "one of "+listed(words))
	if !ok {
		return 0, false
	}
	for i, w := range words {
		if w == text {
			return i, true
		}
	}
	hint := "write " + listed(words)
	if near, ok := nearest(text, words); ok {
		hint = "did you mean " + quoted(near) + "?"
	}
	b.failAt(n, hint, "%s: there is no such %s", quoted(text), what)
	return 0, false
}

// expr reads an expression; nil where it is wrong.
func (b *build) expr(n *node, allow ...topology.Syntax) *topology.Expr {
	text, ok := b.scalar(n, "an expression")
	if !ok {
		return nil
	}
	return b.exprText(n, text, 0, allow...)
}

// exprText reads an expression that begins at a byte of a node's text.
func (b *build) exprText(n *node, text string, offset int, allow ...topology.Syntax) *topology.Expr {
	e, err := topology.ParseExpr(text, allow...)
	if err == nil {
		e.Pos = b.inside(n, offset)
		b.exprNodes[e] = exprPlace{n, offset}
		return e
	}
	var wrong *topology.ExprError
	if errors.As(err, &wrong) {
		b.exprFails(n, offset, wrong)
	} else {
		b.ill(n, "%v", err)
	}
	return nil
}

// exprPlace is where the text of an expression begins.
type exprPlace struct {
	node   *node
	offset int // bytes of the node's text before it
}

// exprFails notes what is wrong with an expression, at its place in the file.
func (b *build) exprFails(n *node, offset int, wrong *topology.ExprError) {
	if n.width < utf8.RuneCountInString(n.text) || strings.Contains(n.text, "\n") {
		b.fail(n.pos, 1, wrong.Hint, "%s", wrong.Msg)
		return
	}
	at := b.inside(n, offset+wrong.Offset)
	b.fail(at, max(wrong.Len, 1), wrong.Hint, "%s", wrong.Msg)
}

// inside is the place of a byte of a scalar's text.
func (b *build) inside(n *node, offset int) topology.Pos {
	at := n.pos
	if n.quoted {
		at.Column++
	}
	at.Column += utf8.RuneCountInString(n.text[:min(offset, len(n.text))])
	return at
}

// names are a name or a list of names.
func (b *build) names(n *node, what string) []*node {
	if n == nil || n.bad {
		return nil
	}
	list := n.items
	switch n.kind {
	case scalarNode:
		list = []*node{n}
	case mappingNode:
		b.ill(n, "%s is a name or a list of names, and this is a mapping", what)
		return nil
	}
	if len(list) == 0 {
		b.ill(n, "%s is an empty list", what)
	}
	var out []*node
	for _, item := range list {
		if b.isName(item) {
			out = append(out, item)
		}
	}
	return out
}
