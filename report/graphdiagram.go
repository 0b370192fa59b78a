package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"edasim/topology"
)

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
		if label == "" { // a call, or the command to undo: of that handler
			label = strings.TrimPrefix(l.To, to+".")
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

func (b *bundle) edge() edge { return edge{b.from, b.to, b.as} }

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
