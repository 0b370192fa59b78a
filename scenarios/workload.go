package scenarios

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"edasim/topology"
)

var errNoFiles = errors.New("no file can be read here: give the scenario as a file, and the other beside it")

func (b *build) workloads(n *node) {
	if n == nil {
		if !b.top.has("workload") {
			b.failAt(b.root, "write  workload:  and below it, such as  OrderPlaced: {rate: 50/s, for: 1m}", "a scenario needs a workload")
		}
		return
	}
	for _, p := range b.named(n, "workload") {
		w := &topology.Workload{Event: p.key.text, Batch: 1, Pos: p.key.pos}
		b.sys.Workloads = append(b.sys.Workloads, w)
		b.refs.triggers = append(b.refs.triggers, eventRef{p.key, ""})
		if m := b.mapping(p.value, workloadKeys); m != nil {
			b.workload(m, p.key, w)
		}
	}
	if n.kind == mappingNode && len(n.pairs) == 0 {
		b.failAt(n, "write  OrderPlaced: {rate: 50/s, for: 1m}", "a scenario needs a workload, and it is empty")
	}
}

func (b *build) workload(m *mapping, at *node, w *topology.Workload) {
	var given []string
	for _, k := range workloadKeys.one {
		if m.has(k) {
			given = append(given, k)
		}
	}
	switch {
	case len(given) == 0:
		b.failAt(at, "write one of  "+strings.Join(workloadKeys.one, ", "), "the workload %s does not say when flows start", quoted(w.Event))
	case len(given) > 1:
		b.failAt(m.keyAt(given[1]), "leave one of them out", "%s and %s cannot both say when flows start", given[0], given[1])
	}
	m.rate("rate", &w.Rate)
	if m.has("rate") && w.Rate == 0 && m.get("rate") != nil {
		b.zeroRate(m.get("rate"))
	}
	m.period("every", &w.Every)
	if n := m.get("times"); n != nil {
		w.Times = b.durations(n, "times")
		b.ascending(n, w.Times)
	}
	m.period("for", &w.For)
	m.count("flows", 1, &w.Flows)
	m.count("batch", 1, &w.Batch)
	if n := m.get("trace"); n != nil {
		w.Trace = b.trace(n)
	}
	b.phases(m.get("phases"), w)
	b.clients(m, w)
	endless := m.has("rate") || m.has("every") || m.has("clients")
	if endless && !m.has("for") && !m.has("flows") {
		b.failAt(at, "write  for: 1m  or  flows: 1000", "the workload %s never ends", quoted(w.Event))
	}
	if m.has("batch") && (m.has("clients") || m.has("trace")) {
		b.failAt(m.keyAt("batch"), "leave it out", "%s start one flow at a time", given[0])
	}
}

func (b *build) zeroRate(n *node) {
	if r, err := topology.ParseRate(n.text); err == nil && r == 0 {
		b.failAt(n, "write a rate such as 50/s", "a rate of 0 starts nothing")
	}
}

func (b *build) ascending(n *node, times []topology.Time) {
	for i := 1; i < len(times); i++ {
		if times[i] < times[i-1] && len(times) == len(n.items) {
			b.failAt(n.items[i], "write them in order", "%s is before %s", n.items[i].text, n.items[i-1].text)
		}
	}
}

func (b *build) phases(n *node, w *topology.Workload) {
	if n == nil {
		return
	}
	if n.kind != sequenceNode || len(n.items) == 0 {
		b.failAt(n, "write  [{rate: 50/s, for: 2m}, {rate: 500/s, for: 30s}]", "phases is a list, and this is %s", b.kindOf(n))
		return
	}
	busy := false
	for _, item := range n.items {
		m := b.mapping(item, phaseKeys)
		if m == nil {
			return
		}
		var p topology.Phase
		m.rate("rate", &p.Rate)
		m.period("every", &p.Every)
		m.dist("for", &p.For)
		if m.has("rate") == m.has("every") {
			b.failAt(item, "write  {rate: 50/s, for: 2m};  rate: 0/s  is a pause", "a phase has a rate, or every")
		}
		if length, constant := p.For.Constant(); !m.has("for") || m.get("for") != nil && constant && length == 0 {
			b.failAt(item, "write  for: 2m", "a phase says how long it lasts")
		}
		busy = busy || p.Rate > 0 || p.Every > 0
		w.Phases = append(w.Phases, p)
	}
	if !busy {
		b.failAt(n, "write, for example,  rate: 50/s", "in no phase does a flow start")
	}
}

func (b *build) clients(m *mapping, w *topology.Workload) {
	m.count("clients", 1, &w.Clients)
	m.dist("think", &w.Think)
	if m.has("think") && !m.has("clients") {
		b.failAt(m.keyAt("think"), "write  clients: 100", "only clients think")
	}
	if !m.has("timeout") && !m.has("retry") && !m.has("breaker") && !m.has("late_reply") {
		return
	}
	w.Wait = &topology.Wait{}
	b.waiting(m, w.Wait)
	if !m.has("timeout") {
		b.failAt(at(m, "retry", "breaker", "late_reply"), "write  timeout: 5s", "a client that does not wait cannot send again")
	}
}

// at is the first of some keys that is given.
func at(m *mapping, names ...string) *node {
	for _, name := range names {
		if m.has(name) {
			return m.keyAt(name)
		}
	}
	return m.node
}

// mostArrivals bounds a trace to what fits into memory.
const mostArrivals = 5_000_000

// trace reads arrivals that were measured: a column "at", and perhaps one for
// each declared key (its values counted from 1) and takes.SERVICE.HANDLER.
func (b *build) trace(n *node) *topology.Trace {
	name, ok := b.scalar(n, "a file")
	if !ok {
		return nil
	}
	content, err := b.readFile(name)
	if err != nil {
		b.ill(n, "trace %s: %v", name, err)
		return nil
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	if err != nil {
		b.failAt(n, "", "trace %s: %v", name, err)
		return nil
	}
	if len(rows) < 2 || len(rows) > mostArrivals {
		b.failAt(n, "the first line names the columns, such as at,product", "trace %s: it has %d rows of arrivals", name, max(len(rows)-1, 0))
		return nil
	}
	t, err := b.traceColumns(rows)
	if err != nil {
		b.failAt(n, "", "trace %s: %v", name, err)
		return nil
	}
	return t
}

func (b *build) traceColumns(rows [][]string) (*topology.Trace, error) {
	t := &topology.Trace{Keys: map[string][]int{}, Takes: map[string][]topology.Time{}}
	for c, column := range rows[0] {
		column = strings.TrimSpace(column)
		handler, takes := strings.CutPrefix(column, "takes.")
		count := b.keyCount(column)
		if column != "at" && count == 0 && !(takes && b.handlerNamed(handler) != nil) {
			return nil, fmt.Errorf("column %s is neither at, a declared key, nor takes.SERVICE.HANDLER", quoted(column))
		}
		for i, row := range rows[1:] {
			text := strings.TrimSpace(row[c])
			if count > 0 {
				v, err := parseNumber(text)
				if err != nil || v < 1 || v > float64(count) || v != float64(int(v)) {
					return nil, fmt.Errorf("line %d: %s is not a value of the key %s: they are 1 to %d", i+2, quoted(text), column, count)
				}
				t.Keys[column] = append(t.Keys[column], int(v)-1)
				continue
			}
			at, err := topology.ParseDuration(text)
			switch {
			case err != nil:
				return nil, fmt.Errorf("line %d: %w", i+2, err)
			case takes:
				t.Takes[handler] = append(t.Takes[handler], at)
				continue
			case i > 0 && at < t.At[i-1]:
				return nil, fmt.Errorf("line %d: %s is before the line above: sort them by at", i+2, text)
			}
			t.At = append(t.At, at)
		}
	}
	if t.At == nil {
		return nil, errors.New("it has no column at")
	}
	return t, nil
}

func (b *build) keyCount(name string) int {
	for _, k := range b.sys.Keys {
		if k.Name == name {
			return k.Count
		}
	}
	return 0
}

func (b *build) handlerNamed(full string) *topology.Handler {
	for _, r := range b.refs.handlers {
		if topology.FullName(r.service, r.handler) == full {
			return r.handler
		}
	}
	return nil
}
