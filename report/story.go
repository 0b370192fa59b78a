package report

import (
	"fmt"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// moment is one line of a flow's story.
type moment struct {
	after topology.Time // since the flow began
	where string        // handler, coordinator, client; FAULT
	text  string
	marks []string // what went wrong by it
	vital bool     // it stands in the short telling
}

// telling turns the records of a flow into moments.
type telling struct {
	letters  map[uint64]string // by message id
	producer map[uint64]string // by message id: who handled it
	moments  []moment
	began    topology.Time
}

// tell is the story of a flow, moment by moment.
func tell(s *scenarios.Story) []moment {
	t := &telling{letters: map[uint64]string{}, producer: map[uint64]string{}}
	if len(s.Records) > 0 {
		t.began = s.Records[0].At
	}
	for i, records := 0, inOrder(s.Records); i < len(records); i++ {
		t.record(&records[i])
	}
	return t.moments
}

// inOrder puts what a commit brought about behind the commit, and what was judged
// when the flow settled behind its end.
func inOrder(records []sim.Record) []sim.Record {
	out := slices.Clone(records)
	behind := func(i int, kinds ...sim.RecordKind) {
		for ; i > 0 && out[i-1].At == out[i].At && slices.Contains(kinds, out[i-1].Kind); i-- {
			out[i-1], out[i] = out[i], out[i-1]
		}
	}
	for i := range out {
		switch out[i].Kind {
		case sim.Committed:
			behind(i, sim.AnomalySeen, sim.OutcomeReached)
		case sim.FlowSettled:
			behind(i, sim.InvariantBroken)
		}
	}
	return out
}

func (t *telling) add(r *sim.Record, where, text string, vital bool) *moment {
	t.moments = append(t.moments, moment{after: r.At - t.began, where: where, text: text, vital: vital})
	return &t.moments[len(t.moments)-1]
}

// letter is a short name of a message: m1, m2 …
func (t *telling) letter(id uint64) string {
	if id == 0 {
		return ""
	}
	name, ok := t.letters[id]
	if !ok {
		name = fmt.Sprintf("m%d", len(t.letters)+1)
		t.letters[id] = name
	}
	return name
}

// said is what a message is, its event and its letter.
func (t *telling) said(r *sim.Record) string {
	text := strings.TrimSpace(r.Event + " " + t.letter(r.Message))
	if r.As != "" && r.Event != "a reply" {
		text = r.As + " " + text
	}
	return text
}

func (t *telling) record(r *sim.Record) {
	switch r.Kind {
	case sim.FlowStarted, sim.Leased:
	case sim.Published:
		t.published(r)
	case sim.Started:
		text := "starts " + t.said(r)
		if r.Attempt > 1 {
			text += fmt.Sprintf(", delivery %d", r.Attempt)
		}
		if r.Waited > 0 {
			text += ", waited " + span(r.Waited)
		}
		t.add(r, r.Where, text, r.Attempt > 1)
	case sim.Committed:
		t.producer[r.Message] = r.Where
		var parts []string
		for _, c := range r.Changes {
			_, name, _ := strings.Cut(c.State, ".")
			parts = append(parts, fmt.Sprintf("%s %s → %s", name, c.From, c.To))
		}
		if len(parts) == 0 {
			parts = []string{"commits " + t.said(r)}
		}
		t.add(r, r.Where, strings.Join(parts, ", "), true)
	case sim.FaultActed:
		text := r.Detail
		if what := t.said(r); what != "" {
			text += ": " + what
		}
		if r.Where != "" {
			text += " at " + r.Where
		}
		t.add(r, "FAULT", text, true)
	case sim.InvariantBroken:
		t.wrong(r, "✗ "+r.Detail)
	case sim.AnomalySeen:
		t.wrong(r, "! "+strings.ReplaceAll(r.Detail, "_", " "))
	case sim.OutcomeReached:
		t.add(r, "outcome", r.Detail, true)
	case sim.FlowSettled:
		t.add(r, "–", "nothing is under way any more", true)
	default:
		t.end(r)
	}
}

// published joins what a run publishes to its commit.
func (t *telling) published(r *sim.Record) {
	if last := len(t.moments) - 1; last >= 0 && t.moments[last].text == "publishes "+t.said(r) {
		return
	}
	where := "client"
	if r.Cause != 0 {
		if where = t.producer[r.Cause]; where == "" {
			where = "–"
		}
	}
	text := t.said(r)
	for i := len(t.moments) - 1; i >= 0 && t.moments[i].after == r.At-t.began; i-- {
		if m := &t.moments[i]; m.where == where && where != "–" {
			if !slices.Contains(strings.Split(m.text, ", publishes "), text) && !strings.HasSuffix(m.text, "publishes "+text) {
				m.text += ", publishes " + text
			}
			return
		}
	}
	t.add(r, where, "publishes "+text, true)
}

// wrong marks the moment by which something went wrong.
func (t *telling) wrong(r *sim.Record, text string) {
	last := len(t.moments) - 1
	if last < 0 || t.moments[last].after != r.At-t.began || t.moments[last].where == "FAULT" || t.moments[last].where == "outcome" {
		t.add(r, r.Where, "", true).marks = []string{text}
		return
	}
	m := &t.moments[last]
	m.marks, m.vital = append(m.marks, text), true
}

// end tells how a delivery ended, where it is not as usual.
func (t *telling) end(r *sim.Record) {
	what := t.said(r)
	text := ""
	switch r.Kind {
	case sim.Acked:
		switch r.Detail {
		case "handled":
			return
		case "skipped":
			text = "skips " + what + ": it was done before"
		default:
			text = r.Detail + " " + what
		}
	case sim.Returned:
		text = what + " comes back: " + returnedWhy[r.Detail]
	case sim.Lost:
		text = strings.TrimSpace(what + " is lost")
	case sim.DeadLettered:
		text = what + " goes to the dead letters"
	case sim.Parked:
		text = what + " is parked"
	case sim.Replayed:
		text = what + " is replayed"
	case sim.Conflicted:
		text = "begins again: what it read has changed"
	case sim.AckedLate:
		text = "acks " + what + " too late, " + r.Detail
	case sim.Deduplicated:
		text = "the broker drops a copy of " + what
	case sim.AttemptFailed:
		text = "a request to it fails: " + r.Detail
		if r.Where == faults.Client {
			text = "an attempt fails: " + r.Detail
		}
	default:
		text = strings.TrimSpace(r.Kind.String() + " " + what)
	}
	t.add(r, r.Where, text, true)
}

var returnedWhy = map[string]string{"error": "the handler failed", "crash": "its worker died", "deadline": "not acked in time"}

// span is a time as a story tells it.
func span(t topology.Time) string {
	ms := float64(t) / float64(topology.Millisecond)
	switch {
	case t < topology.Microsecond:
		return fmt.Sprintf("%d ns", t)
	case ms < 0.1:
		return fmt.Sprintf("%.1f µs", ms*1000)
	case ms < 10_000:
		return fmt.Sprintf("%.1f ms", ms)
	case t < 2*topology.Hour:
		return fmt.Sprintf("%.1f s", ms/1000)
	}
	return fmt.Sprintf("%.1f h", ms/3_600_000)
}

// branch is a message or a handling of it in the tree of causes.
type branch struct {
	text     string
	children []*branch
}

// causes is the tree of who caused what: a message, who handled it, what that
// published.
func causes(s *scenarios.Story) []*branch {
	t := &telling{letters: map[uint64]string{}}
	wrong := map[string]string{}
	var last *sim.Record
	records := inOrder(s.Records)
	for i := range records {
		r := &records[i]
		t.letter(r.Message)
		switch {
		case r.Kind == sim.FlowSettled:
			last = nil
		case r.Kind == sim.Committed:
			last = r
		case last == nil || last.At != r.At:
		case r.Kind == sim.InvariantBroken:
			wrong[handling(last)] = " ✗"
		case r.Kind == sim.AnomalySeen && wrong[handling(last)] == "":
			wrong[handling(last)] = " !"
		}
	}
	var roots []*branch
	messages, runs := map[uint64]*branch{}, map[string]*branch{}
	byMessage := map[uint64]*branch{}
	for i := range s.Records {
		r := &s.Records[i]
		switch r.Kind {
		case sim.Published:
			if messages[r.Message] != nil {
				continue
			}
			b := &branch{text: t.said(r)}
			messages[r.Message] = b
			if parent := byMessage[r.Cause]; parent != nil {
				parent.children = append(parent.children, b)
			} else {
				roots = append(roots, b)
			}
		case sim.Started:
			parent := messages[r.Message]
			if parent == nil {
				continue
			}
			key := handling(r)
			if runs[key] == nil {
				text := r.Where
				if r.Attempt > 1 {
					text += fmt.Sprintf(", delivery %d", r.Attempt)
				}
				runs[key] = &branch{text: text + wrong[key]}
				parent.children = append(parent.children, runs[key])
			} else if !strings.Contains(runs[key].text, "again") {
				runs[key].text += ", again by a copy"
			}
			byMessage[r.Message] = runs[key]
		}
	}
	return roots
}

func handling(r *sim.Record) string { return fmt.Sprint(r.Message, r.Where, r.Attempt) }
