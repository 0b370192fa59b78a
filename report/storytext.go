package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
)

// StoryOptions say how a story is told.
type StoryOptions struct {
	Scenario string // as one names it on a command line
	Flags    string // that its commands need; see Flags
	All      bool   // every moment, however unimportant
}

// shortStory is how many moments the short telling has at most.
const shortStory = 24

// StoryText tells the story of a flow in at most 80 columns.
func StoryText(w io.Writer, s *scenarios.Story, o StoryOptions) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n", strings.Join(wrap(storyHeadline(s), textWidth), "\n"))
	b.WriteString("\n")
	moments, left := shortened(tell(s), o.All)
	width := len("client")
	for _, m := range moments {
		width = max(width, columns(m.where))
	}
	width = min(width, 28)
	fmt.Fprintf(&b, "%11s  %s  %s\n", "time", pad("where", width), "what happens")
	for _, m := range moments {
		var lines []string
		if m.text != "" {
			lines = wrap(m.text, textWidth-15-width)
		}
		lines = append(lines, m.marks...)
		fmt.Fprintf(&b, "%11s  %s  %s\n", span(m.after), pad(shorten(m.where, width), width), lines[0])
		for _, l := range lines[1:] {
			fmt.Fprintf(&b, "%s  %s\n", strings.Repeat(" ", 13+width), l)
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "%11s  %s more: --all\n", "…", plural(left, "moment"))
	}
	b.WriteString("\nWho caused what\n")
	for _, root := range causes(s) {
		treeText(&b, root, "  ", "  ")
	}
	writeOtherwise(&b, s)
	if o.Scenario != "" && s.Wrong() {
		heading, pin := "Keep it as a test", " --pin FILE.yaml"
		if strings.Contains(o.Flags, "--set ") { // a pinned scenario is of the file as it is
			heading, pin = "Tell it again", ""
		}
		fmt.Fprintf(&b, "\n%s\n  %s%s\n", heading, explainCommand(o.Scenario, o.Flags, s), pin)
	}
	_, err := b.WriteTo(w)
	return err
}

// explainCommand is what tells this story again.
func explainCommand(scenario, flags string, s *scenarios.Story) string {
	return flowCommand(scenario, fmt.Sprintf("%d/%d", s.Flow.Replication, s.Flow.Number), s.Style.String(), s.Variant) + flags
}

// flowCommand tells the story of a flow of a scenario.
func flowCommand(scenario, flow, style, variant string) string {
	command := fmt.Sprintf("edasim explain %s --flow %s --style %s", shellWord(scenario), flow, style)
	if variant != scenarios.Base {
		command += " --variant " + shellWord(variant)
	}
	return command
}

// storyHeadline says which flow it is and what is wrong with it.
func storyHeadline(s *scenarios.Story) string {
	what := "nothing is wrong"
	var parts []string
	for _, name := range s.Broken {
		parts = append(parts, "breaks “"+oneLine(name)+"”")
	}
	if s.Outcome == "" {
		parts = append(parts, "never has an outcome")
	}
	if len(parts) == 0 && len(s.Odd) > 0 {
		parts = append(parts, "has "+strings.ReplaceAll(strings.Join(s.Odd, ", "), "_", " "))
	}
	if len(parts) > 0 {
		what = strings.Join(parts, " and ")
	}
	name := oneLine(s.Scenario)
	if s.Variant != scenarios.Base {
		name += ", " + oneLine(s.Variant)
	}
	return fmt.Sprintf("%s, %s, flow %d/%d: %s.", name, s.Style, s.Flow.Replication, s.Flow.Number, what)
}

// shortened leaves out what matters least where a story is long.
func shortened(moments []moment, all bool) (kept []moment, left int) {
	if all || len(moments) <= shortStory {
		return moments, 0
	}
	for _, m := range moments {
		if m.vital {
			kept = append(kept, m)
		}
	}
	if len(kept) > shortStory {
		kept = kept[:shortStory]
	}
	return kept, len(moments) - len(kept)
}

// treeText writes a tree of causes with lines between its branches.
func treeText(w io.StringWriter, n *branch, first, rest string) {
	w.WriteString(first + shorten(n.text, textWidth-columns(first)) + "\n") //nolint:errcheck // a buffer
	for i, c := range n.children {
		if i == len(n.children)-1 {
			treeText(w, c, rest+"└ ", rest+"  ")
		} else {
			treeText(w, c, rest+"├ ", rest+"│ ")
		}
	}
}

func writeOtherwise(b *bytes.Buffer, s *scenarios.Story) {
	rows := func(title string, list []scenarios.Otherwise) {
		fmt.Fprintf(b, "\n%s then the flow\n", pad(title, 50))
		for _, o := range list {
			text := o.What
			if o.Of != "" {
				text += " (" + o.Of + ")"
			}
			ends := "passes"
			if !o.Passes {
				ends = "still breaks"
			}
			if columns(text) > 48 {
				fmt.Fprintf(b, "  %s\n  %s %s\n", text, strings.Repeat(" ", 48), ends)
				continue
			}
			fmt.Fprintf(b, "  %s %s\n", pad(text, 48), ends)
		}
	}
	if len(s.Without) > 0 {
		rows("Take one thing away", s.Without)
	}
	switch {
	case len(s.With) > 0:
		rows("Add a safeguard", s.With)
	case s.Tried > 0:
		fmt.Fprintf(b, "\nNone of the %s that were tried saves it.\n", plural(s.Tried, "set")+" of safeguards")
	case s.Wrong() && !faulted(s):
		fmt.Fprintf(b, "\nNo fault acted in this flow: it is the design itself, or another flow.\n")
	}
}

func faulted(s *scenarios.Story) bool {
	for i := range s.Records {
		if s.Records[i].Kind == sim.FaultActed {
			return true
		}
	}
	return false
}
