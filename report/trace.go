package report

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// traceEpoch is what virtual time 0 is in exported traces: a date that no one takes for
// a measurement.
var traceEpoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// traceRun is what one worker did with one delivery.
type traceRun struct {
	number     uint64 // in its replication
	flow       int64
	where      string // handler, or coordinator
	event, as  string
	message    uint64
	logical    uint64
	cause      uint64
	attempt    int
	depth      int
	replica    int
	lane       int // of its replica: the lowest that was free
	start, end topology.Time
	waited     topology.Time
	open       bool   // it had no end
	ended      string // handled, skipped, refused, ignored, or what failed
	failed     bool
	notes      []traceNote
}

func (r *traceRun) service() string { return topology.ServiceOf(r.where) }

// traceSend is one message as it was published, for all who hear it.
type traceSend struct {
	flow      int64
	at        topology.Time
	by        *traceRun // nil: the client or a timer
	event, as string
	message   uint64
	depth     int
	to        []string // handlers, one for each copy
	notes     []traceNote
}

// traceNote is something that happened at a moment: a fault, an anomaly, a broken
// invariant, an outcome.
type traceNote struct {
	at         topology.Time
	kind, name string
	changes    []sim.Change
}

// traceFlow is one flow as a whole.
type traceFlow struct {
	number     int64
	start, end topology.Time
	notes      []traceNote // that belong to no run and no message
	broken     bool
}

// trace is what was told of some flows of a replication, put together.
type trace struct {
	*scenarios.Traced
	runs  []*traceRun // in the order of their start
	sends []*traceSend
	flows []*traceFlow
	sent  map[uint64]*traceSend
}

// gather puts the records of flows together.
func gather(t *scenarios.Traced) *trace {
	g := &gathering{trace: &trace{Traced: t, sent: map[uint64]*traceSend{}}, open: map[uint64]*traceRun{},
		last: map[uint64]*traceRun{}, flow: map[int64]*traceFlow{}}
	for _, n := range t.Flows {
		g.flow[n] = &traceFlow{number: n, start: -1}
		g.flows = append(g.flows, g.flow[n])
	}
	for i := range t.Records {
		g.record(&t.Records[i])
	}
	for _, r := range g.runs {
		if g.open[r.number] != nil {
			r.open, r.end = true, max(r.start, g.flow[r.flow].end)
		}
	}
	g.lanes()
	return g.trace
}

type gathering struct {
	*trace
	open map[uint64]*traceRun // by number
	last map[uint64]*traceRun // by message: the one that handled it last
	flow map[int64]*traceFlow
}

func (g *gathering) record(r *sim.Record) {
	f := g.flow[r.Flow]
	if f.start < 0 {
		f.start = r.At
	}
	f.end = max(f.end, r.At)
	run := g.open[r.Run]
	switch r.Kind {
	case sim.Started:
		run = &traceRun{number: r.Run, flow: r.Flow, where: r.Where, event: r.Event, as: r.As, message: r.Message,
			logical: r.Logical, cause: r.Cause, attempt: r.Attempt, depth: r.Depth, replica: r.Replica,
			start: r.At, end: r.At, waited: r.Waited}
		g.runs = append(g.runs, run)
		g.open[r.Run], g.last[r.Message] = run, run
	case sim.Relieved:
		if run != nil {
			run.end = r.At
			delete(g.open, r.Run)
		}
	case sim.Committed:
		if run != nil {
			g.last[r.Message] = run
			run.notes = append(run.notes, traceNote{at: r.At, kind: "commit", changes: r.Changes})
		}
	case sim.Published:
		g.published(r)
	case sim.FaultActed:
		g.note(r, run, "fault")
	case sim.AnomalySeen:
		g.note(r, run, "anomaly")
	case sim.InvariantBroken:
		f.broken = true
		g.note(r, run, "invariant broken")
	case sim.OutcomeReached:
		g.note(r, run, "outcome")
	case sim.AttemptFailed:
		f.notes = append(f.notes, traceNote{at: r.At, kind: "attempt failed", name: strings.TrimSpace(r.Where + " " + r.Detail)})
	case sim.Acked, sim.Returned, sim.Lost, sim.DeadLettered, sim.Parked:
		g.ended(r, run)
	case sim.AckedLate, sim.Conflicted, sim.Replayed, sim.Deduplicated:
		g.note(r, run, r.Kind.String())
	}
}

// ended notes how the run of a delivery ended: it is still open, or has just been
// relieved.
func (g *gathering) ended(r *sim.Record, run *traceRun) {
	if run == nil {
		if last := g.last[r.Message]; last != nil && last.where == r.Where && last.attempt == r.Attempt && last.end == r.At && last.ended == "" {
			run = last
		}
	}
	text := r.Detail
	if text == "" || r.Kind == sim.Lost {
		text = r.Kind.String()
	}
	if run == nil {
		g.note(r, nil, r.Kind.String())
		return
	}
	run.ended = text
	run.failed = r.Kind != sim.Acked || text == "failed"
}

// note puts what happened to the run at work, to the message, or to the flow.
func (g *gathering) note(r *sim.Record, run *traceRun, kind string) {
	n := traceNote{at: r.At, kind: kind, name: r.Detail}
	switch send := g.sent[r.Message]; {
	case run != nil:
		run.notes = append(run.notes, n)
	case send != nil:
		send.notes = append(send.notes, n)
	case r.Message != 0 && g.last[r.Cause] != nil:
		g.last[r.Cause].notes = append(g.last[r.Cause].notes, n)
	default:
		g.flow[r.Flow].notes = append(g.flow[r.Flow].notes, n)
	}
}

// published is one more copy of a message, or the first.
func (g *gathering) published(r *sim.Record) {
	s := g.sent[r.Message]
	if s == nil {
		s = &traceSend{flow: r.Flow, at: r.At, by: g.last[r.Cause], event: r.Event, as: r.As, message: r.Message, depth: r.Depth}
		g.sent[r.Message] = s
		g.sends = append(g.sends, s)
	}
	s.to = append(s.to, r.Where)
}

// lanes gives every run a lane of its replica that is free while it goes on: the
// workers of a replica are alike, so the lowest free one is as good as any.
func (g *gathering) lanes() {
	type place struct {
		service string
		replica int
	}
	busy := map[place][]topology.Time{} // by lane: until when
	slices.SortStableFunc(g.runs, func(a, b *traceRun) int {
		if a.start != b.start {
			return int(min(max(a.start-b.start, -1), 1))
		}
		return int(min(max(int64(a.number)-int64(b.number), -1), 1))
	})
	for _, r := range g.runs {
		p := place{r.service(), r.replica}
		lane := slices.IndexFunc(busy[p], func(until topology.Time) bool { return until <= r.start })
		if lane < 0 {
			lane = len(busy[p])
			busy[p] = append(busy[p], 0)
		}
		busy[p][lane] = r.end
		r.lane = lane
	}
}

// sender names who sent a message: a handler, the coordinator, or the client.
func (s *traceSend) sender() string {
	if s.by == nil {
		return topology.ClientNode
	}
	return s.by.where
}

// what is the kind of message in a word.
func (s *traceSend) what() string {
	if s.as == "" {
		return "event"
	}
	return s.as
}

// messageTitle is a run or a message in a few words: "command OrderPlaced".
func messageTitle(as, event string) string {
	if event == "a reply" || event == "a compensation" {
		return strings.TrimPrefix(event, "a ")
	}
	return strings.TrimSpace(as + " " + event)
}

// flowName is R/N.
func (t *trace) flowName(n int64) string { return fmt.Sprintf("%d/%d", t.Replication, n) }

// id is a stable identifier of so many bytes in hexadecimal, never all zeros: equal
// scenarios have equal traces.
func (t *trace) id(bytes int, kind string, numbers ...uint64) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%d\x00%d\x00%s", t.Digest, t.Variant, t.Style, t.Seed, t.Replication, kind)
	for _, n := range numbers {
		h.Write(binary.BigEndian.AppendUint64(nil, n))
	}
	sum := h.Sum(nil)[:bytes]
	sum[0] |= 1
	return fmt.Sprintf("%x", sum)
}

func (t *trace) traceID(flow int64) string  { return t.id(16, "flow", uint64(flow)) }
func (t *trace) rootID(flow int64) string   { return t.id(8, "root", uint64(flow)) }
func (t *trace) runID(r *traceRun) string   { return t.id(8, "run", r.number) }
func (t *trace) sendID(s *traceSend) string { return t.id(8, "send", s.message) }
func traceTime(at topology.Time) time.Time  { return traceEpoch.Add(time.Duration(at)) }
func traceNanos(at topology.Time) int64     { return traceEpoch.UnixNano() + at }
func (r *traceRun) changes() (text []string) {
	for _, n := range r.notes {
		for _, c := range n.changes {
			text = append(text, fmt.Sprintf("%s %s → %s", c.State, c.From, c.To))
		}
	}
	return text
}
