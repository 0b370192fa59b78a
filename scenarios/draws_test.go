package scenarios

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// withFaults is checkout for 20 seconds, with its faults.
func withFaults(t *testing.T) string {
	t.Helper()
	src, ok := Builtin("checkout")
	if !ok {
		t.Fatal("checkout is not built in")
	}
	text := string(src)
	for _, change := range [][2]string{{"for: 10m", "for: 20s"}, {"outage: 30s", "outage: 3s"}, {"at: 4m", "at: 5s"}} {
		if !strings.Contains(text, change[0]) {
			t.Fatalf("checkout has no %q", change[0])
		}
		text = strings.ReplaceAll(text, change[0], change[1])
	}
	return text
}

func traced(t *testing.T, text string, style topology.Style) []sim.Record {
	t.Helper()
	sc := loadText(t, text)
	m, err := sim.Compile(sim.Config{System: sc.System, Faults: sc.Faults, Style: style, Seed: sc.Run.Seed, Drain: sc.Run.Drain, MaxHops: sc.Run.MaxHops})
	if err != nil {
		t.Fatal(err)
	}
	var records []sim.Record
	if _, err := m.Trace(context.Background(), 1, func(r sim.Record) { records = append(records, r) }); err != nil {
		t.Fatal(err)
	}
	return records
}

// renumbered gives message ids in the order of their first record: they are a
// running number, and tell copies from messages. Those of runs are left out.
func renumbered(records []sim.Record) []sim.Record {
	number := map[uint64]uint64{}
	anew := func(id *uint64) {
		if _, ok := number[*id]; !ok {
			number[*id] = uint64(len(number))
		}
		*id = number[*id]
	}
	for i := range records {
		anew(&records[i].Message)
		anew(&records[i].Cause)
		records[i].Run = 0
	}
	return records
}

// What is added to a scenario changes no draw of what was there: the runs are the
// same, record by record, but for what belongs to the addition.
func TestAdditionsChangeNoDraw(t *testing.T) {
	base := withFaults(t)
	insert := func(after, text string) string {
		if !strings.Contains(base, after) {
			t.Fatalf("checkout has no %q", after)
		}
		return strings.Replace(base, after, after+text, 1)
	}
	for name, text := range map[string]string{
		"a service":                            insert("\nservices:\n", "  audit:\n    concurrency: unlimited\n    handlers:\n      log: {consumes: [OrderPlaced, PaymentCharged], takes: exp(1ms), detached: true}\n"),
		"a fault that never acts":              insert("\nfaults:\n", "  - {name: never, duplicate: 0%}\n  - {name: never_crashes, crash: 0%}\n  - {name: never_slow, slow: 3x, probability: 0%}\n"),
		"a fault in a window that never comes": insert("\nfaults:\n", "  - {name: never, drop: 50%, at: 9h, for: 1s}\n"),
		"an observer": insert("\ninvariants:\n", "  stock is a number: always inventory.stock < 100000\n  and in the end: finally inventory.reserved < 100000\n") +
			"monitors:\n  watch: {check: inventory.reserved < 100000, every: 1m}\nalerts:\n  quiet: {when: queue(service.payment) > 100000, over: 1s}\n",
		"a measure": insert("\nexpect:\n", "  - latency.over.1s < 100%\n"),
	} {
		for _, style := range topology.Styles {
			t.Run(name+", "+style.String(), func(t *testing.T) {
				added := func(r sim.Record) bool {
					// A flow is over when the new service has ended too, and what
					// strikes a message published to it alone has no other place.
					return strings.HasPrefix(r.Where, "audit.") || r.Kind == sim.FlowSettled ||
						r.Where == "" && (r.Kind == sim.FaultActed || r.Kind == sim.Lost)
				}
				want := renumbered(slices.DeleteFunc(traced(t, base, style), added))
				got := renumbered(slices.DeleteFunc(traced(t, text, style), added))
				for i := range min(len(want), len(got)) {
					if !reflect.DeepEqual(want[i], got[i]) {
						t.Fatalf("record %d of %d is\n%+v, and was\n%+v", i, len(want), got[i], want[i])
					}
				}
				if len(want) != len(got) {
					t.Fatalf("%d records, and there were %d", len(got), len(want))
				}
			})
		}
	}
}

// The same flow meets the same service times in every style.
func TestStylesMeetTheSameTimes(t *testing.T) {
	text := withFaults(t)
	start, end := strings.Index(text, "\nfaults:\n"), strings.Index(text, "\nvariants:\n")
	text = text[:start] + text[end:]
	type run struct {
		flow  int64
		where string
	}
	times := map[topology.Style]map[run]topology.Time{}
	for _, style := range topology.Styles {
		began, took := map[run]topology.Time{}, map[run]topology.Time{}
		for _, r := range traced(t, text, style) {
			key := run{r.Flow, r.Where}
			switch r.Kind {
			case sim.Started:
				began[key] = r.At
			case sim.Committed:
				took[key] = r.At - began[key]
			}
		}
		times[style] = took
	}
	compared := 0
	for key, took := range times[topology.Choreography] {
		for _, style := range topology.Styles[1:] {
			if other, ok := times[style][key]; ok {
				compared++
				if other != took {
					t.Errorf("flow %d at %s takes %d ns as events and %d ns in %s", key.flow, key.where, took, other, style)
				}
			}
		}
	}
	if compared < 5000 {
		t.Errorf("only %d runs were compared", compared)
	}
}
