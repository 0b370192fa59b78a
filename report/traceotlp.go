package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"edasim/scenarios"
	"edasim/topology"
)

// The parts of the OTLP/JSON encoding of traces that edasim writes (OpenTelemetry
// protocol 1.x: identifiers in hexadecimal, 64-bit numbers as strings, enums as
// numbers).
type otlpRequest struct {
	Resources []*otlpResource `json:"resourceSpans"`
}

type otlpResource struct {
	Resource otlpAttributes `json:"resource"`
	Scopes   []otlpScope    `json:"scopeSpans"`
}

type otlpAttributes struct {
	Attributes []otlpAttribute `json:"attributes"`
}

type otlpScope struct {
	Scope otlpScopeName `json:"scope"`
	Spans []*otlpSpan   `json:"spans"`
}

type otlpScopeName struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type otlpSpan struct {
	TraceID    string          `json:"traceId"`
	SpanID     string          `json:"spanId"`
	Parent     string          `json:"parentSpanId,omitempty"`
	Name       string          `json:"name"`
	Kind       int             `json:"kind"`
	Start      string          `json:"startTimeUnixNano"`
	End        string          `json:"endTimeUnixNano"`
	Attributes []otlpAttribute `json:"attributes,omitempty"`
	Events     []otlpEvent     `json:"events,omitempty"`
	Links      []otlpLink      `json:"links,omitempty"`
	Status     *otlpStatus     `json:"status,omitempty"`
}

type otlpAttribute struct {
	Key   string    `json:"key"`
	Value otlpValue `json:"value"`
}

type otlpValue struct {
	Text   *string `json:"stringValue,omitempty"`
	Number *string `json:"intValue,omitempty"`
}

type otlpEvent struct {
	At         string          `json:"timeUnixNano"`
	Name       string          `json:"name"`
	Attributes []otlpAttribute `json:"attributes,omitempty"`
}

type otlpLink struct {
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
}

type otlpStatus struct {
	Code    int    `json:"code"`
	Message string `json:"message,omitempty"`
}

// The kinds of spans and the status of an error, as the protocol numbers them.
const (
	otlpInternal = 1
	otlpServer   = 2
	otlpClient   = 3
	otlpProducer = 4
	otlpConsumer = 5
	otlpError    = 2
)

func otlpText(key, value string) otlpAttribute { return otlpAttribute{key, otlpValue{Text: &value}} }

func otlpNumber(key string, value int64) otlpAttribute {
	text := strconv.FormatInt(value, 10)
	return otlpAttribute{key, otlpValue{Number: &text}}
}

func otlpTime(at topology.Time) string { return strconv.FormatInt(traceNanos(at), 10) }

// OTLPTrace writes flows as one ExportTraceServiceRequest of OTLP/JSON on one line, which
// Jaeger and the file receiver of the OpenTelemetry collector read. A flow is a trace. What travels through a
// broker is a producer span with a link from the consumer span; commands, replies and
// calls are parents of what they start; faults, anomalies and broken invariants are
// span events. The attributes are those of the semantic conventions for messaging spans.
func OTLPTrace(w io.Writer, list []*scenarios.Traced) error {
	o := &otlp{byService: map[string]*otlpResource{}}
	for _, traced := range list {
		o.trace(gather(traced))
	}
	return json.NewEncoder(w).Encode(otlpRequest{o.resources})
}

type otlp struct {
	resources []*otlpResource
	byService map[string]*otlpResource
}

// add puts a span to its service.
func (o *otlp) add(service string, s *otlpSpan) {
	r := o.byService[service]
	if r == nil {
		r = &otlpResource{
			Resource: otlpAttributes{[]otlpAttribute{otlpText("service.name", service)}},
			Scopes:   []otlpScope{{Scope: otlpScopeName{"edasim", scenarios.Version}}},
		}
		o.byService[service] = r
		o.resources = append(o.resources, r)
	}
	r.Scopes[0].Spans = append(r.Scopes[0].Spans, s)
}

func (o *otlp) trace(t *trace) {
	for _, f := range t.flows {
		span := &otlpSpan{TraceID: t.traceID(f.number), SpanID: t.rootID(f.number), Name: "flow " + t.flowName(f.number), Kind: otlpInternal,
			Start: otlpTime(f.start), End: otlpTime(f.end), Events: otlpEvents(f.notes),
			Attributes: []otlpAttribute{otlpText("edasim.scenario", t.Scenario), otlpText("edasim.variant", t.Variant),
				otlpText("edasim.style", t.Style.String()), otlpText("edasim.flow", t.flowName(f.number))}}
		if f.broken {
			span.Status = &otlpStatus{otlpError, "an invariant is broken"}
		}
		o.add(topology.ClientNode, span)
	}
	for _, s := range t.sends {
		o.send(t, s)
	}
	for _, r := range t.runs {
		o.run(t, r)
	}
}

func (o *otlp) send(t *trace, s *traceSend) {
	span := &otlpSpan{TraceID: t.traceID(s.flow), SpanID: t.sendID(s), Parent: t.rootID(s.flow),
		Name: "send " + messageTitle(s.as, s.event), Kind: otlpProducer, Start: otlpTime(s.at), End: otlpTime(s.at),
		Events: otlpEvents(s.notes), Attributes: messagingAttributes("send", s.event, s.message)}
	service := topology.ClientNode
	if s.by != nil {
		span.Parent, service = t.runID(s.by), s.by.service()
	}
	if s.as == "request" {
		span.Name, span.Kind, span.Attributes = "call "+s.to[0], otlpClient, nil
		for _, r := range t.runs {
			if r.message == s.message {
				span.End = otlpTime(max(r.end, s.at))
			}
		}
	} else if n := len(s.to); n > 1 {
		span.Attributes = append(span.Attributes, otlpNumber("edasim.copies", int64(n)))
	}
	o.add(service, span)
}

func (o *otlp) run(t *trace, r *traceRun) {
	span := &otlpSpan{TraceID: t.traceID(r.flow), SpanID: t.runID(r), Parent: t.rootID(r.flow),
		Name: "process " + messageTitle(r.as, r.event), Kind: otlpConsumer, Start: otlpTime(r.start), End: otlpTime(r.end),
		Attributes: messagingAttributes("process", r.event, r.message)}
	if s := t.sent[r.message]; s != nil {
		switch r.as {
		case "request":
			span.Parent, span.Kind, span.Name, span.Attributes = t.sendID(s), otlpServer, r.where, nil
		case "command", "reply":
			span.Parent = t.sendID(s)
			fallthrough
		default:
			span.Links = []otlpLink{{t.traceID(s.flow), t.sendID(s)}}
		}
	}
	if r.as != "request" {
		span.Attributes = append(span.Attributes, otlpText("messaging.consumer.group.name", r.where))
	}
	span.Attributes = append(span.Attributes,
		otlpText("edasim.handler", r.where), otlpNumber("edasim.delivery", int64(r.attempt)), otlpNumber("edasim.depth", int64(r.depth)),
		otlpText("edasim.waited", topology.FormatDuration(r.waited)), otlpNumber("edasim.replica", int64(r.replica+1)))
	ended := r.ended
	if r.open {
		ended = "under way at the end"
	}
	if ended != "" {
		span.Attributes = append(span.Attributes, otlpText("edasim.ended", ended))
	}
	for _, text := range r.changes() {
		span.Attributes = append(span.Attributes, otlpText("edasim.changed", text))
	}
	span.Attributes = joinedAttributes(span.Attributes)
	span.Events = otlpEvents(r.notes)
	if r.failed {
		span.Status = &otlpStatus{otlpError, r.ended}
		span.Attributes = append(span.Attributes, otlpText("error.type", r.ended))
	}
	o.add(r.service(), span)
}

// joinedAttributes joins the values of keys that come more than once: keys of one span
// are unique.
func joinedAttributes(list []otlpAttribute) []otlpAttribute {
	var out []otlpAttribute
	for _, a := range list {
		i := slices.IndexFunc(out, func(b otlpAttribute) bool { return b.Key == a.Key })
		if i < 0 {
			out = append(out, a)
			continue
		}
		text := *out[i].Value.Text + ", " + *a.Value.Text
		out[i].Value.Text = &text
	}
	return out
}

// messagingAttributes are those of the semantic conventions for messaging spans
// (OpenTelemetry, in development: messaging.operation.type is send or process).
func messagingAttributes(operation, event string, message uint64) []otlpAttribute {
	return []otlpAttribute{
		otlpText("messaging.system", "edasim"), otlpText("messaging.operation.name", operation), otlpText("messaging.operation.type", operation),
		otlpText("messaging.destination.name", event), otlpText("messaging.message.id", fmt.Sprint(message)),
	}
}

func otlpEvents(notes []traceNote) []otlpEvent {
	var out []otlpEvent
	for i := range notes {
		n := &notes[i]
		e := otlpEvent{At: otlpTime(n.at), Name: n.kind}
		if n.name != "" {
			e.Attributes = []otlpAttribute{otlpText("edasim.name", n.name)}
		}
		out = append(out, e)
	}
	return out
}
