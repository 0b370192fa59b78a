package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
)

// StoryMarkdown tells a story as an incident document: what went wrong, the timeline,
// who caused what, and what would have prevented it.
func StoryMarkdown(w io.Writer, s *scenarios.Story, o StoryOptions) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n", markdownCell(storyHeadline(s)))
	fmt.Fprintf(&b, "| time | where | what happens |\n|---:|---|---|\n")
	moments, left := shortened(tell(s), o.All)
	for _, m := range moments {
		text := m.text
		for _, mark := range m.marks {
			text = strings.TrimSpace(text + " **" + mark + "**")
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", span(m.after), markdownCell(m.where), markdownCell(text))
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s more: `--all`.\n", plural(left, "moment"))
	}
	b.WriteString("\n## Who caused what\n\n```\n")
	for _, root := range causes(s) {
		treeText(&b, root, "", "")
	}
	b.WriteString("```\n")
	table := func(title string, list []scenarios.Otherwise) {
		if len(list) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n## %s\n\n| change | then the flow |\n|---|---|\n", title)
		for _, x := range list {
			what, ends := x.What, "passes"
			if x.Of != "" {
				what += " (" + x.Of + ")"
			}
			if !x.Passes {
				ends = "still breaks"
			}
			fmt.Fprintf(&b, "| %s | %s |\n", markdownCell(what), ends)
		}
	}
	table("Without one thing", s.Without)
	table("With a safeguard", s.With)
	fmt.Fprintf(&b, "\nAgain: `%s`\n", explainCommand(o.Scenario, o.Flags, s))
	_, err := b.WriteTo(w)
	return err
}

func markdownCell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;", ">", "&gt;").Replace(text)
}

// StoryMermaid draws a story as a Mermaid sequence diagram: an arrow for each
// delivery that a worker began, a note for each fault and each thing gone wrong.
func StoryMermaid(w io.Writer, s *scenarios.Story) error {
	var b bytes.Buffer
	b.WriteString("sequenceDiagram\n")
	ids := map[string]string{}
	actor := func(name string) string {
		service, _, _ := strings.Cut(name, ".")
		if service == "" {
			service = "client"
		}
		if ids[service] == "" {
			ids[service] = fmt.Sprintf("p%d", len(ids))
		}
		return ids[service]
	}
	var body bytes.Buffer
	t := &telling{letters: map[uint64]string{}, producer: map[uint64]string{}}
	actor("client")
	last := "client"
	for i := range s.Records {
		r := &s.Records[i]
		t.letter(r.Message)
		switch r.Kind {
		case sim.Committed:
			t.producer[r.Message], last = r.Where, r.Where
		case sim.Started:
			from := "client"
			if r.Cause != 0 && t.producer[r.Cause] != "" {
				from = t.producer[r.Cause]
			}
			arrow := "->>"
			if r.Attempt > 1 {
				arrow = "-->>"
			}
			fmt.Fprintf(&body, "    %s%s%s: %s\n", actor(from), arrow, actor(r.Where), mermaidText(t.said(r)))
			last = r.Where
		case sim.FaultActed:
			at := r.Where
			if at == "" {
				at = last
			}
			fmt.Fprintf(&body, "    Note over %s: fault %s %s\n", actor(at), mermaidText(r.Detail), mermaidText(t.said(r)))
		case sim.InvariantBroken:
			fmt.Fprintf(&body, "    Note over %s: ✗ %s\n", actor(last), mermaidText(r.Detail))
		case sim.AnomalySeen:
			fmt.Fprintf(&body, "    Note over %s: ! %s\n", actor(last), mermaidText(strings.ReplaceAll(r.Detail, "_", " ")))
		}
	}
	for i := range len(ids) {
		for name, id := range ids {
			if id == fmt.Sprintf("p%d", i) {
				fmt.Fprintf(&b, "    participant %s as %s\n", id, mermaidText(name))
			}
		}
	}
	body.WriteTo(&b) //nolint:errcheck // a buffer
	_, err := b.WriteTo(w)
	return err
}

// mermaidText is a text that ends no statement of Mermaid.
func mermaidText(text string) string {
	return strings.NewReplacer("#", "#35;", ";", "#59;", "\n", " ", ":", "#58;", "<", "#60;", ">", "#62;").Replace(strings.TrimSpace(text))
}

// StoryJSON writes a story for other tools: every record, and what was found.
func StoryJSON(w io.Writer, s *scenarios.Story) error {
	type change struct {
		State string `json:"state"`
		From  string `json:"from"`
		To    string `json:"to"`
	}
	type record struct {
		At      int64    `json:"at_ns"`
		Kind    string   `json:"kind"`
		Where   string   `json:"where,omitempty"`
		Event   string   `json:"event,omitempty"`
		Message uint64   `json:"message,omitempty"`
		Cause   uint64   `json:"cause,omitempty"`
		Attempt int      `json:"attempt,omitempty"`
		Depth   int      `json:"depth,omitempty"`
		Waited  int64    `json:"waited_ns,omitempty"`
		Detail  string   `json:"detail,omitempty"`
		Changes []change `json:"changes,omitempty"`
	}
	type otherwise struct {
		What   string   `json:"what"`
		Of     string   `json:"of,omitempty"`
		Passes bool     `json:"passes"`
		Broken []string `json:"broken,omitempty"`
	}
	out := struct {
		Scenario string      `json:"scenario"`
		Variant  string      `json:"variant"`
		Style    string      `json:"style"`
		Flow     string      `json:"flow"`
		Outcome  string      `json:"outcome,omitempty"`
		Settled  bool        `json:"settled"`
		Broken   []string    `json:"broken"`
		Odd      []string    `json:"anomalies"`
		Records  []record    `json:"records"`
		Without  []otherwise `json:"without"`
		With     []otherwise `json:"with"`
		Tried    int         `json:"safeguards_tried"`
	}{
		Scenario: s.Scenario, Variant: s.Variant, Style: s.Style.String(),
		Flow: fmt.Sprintf("%d/%d", s.Flow.Replication, s.Flow.Number), Outcome: s.Outcome, Settled: s.Settled,
		Broken: orEmpty(s.Broken), Odd: orEmpty(s.Odd), Records: []record{}, Without: []otherwise{}, With: []otherwise{}, Tried: s.Tried,
	}
	for i := range s.Records {
		r := &s.Records[i]
		x := record{At: r.At, Kind: r.Kind.String(), Where: r.Where, Event: r.Event, Message: r.Message, Cause: r.Cause,
			Attempt: r.Attempt, Depth: r.Depth, Waited: r.Waited, Detail: r.Detail}
		for _, c := range r.Changes {
			x.Changes = append(x.Changes, change(c))
		}
		out.Records = append(out.Records, x)
	}
	for _, o := range s.Without {
		out.Without = append(out.Without, otherwise(o))
	}
	for _, o := range s.With {
		out.With = append(out.With, otherwise(o))
	}
	encoded, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(encoded, '\n'))
	return err
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
