package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"edasim/scenarios"
	"edasim/topology"
)

// chromeEvent is an event of the Trace Event Format (N. Duca and D. Sinclair, "Trace
// Event Format", Google), which Perfetto and chrome://tracing read. Times are in
// microseconds.
type chromeEvent struct {
	Name  string         `json:"name"`
	Phase string         `json:"ph"`
	Cat   string         `json:"cat"`
	TS    *json.Number   `json:"ts,omitempty"`
	Dur   *json.Number   `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	ID    string         `json:"id,omitempty"`
	Bind  string         `json:"bp,omitempty"`
	Scope string         `json:"s,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// metadata is the category that Chrome gives to events that name things. Some readers
// want every event to have one.
const metadata = "__metadata"

// micros is a time in microseconds, exact to the nanosecond.
func micros(t topology.Time) *json.Number {
	n := json.Number(fmt.Sprintf("%d.%03d", t/1000, t%1000))
	return &n
}

// ChromeTrace writes flows for Perfetto and chrome://tracing: a process for each
// service, a track for each of its workers, arrows for messages, and faults as instants.
func ChromeTrace(w io.Writer, list []*scenarios.Traced) error {
	c := &chrome{w: bufio.NewWriter(w)}
	c.text(`{"displayTimeUnit":"ms","traceEvents":[`)
	for i, traced := range list {
		if err := c.trace(gather(traced), i*1000); err != nil {
			return err
		}
	}
	c.text("\n]}\n")
	return c.w.Flush()
}

type chrome struct {
	w    *bufio.Writer
	some bool
}

func (c *chrome) text(s string) { c.w.WriteString(s) } //nolint:errcheck // Flush tells

func (c *chrome) event(e chromeEvent) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if c.some {
		c.text(",")
	}
	c.some = true
	c.text("\n")
	_, err = c.w.Write(text)
	return err
}

// trace writes one replication; its processes are numbered from first.
func (c *chrome) trace(t *trace, first int) error {
	processes := []string{topology.ClientNode}
	for _, s := range t.System.Services {
		processes = append(processes, s.Name)
	}
	if t.Style == topology.Orchestrated {
		processes = append(processes, topology.CoordinatorNode)
	}
	pid := func(service string) int { return first + 1 + slices.Index(processes, service) }
	var events []chromeEvent
	for i, name := range processes {
		events = append(events,
			chromeEvent{Name: "process_name", Phase: "M", Cat: metadata, PID: first + 1 + i, Args: map[string]any{"name": name}},
			chromeEvent{Name: "process_sort_index", Phase: "M", Cat: metadata, PID: first + 1 + i, Args: map[string]any{"sort_index": i}})
	}
	named := map[[2]int]bool{}
	for _, r := range t.runs {
		at := [2]int{pid(r.service()), r.tid()}
		if !named[at] {
			named[at] = true
			events = append(events,
				chromeEvent{Name: "thread_name", Phase: "M", Cat: metadata, PID: at[0], TID: at[1], Args: map[string]any{"name": fmt.Sprintf("replica %d, worker %d", r.replica+1, r.lane+1)}},
				chromeEvent{Name: "thread_sort_index", Phase: "M", Cat: metadata, PID: at[0], TID: at[1], Args: map[string]any{"sort_index": at[1]}})
		}
	}
	timed := c.happenings(t, pid)
	slices.SortStableFunc(timed, func(a, b timedEvent) int { return int(min(max(a.at-b.at, -1), 1)) })
	for _, e := range timed {
		events = append(events, e.chromeEvent)
	}
	for _, e := range events {
		if err := c.event(e); err != nil {
			return err
		}
	}
	return nil
}

type timedEvent struct {
	at topology.Time
	chromeEvent
}

func (r *traceRun) tid() int { return r.replica*10_000 + r.lane + 1 }

// happenings are runs, flows and instants, each at its time.
func (c *chrome) happenings(t *trace, pid func(string) int) []timedEvent {
	var out []timedEvent
	add := func(at topology.Time, e chromeEvent) {
		e.TS = micros(at)
		out = append(out, timedEvent{at, e})
	}
	for _, f := range t.flows {
		add(f.start, chromeEvent{Name: "flow " + t.flowName(f.number), Phase: "X", Cat: "flow", Dur: micros(0), PID: pid(topology.ClientNode), TID: 1})
		for _, n := range f.notes {
			add(n.at, chromeEvent{Name: n.text(), Phase: "i", Cat: n.kind, Scope: "p", PID: pid(topology.ClientNode), TID: 1, Args: map[string]any{"flow": t.flowName(f.number)}})
		}
	}
	for _, r := range t.runs {
		args := map[string]any{"flow": t.flowName(r.flow), "message": r.message, "delivery": r.attempt, "ended": r.ended}
		if r.open {
			args["ended"] = "under way at the end"
		}
		if r.waited > 0 {
			args["waited"] = span(r.waited)
		}
		if list := r.changes(); len(list) > 0 {
			args["changed"] = list
		}
		add(r.start, chromeEvent{Name: r.where + " " + messageTitle(r.as, r.event), Phase: "X", Cat: "run", Dur: micros(r.end - r.start), PID: pid(r.service()), TID: r.tid(), Args: args})
		if s := t.sent[r.message]; s != nil {
			by, tid := topology.ClientNode, 1
			at := s.at
			if s.by != nil {
				by, tid = s.by.service(), s.by.tid()
				at = min(max(at, s.by.start), s.by.end)
			}
			id := fmt.Sprintf("%d.%d", s.message, r.number)
			add(at, chromeEvent{Name: messageTitle(s.as, s.event), Phase: "s", Cat: "message", ID: id, PID: pid(by), TID: tid})
			add(r.start, chromeEvent{Name: messageTitle(s.as, s.event), Phase: "f", Cat: "message", ID: id, Bind: "e", PID: pid(r.service()), TID: r.tid()})
		}
		for _, n := range r.notes {
			if n.kind != "commit" {
				add(n.at, chromeEvent{Name: n.text(), Phase: "i", Cat: n.kind, Scope: "t", PID: pid(r.service()), TID: r.tid(), Args: map[string]any{"flow": t.flowName(r.flow)}})
			}
		}
	}
	for _, s := range t.sends {
		by, tid := topology.ClientNode, 1
		if s.by != nil {
			by, tid = s.by.service(), s.by.tid()
		}
		for _, n := range s.notes {
			add(n.at, chromeEvent{Name: n.text() + ": " + messageTitle(s.as, s.event), Phase: "i", Cat: n.kind, Scope: "t", PID: pid(by), TID: tid, Args: map[string]any{"flow": t.flowName(s.flow)}})
		}
	}
	return out
}

// text is the note in a few words.
func (n *traceNote) text() string {
	if n.name == "" {
		return n.kind
	}
	return n.kind + " " + n.name
}
