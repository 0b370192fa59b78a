// Package formats holds what edasim exports against the parsers of those formats. It is
// a module of its own, so that they are not dependencies of edasim.
package formats

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// edasim is the program, built once.
func edasim(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "edasim")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = filepath.Join("..", "..")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return path
}

func TestExportsAreValid(t *testing.T) {
	program := edasim(t)
	run := func(args ...string) []byte {
		t.Helper()
		var stderr bytes.Buffer
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Stderr = filepath.Join("..", ".."), &stderr
		text, err := cmd.Output()
		if err != nil {
			t.Fatalf("edasim %s: %v\n%s", strings.Join(args, " "), err, &stderr)
		}
		return text
	}
	var names []string
	for line := range strings.Lines(string(run("list"))) {
		if fields := strings.Fields(line); strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "   ") && len(fields) > 0 {
			names = append(names, fields[0])
		}
	}
	if len(names) < 20 {
		t.Fatalf("only %d built-in scenarios: %v", len(names), names)
	}
	names = append(names, "testdata/large/online-shop.yaml", "testdata/large/railway.yaml")
	spans, events := 0, 0
	for _, name := range names {
		for _, style := range []string{"choreography", "orchestration"} {
			args := []string{"export", name, "--flows", "20", "--style", style}
			spans += openTelemetry(t, name, run(append(args, "--otlp")...))
			events += cloudEvents(t, name, run(append(args, "--cloudevents")...))
		}
	}
	t.Logf("%d scenarios: %d spans, %d events", len(names), spans, events)
	if spans == 0 || events == 0 {
		t.Error("nothing was parsed")
	}
}

// openTelemetry reads traces as the collector does, and checks that parents exist and
// identifiers are those of spans.
func openTelemetry(t *testing.T, name string, text []byte) int {
	t.Helper()
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(text)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	known := map[string]bool{}
	each := func(visit func(s ptrace.Span)) {
		for _, r := range traces.ResourceSpans().All() {
			if v, ok := r.Resource().Attributes().Get("service.name"); !ok || v.Str() == "" {
				t.Errorf("%s: a resource without service.name", name)
			}
			for _, scope := range r.ScopeSpans().All() {
				for _, s := range scope.Spans().All() {
					visit(s)
				}
			}
		}
	}
	each(func(s ptrace.Span) {
		id := s.TraceID().String() + s.SpanID().String()
		if known[id] || s.TraceID().IsEmpty() || s.SpanID().IsEmpty() || s.Name() == "" || s.Kind() == ptrace.SpanKindUnspecified {
			t.Errorf("%s: span %s %q is not one", name, id, s.Name())
		}
		known[id] = true
		if s.EndTimestamp() < s.StartTimestamp() {
			t.Errorf("%s: span %q ends before it begins", name, s.Name())
		}
	})
	each(func(s ptrace.Span) {
		if p := s.ParentSpanID(); !p.IsEmpty() && !known[s.TraceID().String()+p.String()] {
			t.Errorf("%s: span %q has a parent that is not there", name, s.Name())
		}
		if s.Kind() == ptrace.SpanKindConsumer && s.Links().Len() == 0 {
			t.Errorf("%s: consumer span %q has no link", name, s.Name())
		}
		for _, l := range s.Links().All() {
			if !known[l.TraceID().String()+l.SpanID().String()] {
				t.Errorf("%s: span %q has a link to nothing", name, s.Name())
			}
		}
	})
	return traces.SpanCount()
}

// cloudEvents reads a batch with the official SDK.
func cloudEvents(t *testing.T, name string, text []byte) int {
	t.Helper()
	var batch []json.RawMessage
	if err := json.Unmarshal(text, &batch); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, one := range batch {
		var e event.Event
		if err := json.Unmarshal(one, &e); err != nil {
			t.Errorf("%s: %v\n%s", name, err, one)
			continue
		}
		if err := e.Validate(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, one)
		}
		if e.Time().IsZero() || e.Extensions()["traceparent"] == nil {
			t.Errorf("%s: an event without time or traceparent\n%s", name, one)
		}
	}
	return len(batch)
}
