package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"edasim/topology"
)

// GraphText says who emits what to whom in each style, and what follows from that, in
// at most 80 columns. Long lists are cut there; GraphJSON has them whole.
func GraphText(w io.Writer, name string, shapes []*topology.Shape) error {
	var b bytes.Buffer
	for i, s := range shapes {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s, %s\n\n", oneLine(name), s.Style)
		graphLinks(&b, s)
		graphFindings(&b, s)
		graphDown(&b, s)
		graphUnknown(&b, s)
		graphDrawing(&b, s)
	}
	_, err := b.WriteTo(w)
	return err
}

// graphLinks are the links, those of one event from one handler together.
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

// rows writes labels and texts beside them, in two columns.
func rows(b *bytes.Buffer, wide int, list [][2]string) {
	for _, r := range list {
		label := shorten(r[0], wide)
		for _, l := range wrap(r[1], textWidth-wide-4) {
			fmt.Fprintf(b, "  %s  %s\n", pad(label, wide), l)
			label = ""
		}
	}
}

func graphFindings(b *bytes.Buffer, s *topology.Shape) {
	var list [][2]string
	row := func(label, text string) {
		if text != "" {
			list = append(list, [2]string{label, text})
		}
	}
	row("nobody consumes", strings.Join(s.Unheard, ", "))
	row("nobody emits", strings.Join(s.Unsaid, ", "))
	for i := range s.Cycles {
		row("cycle", cycleText(&s.Cycles[i]))
	}
	least := ""
	if s.AtLeast {
		least = "at least "
	}
	row("longest chain", fmt.Sprintf("%s%d: %s", least, len(s.Longest), strings.Join(s.Longest, " → ")))
	row("widest fan-out", fmt.Sprintf("%s, to %s", s.FanOut.Name, plural(s.FanOut.N, "handler")))
	row("widest fan-in", fmt.Sprintf("%s, from %s", s.FanIn.Name, plural(s.FanIn.N, "event")))
	pairs := 0
	together := slices.Clone(s.Together)
	slices.SortStableFunc(together, func(a, b topology.Change) int { return cmp.Compare(len(b.Services), len(a.Services)) })
	for _, c := range together {
		if len(c.Services) <= 2 {
			pairs++
			continue
		}
		row("change together", c.Event+": "+strings.Join(some(c.Services), ", "))
	}
	if pairs > 0 {
		row("", plural(pairs, "event")+" between two services")
	}
	b.WriteString("\n")
	rows(b, len("change together"), list)
}

// cycleText tells a cycle with what leads on, and how many lead back besides.
func cycleText(c *topology.Cycle) string {
	var t strings.Builder
	for i, h := range c.Path {
		event := c.Events[i]
		if event == "" {
			event = "call"
		}
		fmt.Fprintf(&t, "%s → %s → ", h, event)
	}
	t.WriteString(c.Path[0])
	if n := len(c.Others); n > 0 {
		fmt.Fprintf(&t, "; %s more lead back too", plural(n, "handler"))
	}
	return t.String()
}

// graphDown says what stops when a service is down, the worst first.
func graphDown(b *bytes.Buffer, s *topology.Shape) {
	weight := func(d *topology.Dependence) int { return len(d.Stops)*1000 + len(d.Waits) + len(d.Misses) }
	var order []*topology.Dependence
	var none []string
	for i := range s.Services {
		if d := &s.Services[i]; weight(d) > 0 {
			order = append(order, d)
		} else {
			none = append(none, d.Service)
		}
	}
	slices.SortStableFunc(order, func(a, b *topology.Dependence) int { return cmp.Compare(weight(b), weight(a)) })
	var list [][2]string
	for _, d := range order {
		var parts []string
		say := func(what string, services []string) {
			if len(services) > 0 {
				parts = append(parts, fmt.Sprintf("%s %d: %s", what, len(services), strings.Join(some(services), ", ")))
			}
		}
		say("stops", d.Stops)
		say("less to", d.Misses)
		say("called in vain by", d.Waits)
		list = append(list, [2]string{d.Service, strings.Join(parts, "; ")})
	}
	b.WriteString("\n  When it is down, and every choice of the others may go either way\n")
	rows(b, firstColumn(list), list)
	if len(none) > 0 && len(order) > 0 {
		rows(b, firstColumn(list), [][2]string{{"nobody else", "notices " + orList(none)}})
	} else if len(none) > 0 {
		rows(b, len("nobody else"), [][2]string{{"nobody else", "notices " + orList(none)}})
	}
}

// graphUnknown says whom services depend on through others.
func graphUnknown(b *bytes.Buffer, s *topology.Shape) {
	var list [][2]string
	for _, d := range s.Services {
		if n := len(d.Unknowns); n > 0 {
			list = append(list, [2]string{d.Service, fmt.Sprintf("%d: %s", n, strings.Join(some(d.Unknowns), ", "))})
		}
	}
	if len(list) > 0 {
		b.WriteString("\n  Depends on, without knowing it\n")
		rows(b, firstColumn(list), list)
	}
}

// firstColumn is the width of a first column, within reason.
func firstColumn(list [][2]string) int {
	wide := len("nobody else")
	for _, r := range list {
		wide = max(wide, columns(r[0]))
	}
	return min(wide, 24)
}

// some are the first of many names.
func some(list []string) []string {
	const most = 8
	if len(list) <= most+1 {
		return list
	}
	return append(append([]string(nil), list[:most]...), fmt.Sprintf("%d more", len(list)-most))
}

func orList(list []string) string {
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " or " + list[n-1]
	}
	return strings.Join(list, "")
}

// drawingAssumption is where the seconds of the ten-minute test come from.
const drawingAssumption = "The seconds are our assumption: a box or an arrow in two strokes, a name or a change of state of some twelve letters at two letters a second, and for a cycle the time to see when it ends."

func graphDrawing(b *bytes.Buffer, s *topology.Shape) {
	d := &s.TenMinute
	verdict := "yes"
	if !d.Drawable() {
		verdict = "no"
	}
	fmt.Fprintf(b, "\n  The ten-minute test: can all of it be drawn in ten minutes? %s\n", verdict)
	for _, text := range []string{drawingFormula(d) + ". " + drawingAssumption, drawingAdvice(d)} {
		for _, l := range wrap(text, textWidth-4) {
			if l != "" {
				fmt.Fprintf(b, "    %s\n", l)
			}
		}
	}
	for _, box := range d.Boxes {
		for i, l := range wrap(strings.Join(box, ", "), textWidth-6) {
			mark := "-"
			if i > 0 {
				mark = " "
			}
			fmt.Fprintf(b, "    %s %s\n", mark, l)
		}
	}
}

// drawingFormula is what was counted, times its seconds, and the sum.
func drawingFormula(d *topology.Drawing) string {
	var parts []string
	for _, p := range d.Parts {
		if p.N > 0 {
			what := p.What
			if p.N == 1 {
				what = strings.TrimSuffix(strings.Replace(what, "names", "name", 1), "s")
				if p.What == "names of events" {
					what = "name of an event"
				}
			}
			parts = append(parts, fmt.Sprintf("%d %s × %d s", p.N, what, p.Each))
		}
	}
	return strings.Join(parts, " + ") + " = " + drawingTime(d.Seconds)
}

func drawingTime(seconds int) string { return fmt.Sprintf("%d min %d s", seconds/60, seconds%60) }

// drawingAdvice says what would make a system drawable; the boxes follow it.
func drawingAdvice(d *topology.Drawing) string {
	switch {
	case d.Drawable():
		return ""
	case len(d.Boxes) == 0:
		return "No two of its services are neighbours that could be one box: draw it as several pictures."
	case d.BoxedSeconds < topology.DrawingLimit:
		return fmt.Sprintf("It would take %s with these as one box each, whose inside is a picture and a contract of its own:", drawingTime(d.BoxedSeconds))
	}
	return fmt.Sprintf("Even with these as one box each it takes %s: draw it as several pictures, such as one for each box:", drawingTime(d.BoxedSeconds))
}
