package lint

import (
	"fmt"
	"regexp"
	"strings"

	"edasim/topology"
)

// allowComment is what silences a rule: "# lint: allow RULE, reason". It holds for its
// line and what stands below it there, further to the right; alone on its line, for the
// next; beside or above "edasim: 1" for the whole file.
var allowComment = regexp.MustCompile(`(?:^|\s)#\s*lint:\s*(.*)$`)

var allowText = regexp.MustCompile(`^allow\s+([A-Za-z0-9_-]+)\s*(?:[,:]\s*(.*))?$`)

// allowance is one such comment.
type allowance struct {
	pos         topology.Pos
	rule        string
	first, last int // lines
	used        bool
	problem     string // what is wrong with it
}

type allowed []*allowance

// allowances reads the comments of a scenario file.
func allowances(source []byte) allowed {
	lines := strings.Split(string(source), "\n")
	var all allowed
	for i, line := range lines {
		m := allowComment.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		a := &allowance{pos: topology.Pos{Line: i + 1, Column: strings.LastIndex(line[:m[2]], "#") + 1}}
		all = append(all, a)
		text := allowText.FindStringSubmatch(strings.TrimSpace(line[m[2]:]))
		switch {
		case text == nil:
			a.problem = "this comment is not understood, and silences nothing"
			continue
		case ruleNamed(text[1]) == nil:
			a.problem = fmt.Sprintf("there is no rule %s, so this comment silences nothing", text[1])
			if near, ok := topology.Nearest(text[1], ruleNames()); ok {
				a.problem += ": did you mean " + near + "?"
			}
			continue
		case strings.TrimSpace(text[2]) == "":
			a.problem = "a reason is missing, so this comment silences nothing"
			continue
		}
		a.rule = text[1]
		a.first, a.last = reach(lines, i)
	}
	return all
}

// reach is the block of lines for which a comment in line i holds, from 1.
func reach(lines []string, i int) (first, last int) {
	at := i
	for at < len(lines) && alone(lines[at]) {
		at++
	}
	if at == len(lines) {
		return i + 1, i + 1
	}
	if strings.HasPrefix(lines[at], "edasim:") {
		return 1, len(lines)
	}
	last = at
	for k := at + 1; k < len(lines); k++ {
		if alone(lines[k]) {
			continue
		}
		if indent(lines[k]) <= indent(lines[at]) {
			break
		}
		last = k
	}
	return at + 1, last + 1
}

// alone tells whether there is nothing on a line but perhaps a comment.
func alone(line string) bool {
	text := strings.TrimSpace(line)
	return text == "" || text[0] == '#'
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// allow tells whether a comment silences a finding.
func (all allowed) allow(f *Finding) bool {
	silenced := false
	for _, a := range all {
		if a.rule == f.Rule.Name && a.first <= f.Pos.Line && f.Pos.Line <= a.last {
			a.used, silenced = true, true
		}
	}
	return silenced
}

// wrong are the findings about the comments themselves. One that silences nothing is
// only told of the base: a variant may have mended what it allows.
func (all allowed) wrong(base bool) []Finding {
	var out []Finding
	for _, a := range all {
		f := Finding{Rule: ruleNamed("allow-comment"), Pos: a.pos, Subject: a.rule, What: a.problem, Write: "# lint: allow RULE, reason"}
		switch {
		case a.problem != "":
		case !a.used && base:
			f.What, f.Write = "this comment allows "+a.rule+", which is not found here", "take the comment away"
		default:
			continue
		}
		f.What = strings.ToUpper(f.What[:1]) + f.What[1:]
		if !strings.HasSuffix(f.What, "?") {
			f.What += "."
		}
		out = append(out, f)
	}
	return out
}
