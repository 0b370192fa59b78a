package scenarios

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const reference = "LANGUAGE.md"

// surroundings are what an example of a key is laid over.
const surroundings = `edasim: 1
services:
  inventory:
    state: {reserved: 0, stock: {initial: 1000, per: product}}
    handlers:
      reserve: {consumes: OrderPlaced, takes: 8ms, effects: {stock: -1}, emits: StockReserved}
  payment:
    replicas: 2
    concurrency: 4
    state: {charged: 0, status: new}
    handlers:
      charge:
        consumes: StockReserved
        effects: {charged: +1}
        emits: PaymentCharged
        refuses: {probability: 1%, emits: PaymentDeclined}
        calls: {handler: fraud.check, timeout: 1s, retry: {attempts: 2}, breaker: {failures: 50%}}
      refund: {compensates: charge, when: charged > 0, effects: {charged: -1}}
  fraud: {handlers: {check: {takes: 1ms}}}
  shipping: {state: {shipped: 0}, handlers: {ship: {consumes: PaymentCharged, effects: {shipped: +1}, emits: OrderShipped}}}
delivery: {ordering: {partitions: 12}}
orchestration: {timeout: 10s, coordinator: {concurrency: 8}}
direct: {timeout: 2s}
outcomes: {completed: OrderShipped, declined: PaymentDeclined}
invariants: {in the end: finally payment.charged <= 2}
monitors: {nightly: {check: payment.charged <= 1, every: 24h}}
alerts: {backlog: {when: queue(service.payment) > 100}}
keys: {product: {count: 10}}
workload: {OrderPlaced: {phases: [{rate: 20/s, for: 2s}], timeout: 30s}}
faults: [{drop: 1%}]
run: {replications: 1, drain: 2h, max_replications: 2}
`

// written is an example as the reference shows it: at most two lines.
func (k *key) written(t *table) string {
	if t.at == "" && strings.HasPrefix(k.example, "\n") {
		return k.name + ":\n  " + k.example[1:]
	}
	line := k.name + ": " + strings.TrimPrefix(k.example, "\n")
	if t.at == "" {
		return line
	}
	parts := strings.Split(t.at, ".")
	last := parts[len(parts)-1]
	item := last == "0"
	first, second := k.with, line
	if slices.Contains(faultKindNames(), k.name) {
		first, second = line, k.with
	}
	switch {
	case strings.HasPrefix(k.with, "{") && item:
		return parts[len(parts)-2] + ":\n  - " + strings.TrimSuffix(k.with, "}") + ", " + line + "}"
	case strings.HasPrefix(k.with, "{"):
		return parts[len(parts)-2] + ":\n  " + last + ": " + strings.TrimSuffix(k.with, "}") + ", " + line + "}"
	case k.with == "" && item:
		return parts[len(parts)-2] + ":\n  - " + line
	case k.with == "" && strings.HasPrefix(k.example, "\n"):
		return k.name + ":\n  " + k.example[1:]
	case k.with == "":
		return last + ":\n  " + line
	case item:
		return "- " + first + "\n  " + second
	}
	return first + "\n" + second
}

// laid puts a value of a key, with what it needs, into the surroundings.
func (k *key) laid(t *testing.T, of *table, value string) []byte {
	t.Helper()
	root := parsed(t, surroundings)
	text := k.name + ": " + strings.TrimPrefix(value, "\n")
	if strings.HasPrefix(value, "\n") {
		text = k.name + ":\n  " + value[1:]
	}
	own := parsed(t, text)
	if k.with != "" {
		with := parsed(t, k.with)
		own.Content = append(with.Content, own.Content...)
	}
	at := root
	path := of.at
	if k.name == "compensates" { // charge cannot undo itself
		path = "services.payment.handlers.refund"
	}
	if path != "" {
		for _, part := range strings.Split(path, ".") {
			at = below(at, part)
		}
	}
	if of.alone {
		*at = yaml.Node{Kind: yaml.MappingNode}
	}
	for i := 0; i < len(own.Content); i += 2 {
		lay(below(at, own.Content[i].Value), own.Content[i+1], k.name == "services" || k.name == "handlers")
	}
	out, err := yaml.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lay puts a value in the place of another; over it where the names that it has
// are only some of those that others refer to.
func lay(on, value *yaml.Node, over bool) {
	if !over || on.Kind != yaml.MappingNode || value.Kind != yaml.MappingNode {
		*on = *value
		return
	}
	for i := 0; i < len(value.Content); i += 2 {
		lay(below(on, value.Content[i].Value), value.Content[i+1], true)
	}
}

func parsed(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return doc.Content[0]
}

// below is the value at a key or an index, made where there is none.
func below(n *yaml.Node, part string) *yaml.Node {
	if n.Kind == yaml.SequenceNode {
		i, _ := strconv.Atoi(part)
		return n.Content[i]
	}
	if n.Kind != yaml.MappingNode {
		*n = yaml.Node{Kind: yaml.MappingNode}
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == part {
			return n.Content[i+1]
		}
	}
	made := &yaml.Node{Kind: yaml.MappingNode}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: part}, made)
	return made
}

// Every key's example and default is one that the loader and the schema take,
// and the example runs.
func TestReferenceExamples(t *testing.T) {
	s := compiledSchema(t)
	for _, tab := range tables {
		for i := range tab.keys {
			k := &tab.keys[i]
			name := tab.name + "." + k.name
			if !strings.HasSuffix(k.meaning, ".") || k.example == "" || strings.Count(k.written(tab), "\n") > 1 {
				t.Errorf("%s: meaning %q, example %q", name, k.meaning, k.written(tab))
			}
			src := k.laid(t, tab, k.example)
			sc, err := Load(src, "example.yaml", LoadOptions{ReadFile: beside("testdata/good/x")})
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, src)
				continue
			}
			if err := satisfies(s, src); err != nil {
				t.Errorf("%s: the schema refuses its example: %v", name, err)
			}
			runBriefly(t, name, sc)
			left, value := k.leftOut()
			if !value {
				continue
			}
			src = k.laid(t, tab, left)
			if _, err := Load(src, "default.yaml", LoadOptions{}); err != nil {
				t.Errorf("%s: the default: %v", name, err)
			} else if err := satisfies(s, src); err != nil {
				t.Errorf("%s: the schema refuses its default: %v", name, err)
			}
		}
	}
}

// runBriefly runs one replication of at most a few flows.
func runBriefly(t *testing.T, name string, sc *Scenario) {
	t.Helper()
	sc.Run.Replications, sc.Run.MaxReplications, sc.Run.UntilDecided = 1, 1, false
	for _, w := range sc.System.Workloads {
		w.Flows = 20
	}
	for i := range sc.Variants {
		sc.Variants[i].Run.Replications = 1
		for _, w := range sc.Variants[i].System.Workloads {
			w.Flows = 20
		}
	}
	if _, err := Execute(context.Background(), sc, Options{}); err != nil {
		t.Errorf("%s: does not run: %v", name, err)
	}
}

// Whatever word or figure stands for a key, what the loader takes the schema
// takes too.
func TestSchemaAgreesKeyByKey(t *testing.T) {
	s := compiledSchema(t)
	probes := []string{"0", "7", "-1", "0.5", "30s", "50%", "10x", "6/min", "none", "unlimited", "all", "key", "true", "word",
		"exp(5ms)", "1 sec", "[1, 2]", "[30s]", "[StockReserved]", "[]", "{}", "{strange: 1}", "payment.charge"}
	taken := 0
	for _, tab := range tables {
		for i := range tab.keys {
			k := &tab.keys[i]
			for _, probe := range append(slices.Clone(k.shape.words), probes...) {
				src := k.laid(t, tab, probe)
				_, wrong := Load(src, "probe.yaml", LoadOptions{})
				if wrong == nil {
					taken++
				}
				switch err := satisfies(s, src); {
				case wrong == nil && err != nil:
					t.Errorf("%s.%s: %s: the loader takes it, the schema does not: %v", tab.name, k.name, probe, err)
				case err == nil && probe == "{strange: 1}" && tab.find(k.name).shape.form() == "a mapping":
					t.Errorf("%s.%s: the schema takes a strange key", tab.name, k.name)
				}
			}
		}
	}
	if taken < 300 {
		t.Errorf("the loader took only %d probes", taken)
	}
}

var keysRegion = regexp.MustCompile(`(?s)<!-- keys: ([a-z_ ]+) -->\n(.*?)<!-- end of keys -->\n`)

// The lists of keys in LANGUAGE.md are those of the tables; -update writes them.
func TestReferenceIsUpToDate(t *testing.T) {
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	want := keysRegion.ReplaceAllStringFunc(string(text), func(region string) string {
		names := keysRegion.FindStringSubmatch(region)[1]
		var b strings.Builder
		fmt.Fprintf(&b, "<!-- keys: %s -->\n", names)
		for _, name := range strings.Fields(names) {
			i := slices.IndexFunc(tables, func(tab *table) bool { return tab.name == name })
			if i < 0 {
				t.Fatalf("%s: there is no table %s", reference, name)
			}
			told[name] = true
			b.WriteString(tables[i].told())
		}
		return b.String() + "<!-- end of keys -->\n"
	})
	for _, tab := range tables {
		if !told[tab.name] {
			t.Errorf("%s does not have the keys of %s", reference, tab.what)
		}
	}
	if *update {
		if err := os.WriteFile(reference, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Errorf("%s is not what the tables of keys say: go test ./scenarios -run Reference -update", reference)
	}
}

// told is a table as the reference has it. What a service gives its handlers as
// a default is told with the handlers.
func (t *table) told() string {
	var b strings.Builder
	if t.at != "" {
		fmt.Fprintf(&b, "\n*%s:*\n", t.what)
	}
	for i := range t.keys {
		k := &t.keys[i]
		if t == serviceKeys && slices.ContainsFunc(inheritedKeys, func(h key) bool { return h.name == k.name }) {
			continue
		}
		fmt.Fprintf(&b, "\n**`%s`** (%s", k.name, k.shape.form())
		switch left, value := k.leftOut(); {
		case value:
			fmt.Fprintf(&b, "; default `%s`", left)
		case left != "":
			fmt.Fprintf(&b, "; default: %s", left)
		}
		fmt.Fprintf(&b, "). %s\n\n```yaml\n%s\n```\n", k.meaning, k.written(t))
	}
	return b.String() + "\n"
}

// Every example in the text of the reference is a scenario, or a part of one
// that can be laid over the surroundings; all run.
func TestReferenceText(t *testing.T) {
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	s := compiledSchema(t)
	prose := keysRegion.ReplaceAllString(string(text), "")
	found := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(prose, -1)
	if len(found) < 8 {
		t.Fatalf("only %d examples", len(found))
	}
	for _, example := range found {
		src := []byte(example[1])
		if part := parsed(t, example[1]); part.Content[0].Value != "edasim" {
			root := parsed(t, surroundings)
			for i := 0; i < len(part.Content); i += 2 {
				name := part.Content[i].Value
				if strings.HasPrefix(name, "x-") { // an anchor stands before its aliases
					root.Content = append(part.Content[i:i+2:i+2], root.Content...)
					continue
				}
				lay(below(root, name), part.Content[i+1], name == "services")
			}
			if src, err = yaml.Marshal(root); err != nil {
				t.Fatal(err)
			}
		}
		sc, err := Load(src, "text.yaml", LoadOptions{})
		if err != nil {
			t.Errorf("%s\n%v", example[1], err)
			continue
		}
		if err := satisfies(s, src); err != nil {
			t.Errorf("%s\nthe schema refuses it: %v", example[1], err)
		}
		runBriefly(t, example[1], sc)
	}
}
