package scenarios

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// strangers are values of every kind; most keys take only a few of them.
var strangers = []string{"{strange: 1}", "[[1]]", "[]", "{}", "-1", "1.5", "-5ms", "1 sec", "5 percent", "50/parsec", "101%", "1e99s",
	"99999999999", "nan", "inf", "'?'", "word two", "true", "null", "10x", "-10x", "30s", "6/min", "payment.nobody.else"}

// Whatever of the wrong look stands for any key is refused at that key or below it,
// with what to write instead.
func TestEveryKeyRefusesStrangers(t *testing.T) {
	s := compiledSchema(t)
	refused := 0
	for _, tab := range tables {
		for i := range tab.keys {
			k := &tab.keys[i]
			for _, stranger := range strangers {
				src := k.laid(t, tab, stranger)
				if satisfies(s, src) == nil {
					continue
				}
				refused++
				what := tab.name + "." + k.name + ": " + stranger
				_, err := Load(src, "bad.yaml", LoadOptions{})
				var wrong *LoadErrors
				if !errors.As(err, &wrong) {
					t.Errorf("%s: not refused: %v", what, err)
					continue
				}
				first, last := linesOf(t, src, tab, k)
				if !slices.ContainsFunc(wrong.Problems, func(p Problem) bool {
					return p.Line >= first && p.Line <= last && (p.Hint != "" || strings.Contains(p.Msg, "write "))
				}) {
					t.Errorf("%s: no error in lines %d to %d that says what to write instead:\n%s", what, first, last, wrong.Render())
				}
			}
		}
	}
	if refused < 2500 {
		t.Errorf("only %d values were refused", refused)
	}
}

// linesOf are the lines of a key that is laid into the surroundings, with its value.
func linesOf(t *testing.T, src []byte, tab *table, k *key) (first, last int) {
	t.Helper()
	at := parsed(t, string(src))
	path := tab.at
	if k.name == "compensates" {
		path = "services.payment.handlers.refund"
	}
	if path != "" {
		for _, part := range strings.Split(path, ".") {
			at = below(at, part)
		}
	}
	for i := 0; i < len(at.Content); i += 2 {
		if at.Content[i].Value == k.name {
			return at.Content[i].Line, lastLine(at.Content[i+1])
		}
	}
	t.Fatalf("%s.%s is not in\n%s", tab.name, k.name, src)
	return 0, 0
}

func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}
