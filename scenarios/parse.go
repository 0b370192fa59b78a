package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"edasim/topology"
)

// LargestSource is the size of the largest scenario, in bytes. It is far more
// than anybody writes.
const LargestSource = 10 << 20

// parse makes a tree of a file; nil, with what is wrong, where it has none.
func parse(src []byte, problems *ledger) *node {
	whole := func(hint, format string, args ...any) *node {
		problems.fail(topology.Pos{}, 0, hint, format, args...)
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	switch {
	case len(src) > LargestSource:
		return whole("", "the file is larger than %d MB, so it is no scenario", LargestSource>>20)
	case bytes.IndexByte(src, 0) >= 0 || !utf8.Valid(src):
		return whole("a scenario is YAML, in UTF-8", "this is not a text file")
	case len(bytes.TrimSpace(src)) == 0:
		return whole("edasim new prints one to start from", "the file is empty")
	}
	document, err := decode(src)
	var second *secondDocument
	switch {
	case errors.As(err, &second):
		problems.fail(topology.Pos{Line: second.line, Column: 1}, 1, "put each scenario into a file of its own", "a second document begins in this file")
		return nil
	case errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0:
		return whole("edasim new prints one to start from", "the file has only comments")
	case err != nil:
		problems.add(diagnose(strings.Split(string(src), "\n"), err))
		return nil
	}
	g := gardener{ledger: problems, open: map[*yaml.Node]bool{}}
	root := g.plant(document.Content[0], 0)
	if g.over {
		return nil
	}
	if root.kind != mappingNode {
		if !root.bad {
			problems.fail(root.pos, max(root.width, 1), "begin with  edasim: 1", "a scenario is a mapping of keys to values, and this is not")
		}
		return nil
	}
	return root
}

type secondDocument struct{ line int }

func (*secondDocument) Error() string { return "a second document" }

// decode reads the one document of a file. Whatever the YAML library throws is
// an error too.
func decode(src []byte) (document *yaml.Node, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("yaml: %v", thrown)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(src))
	document = new(yaml.Node)
	if err := d.Decode(document); err != nil {
		return nil, err
	}
	var next yaml.Node
	err = d.Decode(&next)
	if err == nil {
		return nil, &secondDocument{next.Line}
	}
	if errors.Is(err, io.EOF) {
		return document, nil
	}
	return nil, err
}

var (
	yamlLine    = regexp.MustCompile(`line (\d+): `)
	yamlAnchor  = regexp.MustCompile(`unknown anchor '([^']*)' referenced`)
	anchorNames = regexp.MustCompile(`&([A-Za-z0-9_-]+)`)
)

// diagnose finds the place and the cure of a syntax error. What the YAML
// library says has no column and is often about a later line.
func diagnose(lines []string, err error) Problem {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if found := yamlAnchor.FindStringSubmatch(text); found != nil {
		return unknownAnchor(lines, found[1])
	}
	s := newSyntaxScan(lines)
	if s.found != nil {
		return *s.found
	}
	line := 1
	if found := yamlLine.FindStringSubmatch(text); found != nil {
		line, _ = strconv.Atoi(found[1])
		text = strings.Replace(text, found[0], "", 1)
	}
	if strings.Contains(text, "exceeded max depth") {
		return Problem{Msg: "this is nested too deeply to be a scenario"}
	}
	line = min(max(line, 1), len(lines))
	indent := indentOf(lines[line-1])
	return Problem{
		Line: line, Column: indent + 1, Len: max(utf8.RuneCountInString(strings.TrimSpace(lines[line-1])), 1),
		Msg:  "this is not YAML: " + text,
		Hint: "look at the quotes, brackets, colons and the indentation here and just above",
	}
}

func unknownAnchor(lines []string, name string) Problem {
	var known []string
	p := Problem{Line: 1, Column: 1, Len: 1 + len(name), Msg: "there is no anchor " + quoted("&"+name) + " for the alias " + quoted("*"+name)}
	for i := len(lines) - 1; i >= 0; i-- {
		if at := strings.Index(lines[i], "*"+name); at >= 0 {
			p.Line, p.Column = i+1, utf8.RuneCountInString(lines[i][:at])+1
		}
	}
	for _, line := range lines {
		for _, found := range anchorNames.FindAllStringSubmatch(line, -1) {
			known = append(known, found[1])
		}
	}
	if p.Hint = nearestOnly(name, known); p.Hint == "" {
		p.Hint = "YAML takes a leading * for an alias: if it is none, put the value in quotes"
	}
	return p
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
