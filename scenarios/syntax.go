package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// syntaxScan reads a file that YAML could not, character by character, and
// keeps the first thing that is against its syntax. It knows as much of YAML as
// it takes to find what people do wrong.
type syntaxScan struct {
	lines []string
	found *Problem

	open  []mark // brackets
	quote *mark  // an open quote
	block int    // indent of the key of a block scalar; -1: not in one

	indents []int // of the mappings and lists that are open
	full    bool  // the last key has its value on its line
}

// mark is a character and its place, counted from 0.
type mark struct {
	char         byte
	line, column int
}

func newSyntaxScan(lines []string) *syntaxScan {
	s := &syntaxScan{lines: lines, block: -1}
	for i := range lines {
		if s.line(i); s.found != nil {
			return s
		}
	}
	switch {
	case s.quote != nil:
		s.fails(*s.quote, 1, "a text in quotes does not end", fmt.Sprintf("close it with %c, or leave the first one out", s.quote.char))
	case len(s.open) > 0:
		first := s.open[len(s.open)-1]
		s.fails(first, 1, fmt.Sprintf("this %c is never closed", first.char), fmt.Sprintf("close it with %c", closing(first.char)))
	}
	return s
}

func closing(open byte) byte {
	if open == '{' {
		return '}'
	}
	return ']'
}

func (s *syntaxScan) fails(at mark, n int, msg, hint string) {
	if s.found != nil {
		return
	}
	column := utf8.RuneCountInString(s.lines[at.line][:at.column]) + 1
	s.found = &Problem{Line: at.line + 1, Column: column, Len: n, Msg: msg, Hint: hint}
}

var tabIndent = regexp.MustCompile(`^[ ]*\t`)

func (s *syntaxScan) line(i int) {
	text := strings.TrimRight(s.lines[i], " \t\r")
	if strings.TrimLeft(text, " \t") == "" {
		return
	}
	if s.block >= 0 {
		if indentOf(text) > s.block {
			return
		}
		s.block = -1
	}
	if tabIndent.MatchString(text) && s.quote == nil && len(s.open) == 0 {
		at := strings.IndexByte(text, '\t')
		s.fails(mark{'\t', i, at}, 1, "a tab in the indentation: YAML allows only spaces", "indent with spaces")
		return
	}
	l := &lineScan{syntaxScan: s, text: text, at: i}
	if s.quote == nil && len(s.open) == 0 {
		l.begin()
	}
	for l.i = max(l.i, 0); l.i < len(text) && s.found == nil && s.block < 0; l.i++ {
		l.step()
	}
	l.end()
}

// lineScan reads one line.
type lineScan struct {
	*syntaxScan
	text   string
	at     int
	i      int
	start  bool // a value may begin here
	colons int  // of keys, outside brackets
	inner  int  // the same of one entry inside brackets
	closed bool // a quoted text has ended, and nothing may follow but a colon or a comma
	valued bool // something follows the last colon
}

// begin takes the dashes of lists, and compares the indentation.
func (l *lineScan) begin() {
	l.i = indentOf(l.text)
	for strings.HasPrefix(l.text[l.i:], "- ") {
		l.i += 2
		for l.i < len(l.text) && l.text[l.i] == ' ' {
			l.i++
		}
	}
	l.start = true
	rest := l.text[l.i:]
	if strings.HasPrefix(rest, "#") || rest == "-" || rest == "---" {
		return
	}
	if glued := gluedColon.FindStringSubmatch(rest); glued != nil && !strings.Contains(rest, ": ") && !strings.HasSuffix(rest, ":") && !strings.HasPrefix(glued[2], "//") {
		l.fails(mark{':', l.at, l.i}, utf8.RuneCountInString(rest), fmt.Sprintf("a space is missing after the colon in %s", quoted(rest)),
			"write  "+glued[1]+": "+glued[2])
		return
	}
	l.indentation()
}

var blockKey = regexp.MustCompile(`^("[^"]*"|'[^']*'|[^\s#{}\[\]"'][^#{}\[\]]*?):(\s|$)`)

// indentation compares the line with the lines above that are still open.
func (l *lineScan) indentation() {
	if !blockKey.MatchString(l.text[l.i:]) && l.i == indentOf(l.text) {
		return // a text goes on
	}
	indent := indentOf(l.text)
	for len(l.indents) > 0 && l.indents[len(l.indents)-1] > indent {
		l.indents = l.indents[:len(l.indents)-1]
		l.full = false
		if len(l.indents) == 0 || l.indents[len(l.indents)-1] < indent {
			l.fails(mark{' ', l.at, indent}, 1, "the indentation matches none of the lines above",
				"indent it like the keys that it belongs to")
			return
		}
	}
	switch {
	case len(l.indents) == 0 || l.indents[len(l.indents)-1] < indent:
		if l.full {
			l.fails(mark{' ', l.at, indent}, 1, "this is indented deeper than the line above, which has its value already",
				"indent it like the line above")
			return
		}
		l.indents = append(l.indents, indent)
	}
	if l.i > indent && l.indents[len(l.indents)-1] < l.i {
		l.indents = append(l.indents, l.i) // the keys of an item of a list
	}
	l.full = false
}

// step looks at one character.
func (l *lineScan) step() {
	c := l.text[l.i]
	here := mark{c, l.at, l.i}
	switch {
	case l.quote != nil:
		l.inQuote(c)
		return
	case c == ' ' || c == '\t':
		return
	case c == '#' && (l.i == 0 || l.text[l.i-1] == ' ' || l.text[l.i-1] == '\t'):
		l.i = len(l.text)
		return
	case c == ':' && (l.i+1 == len(l.text) || l.text[l.i+1] == ' ' || len(l.open) > 0 && (l.closed || strings.IndexByte(",]}", l.text[l.i+1]) >= 0)):
		l.colon(here)
		return
	case len(l.open) > 0 && c == ',':
		l.start, l.closed, l.inner = true, false, 0
		return
	case len(l.open) > 0 && (c == '}' || c == ']'):
		l.close(here)
		return
	case l.closed:
		l.fails(here, 1, "something follows the closing quote", "put all of it in one pair of quotes, or leave the quotes out")
		return
	case (c == '{' || c == '[') && len(l.open) > 0 && !l.start:
		l.fails(here, 1, fmt.Sprintf("inside { } and [ ] a %c cannot stand in a value", c), "put the value in quotes")
		return
	case (c == '{' || c == '[') && l.start:
		l.open = append(l.open, here)
		l.start, l.valued, l.inner = true, true, 0
		return
	case l.start:
		l.begins(here)
	}
	l.start, l.valued = false, true
}

func (l *lineScan) inQuote(c byte) {
	switch {
	case c == '\\' && l.quote.char == '"':
		l.i++
	case c == '\'' && l.quote.char == '\'' && strings.HasPrefix(l.text[l.i+1:], "'"):
		l.i++
	case c == l.quote.char:
		l.quote, l.closed = nil, true
	}
}

// colon ends a key; a second one on a line, or of one entry inside brackets, is
// a value with a colon in it.
func (l *lineScan) colon(here mark) {
	if len(l.open) == 0 {
		l.colons++
	} else {
		l.inner++
	}
	if l.colons > 1 || l.inner > 1 {
		l.fails(here, 1, "a second colon: YAML takes what is before it for a key", "put the value in quotes")
		return
	}
	l.start, l.closed, l.valued = true, false, false
}

func (l *lineScan) close(here mark) {
	opened := l.open[len(l.open)-1]
	if closing(opened.char) != here.char {
		l.fails(here, 1, fmt.Sprintf("%c closes what line %d opened with %c", here.char, opened.line+1, opened.char),
			fmt.Sprintf("write %c", closing(opened.char)))
		return
	}
	l.open = l.open[:len(l.open)-1]
	l.start, l.valued, l.closed = false, true, true
}

// begins looks at the first character of a value.
func (l *lineScan) begins(here mark) {
	rest := l.text[l.i:]
	switch c := here.char; {
	case c == '"' || c == '\'':
		l.quote = &here
	case (c == '|' || c == '>') && len(l.open) == 0 && strings.Trim(rest[1:], "+-0123456789 ") == "":
		l.block = indentOf(l.text)
	case c == '*' || c == '&':
		if len(rest) < 2 || !isAnchorByte(rest[1]) || strings.ContainsAny(strings.TrimRight(firstWord(rest), ",]}")[1:], ".()=<>!|&*") {
			what := map[byte]string{'*': "an alias", '&': "an anchor"}[c]
			l.fails(here, 1, fmt.Sprintf("YAML takes a leading %c for %s", c, what), "put the value in quotes:  \""+strings.TrimRight(rest, " ,]}")+"\"")
		}
	case c == '!':
		inner := strings.TrimRight(rest[1:], " ,]}")
		l.fails(here, utf8.RuneCountInString(rest), "YAML takes a leading ! for a tag, and not for a part of the value", "write  not "+inner)
	case slices.Contains([]byte{'%', '@', '`'}, c):
		l.fails(here, 1, fmt.Sprintf("a value cannot begin with %c", c), "put it in quotes")
	case c == '}' || c == ']':
		l.fails(here, 1, fmt.Sprintf("this %c closes nothing", c), "take it away, or put the value in quotes")
	case c == ',' && len(l.open) == 0:
		l.fails(here, 1, "a value cannot begin with a comma", "take it away")
	}
}

func isAnchorByte(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}

var loneAnchor = regexp.MustCompile(`: +&\S+( +#.*)?$`)

// end notes whether the line's key has its value.
func (l *lineScan) end() {
	if l.quote == nil && len(l.open) == 0 && l.colons > 0 {
		l.full = l.valued && l.block < 0 && !loneAnchor.MatchString(l.text)
	}
}
