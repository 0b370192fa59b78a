package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"edasim/topology"
)

// references are where the file names what is defined elsewhere.
type references struct {
	handlers []handlerRef
	triggers []eventRef
	consumed []eventRef
	emitted  []eventRef
	ends     []eventRef // the events of outcomes
	struck   []eventRef // the events of faults
	named    []namedRef
}

type handlerRef struct {
	service *topology.Service
	handler *topology.Handler
	keys    *mapping
	at      *node
}

// eventRef is an event at a place; by is the handler or the outcome there.
type eventRef struct {
	node *node
	by   string
}

// namedRef is a handler's full name at a place.
type namedRef struct {
	node *node
	full string
}

// check looks at the system as a whole.
func (b *build) check() {
	b.checkNamed()
	b.checkEvents()
	b.checkStarts()
	b.checkCompensations()
	b.checkExpressions()
	b.checkBroker()
	b.checkNoEffect()
	b.checkMemory()
	if len(b.problems) == 0 {
		b.checkLoad()
	}
}

// checkNamed checks that every handler that is named exists.
func (b *build) checkNamed() {
	if len(b.refs.named) == 0 {
		return
	}
	var known []string
	exists := map[string]bool{}
	for _, r := range b.refs.handlers {
		full := topology.FullName(r.service, r.handler)
		known = append(known, full)
		exists[full] = true
	}
	for _, ref := range b.refs.named {
		if exists[ref.full] {
			continue
		}
		hint := meant(ref.full, known)
		if !strings.Contains(ref.full, ".") {
			hint = "write it as service.handler"
			for _, k := range known {
				if strings.HasSuffix(k, "."+ref.full) {
					hint = "write " + k
				}
			}
		}
		b.failAt(ref.node, hint, "there is no handler %s", quoted(ref.full))
	}
}

// checkEvents checks that what is consumed is emitted, and the other way round
// where it matters.
func (b *build) checkEvents() {
	made := eventsOf(slices.Concat(b.refs.triggers, b.refs.emitted))
	heard := eventsOf(b.refs.consumed)
	for _, ref := range b.refs.consumed {
		if !made.has(ref.node.text) && !b.forged(ref.node.text) {
			b.nobodyEmits(ref.node, ", which "+ref.by+" consumes", made.list)
		}
	}
	strange := slices.ContainsFunc(b.refs.handlers, func(r handlerRef) bool { return r.keys.strange })
	for _, ref := range b.refs.triggers {
		switch {
		case strange || heard.has(ref.node.text):
		case b.variant:
			b.warn(fmt.Sprintf("nobody consumes %s, which the workload sends", quoted(ref.node.text)))
		default:
			b.failAt(ref.node, meant(ref.node.text, heard.list), "nobody consumes %s, which the workload sends", quoted(ref.node.text))
		}
	}
	emitted := eventsOf(b.refs.emitted)
	for _, ref := range b.refs.ends {
		if !emitted.has(ref.node.text) {
			b.nobodyEmits(ref.node, ", which would be the outcome "+quoted(ref.by), emitted.list)
		}
	}
	for _, ref := range b.refs.struck {
		if !made.has(ref.node.text) && !heard.has(ref.node.text) {
			b.failAt(ref.node, b.meantEvent(ref.node.text, made.list), "there is no event %s", quoted(ref.node.text))
		}
	}
}

// eventSet is some events, each once, in the order of the file.
type eventSet struct {
	list  []string
	known map[string]bool
}

func eventsOf(refs []eventRef) *eventSet {
	s := &eventSet{known: map[string]bool{}}
	for _, r := range refs {
		if event := r.node.text; !s.known[event] {
			s.known[event] = true
			s.list = append(s.list, event)
		}
	}
	return s
}

func (s *eventSet) has(event string) bool { return s.known[event] }

// forged tells whether a fault forges the event.
func (b *build) forged(event string) bool {
	for _, f := range b.faults {
		if f.Fault.Kind() == "forge" && f.Event == event {
			return true
		}
	}
	return false
}

// nobodyEmits is an error, and in a variant a warning: there an event may be
// taken away on purpose.
func (b *build) nobodyEmits(n *node, why string, made []string) {
	if b.variant {
		b.warn(fmt.Sprintf("nobody emits %s%s", quoted(n.text), why))
		return
	}
	b.failAt(n, b.meantEvent(n.text, made), "nobody emits %s%s", quoted(n.text), why)
}

// meantEvent asks for the nearest event, and says who emits it.
func (b *build) meantEvent(name string, made []string) string {
	near, ok := nearest(name, made)
	if !ok {
		return ""
	}
	for _, ref := range b.refs.emitted {
		if ref.node.text == near {
			return fmt.Sprintf("did you mean %s (%s, line %d)?", quoted(near), ref.by, ref.node.pos.Line)
		}
	}
	return fmt.Sprintf("did you mean %s?", quoted(near))
}

// checkStarts finds handlers that nothing starts, and those of which part of
// what they say can never happen.
func (b *build) checkStarts() {
	called := map[string]bool{}
	for _, ref := range b.refs.named {
		called[ref.full] = true
	}
	for _, r := range b.refs.handlers {
		h, full := r.handler, topology.FullName(r.service, r.handler)
		if len(h.Consumes) == 0 && h.Compensates == "" && !called[full] && !r.keys.strange && !r.keys.has("consumes") {
			b.failAt(r.at, "write  consumes:  and an event", "nothing starts %s: it consumes no event, compensates nothing, and nobody calls it", quoted(full))
		}
		if h.Detached && h.Compensates != "" {
			b.failAt(r.keys.keyAt("detached"), "leave one of them out", "a handler that compensates is commanded, and cannot be detached")
		}
	}
}

// checkCompensations finds steps that undo each other, and steps that two
// handlers undo.
func (b *build) checkCompensations() {
	undoes, undoneBy := map[string]string{}, map[string]string{}
	for _, r := range b.refs.handlers {
		full, target := topology.FullName(r.service, r.handler), r.handler.Compensates
		if target == "" {
			continue
		}
		undoes[full] = target
		if other, taken := undoneBy[target]; taken {
			b.failAt(r.keys.keyAt("compensates"), "a step has one", "%s is already compensated by %s", quoted(target), other)
		}
		undoneBy[target] = full
	}
	for _, r := range b.refs.handlers {
		full := topology.FullName(r.service, r.handler)
		path := []string{full}
		for at := undoes[full]; at != "" && len(path) <= len(undoes); at = undoes[at] {
			path = append(path, at)
			if at == full {
				b.failAt(r.keys.keyAt("compensates"), "what undoes a step cannot be undone by it", "a compensation cycle: %s", strings.Join(path, " → "))
				break
			}
		}
	}
}

// mostShared bounds the state that flows share, over all values of its keys.
const mostShared = 50_000_000

// checkMemory refuses shared state that does not fit into memory.
func (b *build) checkMemory() {
	total := 0
	for _, s := range b.sys.Services {
		for _, st := range s.State {
			if total += b.keyCount(st.Per); total > mostShared {
				b.fail(st.Pos, len(st.Name), "give its key a lower count", "the shared states have more than %d values", mostShared)
				return
			}
		}
	}
}

// manyFlows is how many flows of a replication take minutes.
const manyFlows = 20_000_000

// checkLoad warns of more flows than anybody waits for, and of services that
// are overloaded, perhaps by accident.
func (b *build) checkLoad() {
	for _, w := range b.sys.Workloads {
		rate, known := w.MeanRate()
		flows := float64(rate*float64(w.For)) / float64(topology.Second)
		if known && flows > manyFlows && (w.Flows == 0 || w.Flows > manyFlows) {
			b.warn(fmt.Sprintf("the workload %s starts about %s flows in each replication, which takes long", w.Event, trimNumber(flows)))
		}
	}
	overloaded := slices.DeleteFunc(topology.OfferedLoad(b.sys), func(l topology.Load) bool { return !l.Overloaded() })
	rest := 0
	if len(overloaded) > mostOverloaded+1 { // a line that says "1 other" is none saved
		slices.SortStableFunc(overloaded, func(x, y topology.Load) int { return cmp.Compare(y.Work/y.Workers, x.Work/x.Workers) })
		rest = len(overloaded) - mostOverloaded
		overloaded = overloaded[:mostOverloaded]
	}
	for _, l := range overloaded {
		b.warn(fmt.Sprintf("the service %s is overloaded without any fault: %s runs a second need %s workers, and it has %s",
			l.Service, trimNumber(l.Rate), trimNumber(l.Work), trimNumber(l.Workers)))
	}
	if rest > 0 {
		b.warn(fmt.Sprintf("so are %d others: edasim lint names each", rest))
	}
}

// mostOverloaded is how many overloaded services are warned of by name; of more, the worst.
const mostOverloaded = 5
