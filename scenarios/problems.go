package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"edasim/topology"
)

// Problem is one thing that is wrong with a scenario, and where.
type Problem struct {
	// File is the scenario's, or "--set PATH=VALUE"; Line is 0 there, and where
	// the file as a whole is wrong.
	File         string
	Line, Column int    // counted from 1, in characters
	Len          int    // characters that the carets mark
	Msg          string // what is wrong
	Hint         string // what to write instead; may be empty
}

// LoadErrors is everything that is wrong with a scenario, in the order of the
// file.
type LoadErrors struct {
	Problems []Problem
	lines    []string // of the file
}

// mostProblems is how many problems are shown; nobody mends more in one go.
const mostProblems = 100

// Error is Render.
func (e *LoadErrors) Error() string { return e.Render() }

// Render shows every problem with its line, carets and cure, and their number,
// in at most 80 columns wherever the names allow.
func (e *LoadErrors) Render() string {
	var b strings.Builder
	for i := range e.Problems {
		if i == mostProblems {
			break
		}
		e.Problems[i].render(&b, e.lines)
	}
	n := len(e.Problems)
	switch {
	case n > mostProblems:
		fmt.Fprintf(&b, "\n%d errors, of which the first %d are shown; nothing was run.\n", n, mostProblems)
	case n == 1:
		b.WriteString("\n1 error, nothing was run.\n")
	default:
		fmt.Fprintf(&b, "\n%d errors, nothing was run.\n", n)
	}
	return b.String()
}

// screen is the number of columns of a terminal that nobody has widened.
const screen = 80

func (p *Problem) render(b *strings.Builder, lines []string) {
	if p.Line < 1 || p.Line > len(lines) {
		fmt.Fprintf(b, "%s: %s\n", p.File, p.Msg)
		p.renderHint(b)
		return
	}
	fmt.Fprintf(b, "%s:%d:%d: %s\n", p.File, p.Line, p.Column, p.Msg)
	margin := fmt.Sprintf("%5d | ", p.Line)
	text, at, carets := window(lines[p.Line-1], p.Column-1, max(p.Len, 1), screen-utf8.RuneCountInString(margin))
	fmt.Fprintf(b, "%s%s\n", margin, text)
	under := "      | " + strings.Repeat(" ", at) + strings.Repeat("^", carets)
	b.WriteString(under)
	if p.Hint != "" && len(under)+1+utf8.RuneCountInString(p.Hint) <= screen {
		b.WriteString(" " + p.Hint + "\n")
		return
	}
	b.WriteString("\n")
	p.renderHint(b)
}

// renderHint writes the cure on lines of its own.
func (p *Problem) renderHint(b *strings.Builder) {
	if p.Hint == "" {
		return
	}
	const indent = "        "
	column := 0
	for _, word := range strings.Split(p.Hint, " ") {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+length > screen:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += length
	}
	b.WriteString("\n")
}

// window cuts a line around n characters at column at (from 0) so that it fits
// into width, and says where they are then.
func window(line string, at, n, width int) (text string, column, length int) {
	runes := []rune(strings.TrimRight(line, " \r"))
	for i, c := range runes {
		if c < ' ' || c == 0x7f || c == utf8.RuneError || c == 0x2028 || c == 0x202e {
			runes[i] = ' ' // what would upset a terminal or the carets
		}
	}
	at = min(at, len(runes))
	n = min(n, max(len(runes)-at, 1))
	first := 0
	if len(runes) > width && at+n > width-1 {
		first = max(0, min(at-width/3, len(runes)-width+1))
	}
	last := min(len(runes), first+width)
	cut := slices.Clone(runes[first:last])
	if first > 0 {
		cut[0] = '…'
	}
	if last < len(runes) {
		cut[len(cut)-1] = '…'
	}
	return string(cut), at - first, max(min(n, width-(at-first)), 1)
}

// A ledger collects problems, each once.
type ledger struct {
	problems []Problem
	seen     map[string]bool
}

// add notes a problem unless the same has been said of the same place.
func (l *ledger) add(p Problem) {
	key := fmt.Sprintf("%d:%d:%s", p.Line, p.Column, p.Msg)
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	if l.seen[key] {
		return
	}
	l.seen[key] = true
	l.problems = append(l.problems, p)
}

// fail notes a problem with a place; length is in characters.
func (l *ledger) fail(at topology.Pos, length int, hint, format string, args ...any) {
	l.add(Problem{Line: at.Line, Column: at.Column, Len: length, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// failures are the problems of a file as an error; nil where there are none.
// Places with a negative line are in the sets.
func (l *ledger) failures(file string, lines []string, sets []Set) error {
	if len(l.problems) == 0 {
		return nil
	}
	list := slices.Clone(l.problems)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for i := range list {
		p := &list[i]
		p.File = file
		if p.Line < 0 {
			set := sets[-p.Line-1]
			p.File, p.Line, p.Column = "--set "+set.Path+"="+set.Value, 0, 0
		}
	}
	return &LoadErrors{Problems: list, lines: lines}
}

// quoted is text for a message: in quotes and not longer than a line.
func quoted(text string) string {
	const longest = 50
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return `"` + strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, text) + `"`
}

// trimNumber is a number in at most six digits.
func trimNumber(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// listed is "a, b or c".
func listed(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}

// nearest is topology.Nearest, but for a list so long that looking through it
// for each of many mistakes would take minutes.
func nearest(name string, known []string) (string, bool) {
	if len(known) > 1000 {
		return "", false
	}
	return topology.Nearest(name, known)
}

// meant is the question after a misspelt name, or else the known names, if they
// are few.
func meant(name string, known []string) string {
	if near, ok := nearest(name, known); ok {
		return "did you mean " + quoted(near) + "?"
	}
	for _, k := range known {
		if len(name) > 2 && strings.HasPrefix(k, name) {
			return "did you mean " + quoted(k) + "?"
		}
	}
	if len(known) > 50 {
		return ""
	}
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	if text := strings.Join(known, ", "); len(known) > 0 && len(text) <= 400 {
		return "known: " + text
	}
	return ""
}
