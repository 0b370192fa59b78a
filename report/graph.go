package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"edasim/topology"
)

// GraphText says who emits what to whom in each style, and what follows from that, in
// at most 80 columns.
func GraphText(w io.Writer, name string, shapes []*topology.Shape) error {
	var b bytes.Buffer
	for i, s := range shapes {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s, %s\n\n", oneLine(name), s.Style)
		graphLinks(&b, s)
		graphFindings(&b, s)
		graphServices(&b, s)
		graphDrawing(&b, s)
	}
	_, err := b.WriteTo(w)
	return err
}

// linesOf are the links, those from one to the same others together.
func graphLinks(b *bytes.Buffer, s *topology.Shape) {
	type line struct{ from, arrow, to string }
	var lines []line
	at := map[[2]string]int{}
	for _, l := range s.Links {
		if l.As == topology.ByReply {
			continue
		}
		arrow := linkText(l)
		key := [2]string{l.From, arrow}
		if i, ok := at[key]; ok {
			lines[i].to += ", " + l.To
			continue
		}
		at[key] = len(lines)
		lines = append(lines, line{l.From, arrow, l.To})
	}
	wide, middle := 0, 0
	for _, l := range lines {
		wide, middle = max(wide, columns(l.from)), max(middle, columns(l.arrow))
	}
	wide, middle = min(wide, 26), min(middle, 24)
	for _, l := range lines {
		to := wrap(l.to, max(textWidth-wide-middle-8, 20))
		fmt.Fprintf(b, "  %s  %s  → %s\n", pad(shorten(l.from, wide), wide), pad(shorten(l.arrow, middle), middle), to[0])
		for _, rest := range to[1:] {
			fmt.Fprintf(b, "%s%s\n", strings.Repeat(" ", wide+middle+8), rest)
		}
	}
}

func linkText(l topology.Link) string {
	switch {
	case l.As == topology.ByEvent:
		return l.Event
	case l.Event == "":
		return l.As.String()
	}
	return l.As.String() + " " + l.Event
}

func graphFindings(b *bytes.Buffer, s *topology.Shape) {
	b.WriteString("\n")
	row := func(label, text string) {
		if text == "" {
			return
		}
		for i, l := range wrap(text, textWidth-26) {
			if i > 0 {
				label = ""
			}
			fmt.Fprintf(b, "  %s  %s\n", pad(label, 22), l)
		}
	}
	row("nobody consumes", strings.Join(s.Unheard, ", "))
	row("nobody emits", strings.Join(s.Unsaid, ", "))
	for _, c := range s.Cycles {
		row("cycle", strings.Join(c, " → ")+" → "+c[0])
	}
	row("longest chain", fmt.Sprintf("%d: %s", len(s.Longest), strings.Join(some(s.Longest), " → ")))
	row("widest fan-out", fmt.Sprintf("%s, to %s", s.FanOut.Name, plural(s.FanOut.N, "handler")))
	row("widest fan-in", fmt.Sprintf("%s, from %s", s.FanIn.Name, plural(s.FanIn.N, "event")))
	for _, c := range s.Together {
		if len(c.Services) > 2 {
			row("change together", c.Event+": "+strings.Join(some(c.Services), ", "))
		}
	}
}

func graphServices(b *bytes.Buffer, s *topology.Shape) {
	wide := len("service")
	for _, d := range s.Services {
		wide = max(wide, columns(d.Service))
	}
	wide = min(wide, 24)
	fmt.Fprintf(b, "\n  %s  depends unknowingly on · when down, nothing more comes to\n", pad("service", wide))
	for _, d := range s.Services {
		text := listOr(some(d.Unknowns), "nobody") + " · " + listOr(some(d.Blast), "nobody")
		for i, l := range wrap(text, textWidth-wide-4) {
			name := d.Service
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(b, "  %s  %s\n", pad(shorten(name, wide), wide), l)
		}
	}
}

// some are the first of many names.
func some(list []string) []string {
	const most = 8
	if len(list) <= most+1 {
		return list
	}
	return append(append([]string(nil), list[:most]...), fmt.Sprintf("%d more", len(list)-most))
}

func listOr(list []string, none string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, ", ")
}

func graphDrawing(b *bytes.Buffer, s *topology.Shape) {
	d := s.TenMinute
	verdict := "yes"
	if !d.Drawable() {
		verdict = "no"
	}
	fmt.Fprintf(b, "\n  The ten-minute test: can it be drawn from memory in ten minutes? %s\n", verdict)
	var parts []string
	for _, p := range d.Parts {
		parts = append(parts, fmt.Sprintf("%d %s × %d s", p.N, p.What, p.Each))
	}
	for _, l := range wrap(fmt.Sprintf("%s = %d min %d s. The seconds are our assumption.", strings.Join(parts, " + "), d.Seconds/60, d.Seconds%60), textWidth-4) {
		fmt.Fprintf(b, "    %s\n", l)
	}
	if advice := drawingAdvice(s); advice != "" {
		for _, l := range wrap(advice, textWidth-4) {
			fmt.Fprintf(b, "    %s\n", l)
		}
	}
}

// drawingAdvice says what would make a system drawable.
func drawingAdvice(s *topology.Shape) string {
	d := s.TenMinute
	if d.Drawable() {
		return ""
	}
	over := d.Seconds - 600
	most := d.Parts[0]
	for _, p := range d.Parts {
		if p.N*p.Each > most.N*most.Each {
			most = p
		}
	}
	if most.N*most.Each > over {
		return fmt.Sprintf("It would be with %d %s fewer, such as by a part with a contract of its own that is drawn as one box.", (over+most.Each-1)/most.Each, most.What)
	}
	return fmt.Sprintf("It would take parts with contracts of their own, each drawn as one box: %s alone take %d min.", most.What, most.N*most.Each/60)
}

// GraphJSON writes the shapes for other tools.
func GraphJSON(w io.Writer, name string, shapes []*topology.Shape) error {
	type link struct {
		From  string `json:"from"`
		To    string `json:"to"`
		Event string `json:"event,omitempty"`
		As    string `json:"as"`
	}
	type fan struct {
		Name string `json:"name"`
		N    int    `json:"n"`
	}
	type service struct {
		Service  string   `json:"service"`
		Knows    []string `json:"depends_on"`
		Unknowns []string `json:"depends_unknowingly_on"`
		Blast    []string `json:"blast_radius"`
	}
	type change struct {
		Event    string   `json:"event"`
		Services []string `json:"services"`
	}
	type part struct {
		What string `json:"what"`
		N    int    `json:"n"`
		Each int    `json:"seconds_each"`
	}
	type shape struct {
		Style    string     `json:"style"`
		Links    []link     `json:"links"`
		Unheard  []string   `json:"events_without_consumers"`
		Unsaid   []string   `json:"events_without_producers"`
		Cycles   [][]string `json:"cycles"`
		Longest  []string   `json:"longest_chain"`
		FanOut   fan        `json:"fan_out"`
		FanIn    fan        `json:"fan_in"`
		Services []service  `json:"services"`
		Together []change   `json:"change_together"`
		Drawing  struct {
			Parts    []part `json:"parts"`
			Seconds  int    `json:"seconds"`
			Drawable bool   `json:"in_ten_minutes"`
		} `json:"ten_minute_test"`
	}
	out := struct {
		Scenario string  `json:"scenario"`
		Styles   []shape `json:"styles"`
	}{Scenario: name, Styles: []shape{}}
	for _, s := range shapes {
		x := shape{Style: s.Style.String(), Unheard: orEmpty(s.Unheard), Unsaid: orEmpty(s.Unsaid), Cycles: s.Cycles, Longest: orEmpty(s.Longest),
			FanOut: fan(s.FanOut), FanIn: fan(s.FanIn), Links: []link{}, Services: []service{}, Together: []change{}}
		if x.Cycles == nil {
			x.Cycles = [][]string{}
		}
		for _, l := range s.Links {
			x.Links = append(x.Links, link{l.From, l.To, l.Event, l.As.String()})
		}
		for _, d := range s.Services {
			x.Services = append(x.Services, service{d.Service, orEmpty(d.Knows), orEmpty(d.Unknowns), orEmpty(d.Blast)})
		}
		for _, c := range s.Together {
			x.Together = append(x.Together, change(c))
		}
		for _, p := range s.TenMinute.Parts {
			x.Drawing.Parts = append(x.Drawing.Parts, part(p))
		}
		x.Drawing.Seconds, x.Drawing.Drawable = s.TenMinute.Seconds, s.TenMinute.Drawable()
		out.Styles = append(out.Styles, x)
	}
	encoded, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(encoded, '\n'))
	return err
}

// bundles are the links between services, all that goes one way between two together.
func bundles(s *topology.Shape) (nodes []string, list []bundle) {
	seen := map[string]bool{}
	node := func(name string) {
		if !seen[name] {
			seen[name] = true
			nodes = append(nodes, name)
		}
	}
	at := map[[3]string]int{}
	for _, l := range s.Links {
		from, to := topology.ServiceOf(l.From), topology.ServiceOf(l.To)
		node(from)
		node(to)
		if l.As == topology.ByReply {
			continue
		}
		key := [3]string{from, to, l.As.String()}
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, bundle{from: from, to: to, as: l.As})
		}
		label := l.Event
		if label == "" {
			label = l.As.String()
		}
		list[i].add(label)
	}
	return nodes, list
}

// bundle is what goes from one service to another.
type bundle struct {
	from, to string
	as       topology.LinkKind
	labels   []string
}

func (b *bundle) add(label string) {
	for _, l := range b.labels {
		if l == label {
			return
		}
	}
	b.labels = append(b.labels, label)
}

// GraphMermaid draws a style as a Mermaid flowchart of services.
func GraphMermaid(w io.Writer, shapes []*topology.Shape) error {
	var b bytes.Buffer
	b.WriteString("flowchart LR\n")
	for k, s := range shapes {
		nodes, list := bundles(s)
		id := map[string]string{}
		indent := "    "
		if len(shapes) > 1 {
			fmt.Fprintf(&b, "    subgraph s%d [%s]\n", k, s.Style)
			indent = "        "
		}
		for i, n := range nodes {
			id[n] = fmt.Sprintf("s%dn%d", k, i)
			fmt.Fprintf(&b, "%s%s[\"%s\"]\n", indent, id[n], mermaidText(n))
		}
		for _, l := range list {
			arrow := "-->"
			if l.as == topology.ByCommand {
				arrow = "-.->"
			} else if l.as == topology.ByCall {
				arrow = "==>"
			}
			fmt.Fprintf(&b, "%s%s %s|\"%s\"| %s\n", indent, id[l.from], arrow, mermaidText(strings.Join(l.labels, ", ")), id[l.to])
		}
		if len(shapes) > 1 {
			b.WriteString("    end\n")
		}
	}
	_, err := b.WriteTo(w)
	return err
}

// GraphDOT draws the styles in the language of Graphviz.
func GraphDOT(w io.Writer, name string, shapes []*topology.Shape) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph %s {\n  rankdir=LR;\n  node [shape=box];\n", dotText(name))
	for k, s := range shapes {
		nodes, list := bundles(s)
		fmt.Fprintf(&b, "  subgraph cluster_%d {\n    label=%s;\n", k, dotText(s.Style.String()))
		for _, n := range nodes {
			fmt.Fprintf(&b, "    %s [label=%s];\n", dotText(fmt.Sprintf("%d %s", k, n)), dotText(n))
		}
		for _, l := range list {
			look := "solid"
			if l.as == topology.ByCommand {
				look = "dashed"
			} else if l.as == topology.ByCall {
				look = "bold"
			}
			fmt.Fprintf(&b, "    %s -> %s [label=%s, style=%s];\n", dotText(fmt.Sprintf("%d %s", k, l.from)),
				dotText(fmt.Sprintf("%d %s", k, l.to)), dotText(strings.Join(l.labels, ", ")), look)
		}
		b.WriteString("  }\n")
	}
	b.WriteString("}\n")
	_, err := b.WriteTo(w)
	return err
}

func dotText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(text) + `"`
}
