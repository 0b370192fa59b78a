package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"edasim/scenarios"
	"edasim/topology"
)

func shapesOf(t *testing.T, name string) []*topology.Shape {
	t.Helper()
	text, ok := scenarios.Builtin(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	sc, err := scenarios.Load(text, name+".yaml", scenarios.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var shapes []*topology.Shape
	for _, style := range topology.Styles {
		shapes = append(shapes, topology.Examine(sc.System, style))
	}
	return shapes
}

// Every built-in scenario can be drawn: well-formed, the same each time, no two boxes
// on each other, and text within 80 columns.
func TestGraphOfEveryBuiltin(t *testing.T) {
	for _, name := range scenarios.BuiltinNames() {
		shapes := shapesOf(t, name)
		var one, two, text bytes.Buffer
		if err := GraphSVG(&one, name, shapes); err != nil {
			t.Fatal(err)
		}
		GraphSVG(&two, name, shapes) //nolint:errcheck // as above
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s is drawn differently each time", name)
		}
		var boxes []area
		d := xml.NewDecoder(bytes.NewReader(one.Bytes()))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
				boxes = append(boxes, boxOf(t, e))
			}
		}
		for i, a := range boxes {
			for _, b := range boxes[i+1:] {
				if a.right > a.left && b.right > b.left && a.meets(b) {
					t.Errorf("%s: two boxes lie on each other: %v and %v", name, a, b)
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

// boxOf is a rectangle; one in percent is none.
func boxOf(t *testing.T, e xml.StartElement) area {
	t.Helper()
	var x, y, w, h float64
	for _, a := range e.Attr {
		if strings.HasSuffix(a.Value, "%") {
			return area{}
		}
		for name, to := range map[string]*float64{"x": &x, "y": &y, "width": &w, "height": &h} {
			if a.Name.Local == name {
				if _, err := fmt.Sscan(a.Value, to); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return area{x, y, x + w, y + h}
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
