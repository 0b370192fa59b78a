package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"edasim/scenarios"
	"edasim/topology"
)

// cloudEvent is a message in the JSON format of CloudEvents 1.0, with the extensions
// for partitioning and for distributed tracing.
type cloudEvent struct {
	SpecVersion string     `json:"specversion"`
	ID          string     `json:"id"`
	Source      string     `json:"source"`
	Type        string     `json:"type"`
	Subject     string     `json:"subject"`
	Time        string     `json:"time"`
	ContentType string     `json:"datacontenttype"`
	Partition   string     `json:"partitionkey,omitempty"`
	TraceParent string     `json:"traceparent"`
	Data        cloudsData `json:"data"`
}

type cloudsData struct {
	Flow    string   `json:"flow"`
	Message uint64   `json:"message"`
	Kind    string   `json:"kind"`
	Depth   int      `json:"depth"`
	To      []string `json:"to"`
}

// CloudEvents writes the messages of flows as one JSON batch of CloudEvents, in the
// order in which they were published. What the broker has twice comes twice, with the
// same source and id, as such duplicates do.
func CloudEvents(w io.Writer, list []*scenarios.Traced) error {
	batch := []cloudEvent{}
	for _, traced := range list {
		t := gather(traced)
		for _, s := range t.sends {
			copies := map[string]int{}
			most := 0
			for _, to := range s.to {
				copies[to]++
				most = max(most, copies[to])
			}
			for range most {
				batch = append(batch, t.cloudEvent(s))
			}
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(batch)
}

func (t *trace) cloudEvent(s *traceSend) cloudEvent {
	sent := messageTitle("", s.event)
	if s.as != "" && s.event != "a reply" {
		sent += "." + s.as
	}
	e := cloudEvent{
		SpecVersion: "1.0", ID: fmt.Sprintf("%d-%d", t.Replication, s.message),
		Source: "/" + strings.ReplaceAll(s.sender(), ".", "/"), Type: sent, Subject: t.flowName(s.flow),
		Time: traceTime(s.at).Format(time.RFC3339Nano), ContentType: "application/json",
		TraceParent: "00-" + t.traceID(s.flow) + "-" + t.sendID(s) + "-01",
		Data:        cloudsData{t.flowName(s.flow), s.message, s.what(), s.depth, []string{}},
	}
	for _, to := range s.to {
		if !slices.Contains(e.Data.To, to) {
			e.Data.To = append(e.Data.To, to)
		}
		if t.orderedByFlow(to) {
			e.Partition = t.flowName(s.flow)
		}
	}
	return e
}

// orderedByFlow tells whether the messages of a flow stay in order on their way to a
// handler.
func (t *trace) orderedByFlow(to string) bool {
	for _, s := range t.System.Services {
		for _, h := range s.Handlers {
			if topology.FullName(s, h) == to {
				o := h.Delivery.Ordering
				return o.Kind == topology.ByFlow || o.Kind == topology.ByPartition && o.Key == ""
			}
		}
	}
	return false
}
