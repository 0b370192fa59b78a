package lint

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write LINT.md anew")

// LINT.md is made from the rules and their scenarios, so that it stays true.
func TestDocumentation(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# What lint knows

` + "`edasim lint SCENARIO`" + ` finds what can be known without running. This page is made from the rules.
Each rule has a scenario that it finds and one that it does not, in [testdata](testdata); their simulation
shows what the rule says, and tests run it. Below each rule is what makes the difference between the two.

An error gives wrong results, or never ends, as soon as what it speaks of happens. A warning needs bad luck, or load.

Silence a rule with a reason, beside the line or above it, above a handler or a service (for all of it), or above
` + "`edasim: 1`" + ` (for the whole file):

` + "```yaml\n# lint: allow no-dead-letter, a mail that cannot be sent is looked for by hand\n```\n")
	for _, r := range Rules() {
		fmt.Fprintf(&b, "\n## %s\n\n%s: %s. %s\n", r.Name, strings.ToUpper(r.Severity.String()[:1])+r.Severity.String()[1:], r.Short, r.Why)
		if text := changed(t, r.Name); text != "" {
			fmt.Fprintf(&b, "\n```diff\n%s```\n", text)
		}
	}
	want, err := os.ReadFile("LINT.md")
	if *update {
		if err := os.WriteFile("LINT.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if err != nil || string(want) != b.String() {
		t.Errorf("LINT.md is not what the rules say (%v): go test ./scenarios/lint -run TestDocumentation -update", err)
	}
}

// changed are the lines in which the good scenario of a rule differs from the bad one,
// but for what they expect.
func changed(t *testing.T, rule string) string {
	t.Helper()
	var lines [2][]string
	for i, kind := range []string{"bad", "good"} {
		text, err := os.ReadFile(filepath.Join("testdata", rule+"."+kind+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		design, _, _ := strings.Cut(string(text), "\nexpect:")
		lines[i] = strings.Split(strings.TrimRight(design, "\n"), "\n")
	}
	var b strings.Builder
	for i, sign := range []string{"-", "+"} {
		other := "\n" + strings.Join(lines[1-i], "\n") + "\n"
		for _, line := range lines[i] {
			if !strings.Contains(other, "\n"+line+"\n") {
				fmt.Fprintf(&b, "%s %s\n", sign, line)
			}
		}
	}
	return b.String()
}
