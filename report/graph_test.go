package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edasim/scenarios"
	"edasim/topology"
)

// graphed are the systems that a graph is tried on: all built-in ones and the large.
func graphed(t *testing.T) map[string][]*topology.Shape {
	t.Helper()
	out := map[string][]*topology.Shape{}
	add := func(name string, text []byte) {
		sc, err := scenarios.Load(text, name, scenarios.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, style := range topology.Styles {
			out[name] = append(out[name], topology.Examine(sc.System, style))
		}
	}
	for _, name := range scenarios.BuiltinNames() {
		text, _ := scenarios.Builtin(name)
		add(name, text)
	}
	large, err := filepath.Glob("../testdata/large/*.yaml")
	if err != nil || len(large) < 2 {
		t.Fatalf("large topologies: %v, %v", large, err)
	}
	for _, file := range large {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		add(filepath.Base(file), text)
	}
	return out
}

// Every system can be drawn: well-formed, the same each time, with nothing that stands
// on anything else, and told in 80 columns.
func TestGraphOfEverySystem(t *testing.T) {
	for name, shapes := range graphed(t) {
		var one, two, text bytes.Buffer
		if err := GraphSVG(&one, name, shapes); err != nil {
			t.Fatal(err)
		}
		if err := GraphSVG(&two, name, shapes); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s is drawn differently each time (%v)", name, err)
		}
		things := drawnThings(t, one.Bytes())
		for i, a := range things {
			for _, b := range things[i+1:] {
				if a.meets(b.area) && !(a.kind != b.kind && b.inside(a.area)) { // but a name in its box
					t.Errorf("%s: two things lie on each other: %+v and %+v", name, a, b)
				}
			}
		}
		if err := GraphText(&text, name, shapes); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if columns(strings.TrimRight(line, "\n")) > textWidth {
				t.Errorf("%s: wider than %d: %q", name, textWidth, line)
			}
		}
	}
}

// thing is a box or a text of a picture.
type thing struct {
	kind, text string
	area
}

func (a thing) inside(o area) bool {
	return a.left >= o.left && a.right <= o.right && a.top >= o.top && a.bottom <= o.bottom
}

// drawnThings are the boxes and then the texts of a picture.
func drawnThings(t *testing.T, svg []byte) []thing {
	t.Helper()
	var boxes, texts []thing
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return append(boxes, texts...)
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		at := map[string]string{}
		for _, a := range e.Attr {
			at[a.Name.Local] = a.Value
		}
		number := func(name string) float64 {
			var v float64
			if _, err := fmt.Sscan(at[name], &v); err != nil {
				t.Fatalf("%s of %v: %v", name, e, err)
			}
			return v
		}
		switch {
		case e.Name.Local == "rect" && at["class"] != "paper":
			x, y := number("x"), number("y")
			boxes = append(boxes, thing{kind: "box", area: area{x, y, x + number("width"), y + number("height")}})
		case e.Name.Local == "text" && at["class"] != "style":
			inner, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			text := string(inner.(xml.CharData))
			x, y, wide := number("x"), number("y"), lettersWide(text, saidWidth)
			if at["text-anchor"] == "middle" {
				wide = lettersWide(text, nameWidth)
				x -= wide / 2
			}
			texts = append(texts, thing{"text", text, area{x, y - 10, x + wide, y + 3}})
		}
	}
}

// A large system is one that can be looked at: few crossings, which a change of the
// layout must not make many. The figures are those of the layout as it is.
func TestCrossingsOfLargeSystems(t *testing.T) {
	most := map[string]int{"online-shop.yaml": 25, "railway.yaml": 25}
	all := graphed(t)
	for name, most := range most {
		services, list := bundles(all[name][0])
		if n := layOut(services, list).crossings(); n > most {
			t.Errorf("%s: %d crossings of %d links, want at most %d", name, n, len(list), most)
		} else {
			t.Logf("%s: %d crossings of %d links", name, n, len(list))
		}
	}
}

// Counting crossings by a tree gives what comparing every two links gives.
func TestCrossings(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var names []string
		var list []bundle
		for i := range 12 {
			names = append(names, fmt.Sprint(i))
		}
		for range 20 {
			list = append(list, bundle{from: names[r.IntN(6)], to: names[6+r.IntN(6)]})
		}
		l := layOut(names, list)
		want := 0
		for i, a := range l.routes {
			for _, b := range l.routes[i+1:] {
				if len(a) == 2 && len(b) == 2 && a[0].layer == b[0].layer && (a[0].order-b[0].order)*(a[1].order-b[1].order) < 0 {
					want++
				}
			}
		}
		if n := l.crossings(); n != want {
			t.Fatalf("%d crossings, want %d", n, want)
		}
	}
}

// The lines of a layout cross no more than they must: a tree not at all.
func TestLayoutOfATree(t *testing.T) {
	var names []string
	var list []bundle
	for i := range 15 {
		names = append(names, fmt.Sprint(i))
		if i > 0 {
			list = append(list, bundle{from: fmt.Sprint((i - 1) / 2), to: fmt.Sprint(i)})
		}
	}
	if n := layOut(names, list).crossings(); n != 0 {
		t.Errorf("%d crossings in a tree", n)
	}
}

// A story is told in every format, in 80 columns, and what a scenario is called ends
// nothing in any of them.
func TestStoryFormats(t *testing.T) {
	text, _ := scenarios.Builtin("double-charge")
	sc, err := scenarios.Load(bytes.ReplaceAll(text, []byte("nobody is charged twice"), []byte("no <script>| twice")), "double-charge.yaml", scenarios.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Explain(context.Background(), sc, scenarios.Which{}, scenarios.ExplainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := StoryText(&b, s, StoryOptions{Scenario: "double-charge", All: true}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if columns(strings.TrimRight(line, "\n")) > textWidth && !strings.Contains(line, "edasim explain") {
			t.Errorf("wider than %d: %q", textWidth, line)
		}
	}
	b.Reset()
	if err := StoryMarkdown(&b, s, StoryOptions{Scenario: "double-charge"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>") || strings.Contains(b.String(), "script&gt;| twice") {
		t.Error("the invariant's name is not escaped in Markdown")
	}
	b.Reset()
	if err := StoryMermaid(&b, s); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>") {
		t.Error("the invariant's name is not escaped in Mermaid")
	}
}

// largeSystem is a made-up system of n services in ranks of ten, of which every one
// says two things, and each is heard by a service of the next rank and one further on.
func largeSystem(n int) *topology.System {
	sys := &topology.System{Workloads: []*topology.Workload{{Event: "E0", Rate: 1}}}
	for i := range n {
		h := &topology.Handler{Name: "do", Consumes: []string{fmt.Sprint("E", i)}, Effects: make([]topology.Effect, 1)}
		for _, to := range []int{i + 1 + i*7%13, i + 2 + i*5%29} {
			h.Emits = append(h.Emits, topology.Emission{Event: fmt.Sprint("E", to%n), Probability: 1})
		}
		listen := &topology.Handler{Name: "hear", Consumes: []string{fmt.Sprint("E", (i*31+7)%n)}, Detached: true}
		sys.Services = append(sys.Services, &topology.Service{Name: fmt.Sprint("service-", i), Handlers: []*topology.Handler{h, listen}})
	}
	return sys
}

// BenchmarkGraph examines and draws 200 services in the two styles that run by default:
// at most 300 ms.
func BenchmarkGraph(b *testing.B) {
	sys := largeSystem(200)
	for _, format := range []struct {
		name  string
		write func(io.Writer, string, []*topology.Shape) error
	}{{"text", GraphText}, {"json", GraphJSON}, {"svg", GraphSVG}} {
		b.Run(format.name, func(b *testing.B) {
			for b.Loop() {
				var shapes []*topology.Shape
				for _, style := range []topology.Style{topology.Choreography, topology.Orchestrated} {
					shapes = append(shapes, topology.Examine(sys, style))
				}
				if err := format.write(io.Discard, "large", shapes); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
