package scenarios

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"edasim/sim"
	"edasim/topology"
)

// pick is one of some texts; the first is the simplest.
func pick(t *rapid.T, what string, texts ...string) string {
	return rapid.SampledFrom(texts).Draw(t, what)
}

// some keeps a part of a list of lines.
func some(t *rapid.T, what string, lines ...string) []string {
	var out []string
	for _, line := range lines {
		if rapid.IntRange(0, 3).Draw(t, what) == 0 {
			out = append(out, line)
		}
	}
	return out
}

// randomScenario is a small scenario with a little of everything: a chain of
// events E0, E1, … in which each handler hears an earlier one.
func randomScenario(t *rapid.T) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("edasim: 1\nservices:")
	n := rapid.IntRange(1, 4).Draw(t, "handlers")
	for i := range n {
		line("  s%d:", i)
		line("    replicas: %s", pick(t, "replicas", "1", "2"))
		line("    concurrency: %s", pick(t, "concurrency", "1", "2", "unlimited"))
		line("    state: {n: 0, m: {initial: 3, per: %s}}", pick(t, "per", "all", "k"))
		for _, l := range some(t, "service", "queue: {capacity: 1, full: "+pick(t, "full", "drop", "refuse")+"}",
			"contention: 1ms", "stale_work: cancelled") {
			line("    %s", l)
		}
		line("    handlers:\n      h:")
		randomHandler(t, line, i)
	}
	if strings.Contains(b.String(), "helper.help") {
		line("  helper: {handlers: {help: {takes: exp(1ms)}}}")
	}
	line("delivery:\n  latency: %s\n  max_deliveries: 4", pick(t, "latency", "1ms", "0s", "exp(2ms)"))
	line("  ordering: %s", pick(t, "ordering", "none", "key", "{key: k}", "{partitions: 3, key: k}", "total"))
	lanes := !strings.Contains(b.String(), "ordering: none")
	for _, l := range some(t, "delivery", "poll: {every: 5ms, batch: 2}", "prefetch: 2", "ack: before", "ack_deadline: 4ms",
		"ack_renewal: 20ms", "late_ack: accepted", "crash_detection: {session: 10ms}", "retry: {initial: 2ms, jitter: full}",
		"deadline_retry: {initial: 3ms}", "redelivered_to: tail", "in_flight: 2", "counts: [error, deadline]", "max_age: 50ms",
		"dead_letters: {replay: {after: 100ms, times: 1}}", "ttl: 40ms", "dedup: 5ms",
		"publish: {confirm: 5ms, retry: {attempts: 3, initial: 2ms}}") {
		line("  %s", l)
	}
	if lanes {
		line("  settle: %s", pick(t, "settle", "each", "{every: 7ms}"))
	}
	line("  exhausted: %s", pick(t, "exhausted", "dead_letter", "drop", "park", "block"))
	line("orchestration: {timeout: 15ms, retry: {attempts: 2, initial: 5ms}, exhausted: %s}", pick(t, "saga", "compensate", "stop"))
	line("direct: {timeout: 15ms, retry: {attempts: 2, initial: 5ms}, late_reply: %s}", pick(t, "late", "ignored", "accepted"))
	line("outcomes: {done: E%d}", n)
	line("keys: {k: {count: 3}}")
	line("workload: {E0: {every: 1ms, for: 30ms%s}}", pick(t, "client", "", ", timeout: 20ms, retry: {attempts: 2, initial: 1ms}"))
	faults := some(t, "fault", "{drop: 5%}", "{duplicate: 10%, spread: exp(5ms)}", "{delay: exp(10ms), probability: 20%}",
		"{error: 20%}", "{crash: 5%, restart: 3ms, point: between}", "{crash: 20/s, name: deaths, restart: 3ms}",
		"{crash: 5%, name: before_ack, restart: 3ms, point: before_ack}", "{ack_loss: 10%}", "{undecodable: 3%}", "{ignore: 3%}",
		"{slow: 10x, probability: 10%}", "{confirm_loss: 10%}", "{outage: 10ms, service: s0, at: 10ms}",
		"{outage: 10ms, service: s0, replicas: 1, at: 5ms, every: 10ms, name: partial}",
		"{outage: 5ms, service: broker, lose: 50%, at: 12ms, name: broken}", "{pause: 5ms, service: s0, at: 8ms, every: 10ms}",
		"{network_partition: 6ms, service: s0, at: 9ms}", "{forge: 200/s, event: E0}")
	if len(faults) > 0 {
		line("faults:\n  - %s", strings.Join(faults, "\n  - "))
	}
	line("run: {drain: 1s, seed: %d}", rapid.IntRange(1, 1000).Draw(t, "seed"))
	return b.String()
}

func randomHandler(t *rapid.T, line func(string, ...any), i int) {
	heard := fmt.Sprintf("E%d", i)
	if i > 1 && rapid.IntRange(0, 4).Draw(t, "join") == 0 {
		heard = fmt.Sprintf("{all: [E%d, E%d]}", i-1, i)
	}
	line("        consumes: %s", heard)
	line("        takes: %s", pick(t, "takes", "1ms", "0s", "exp(3ms)"))
	line("        effects: {n: +1, m: %s}", pick(t, "effect", "-1", "= m - 1"))
	line("        emits: [E%d%s]", i+1, pick(t, "emits", "", fmt.Sprintf(", {event: F%d, after: 20ms}", i), fmt.Sprintf(", {event: F%d, probability: 50%%}", i)))
	for _, l := range some(t, "handler", "when: m > 0\n        otherwise: "+pick(t, "otherwise", "ignore", "refuse", "retry", "dead_letter"),
		"reads: store\n        read_takes: 2ms", "refuses: {probability: 10%}", "idempotent: "+pick(t, "idempotent", "key", "message", "{by: key, replays: true}", "{by: key, unique: false}"),
		"publishing: "+pick(t, "publishing", "before_commit", "outbox"), "gap: 2ms",
		"isolation: "+pick(t, "isolation", "optimistic", "serializable"), "calls: {handler: helper.help, timeout: 5ms}",
		"authentication: verified") {
		line("        %s", l)
	}
	if i > 0 && rapid.IntRange(0, 2).Draw(t, "undo") == 0 {
		line("      undo: {compensates: s%d.h, when: n > 0, effects: {n: -1}}", i)
	}
}

// loadRandom makes scenarios until the loader has nothing against one.
func loadRandom(t *rapid.T) *Scenario {
	text := randomScenario(t)
	sc, err := Load([]byte(text), "random.yaml", LoadOptions{})
	if err != nil {
		t.Skip(err)
	}
	return sc
}

var allStyles = []topology.Style{topology.Choreography, topology.Orchestrated, topology.DirectCalls}

// Whatever a scenario combines, its runs end without a bug: every copy made for
// a consumer ends in one way or is under way, and every flow settles once. Run
// again, at the same time as others, a run is the same to the last record, and
// that somebody looks changes nothing.
func TestRandomScenarios(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := loadRandom(t)
		for _, style := range allStyles {
			model, err := sim.Compile(sim.Config{System: sc.System, Faults: sc.Faults, Style: style,
				Seed: sc.Run.Seed, Drain: sc.Run.Drain, MaxHops: sc.Run.MaxHops})
			if err != nil {
				t.Fatal(err)
			}
			var records [3][]sim.Record
			var results [3]*sim.Replication
			var errs [3]error
			var wait sync.WaitGroup
			for i := range results {
				wait.Go(func() {
					tell := func(r sim.Record) { records[i] = append(records[i], r) }
					if i == 2 {
						tell = nil
					}
					results[i], errs[i] = model.Trace(context.Background(), 1, tell)
				})
			}
			wait.Wait()
			if errs[0] != nil {
				t.Fatalf("%s: %v\n%s", style, errs[0], sc.Source)
			}
			if !reflect.DeepEqual(records[0], records[1]) || !reflect.DeepEqual(results[0], results[1]) {
				t.Fatalf("%s: run again it differs\n%s", style, sc.Source)
			}
			if !reflect.DeepEqual(results[0], results[2]) {
				t.Fatalf("%s: telling changes it\n%s", style, sc.Source)
			}
			checkRecords(t, style, records[0], sc)
		}
	})
}

// checkRecords holds records to what is true of every run.
func checkRecords(t *rapid.T, style topology.Style, records []sim.Record, sc *Scenario) {
	started, settled := map[int64]int{}, map[int64]int{}
	last := topology.Time(0)
	for _, r := range records {
		if r.At < last {
			t.Fatalf("%s: time goes back to %d\n%s", style, r.At, sc.Source)
		}
		last = r.At
		switch r.Kind {
		case sim.FlowStarted:
			started[r.Flow]++
		case sim.FlowSettled:
			settled[r.Flow]++
		default:
			if r.Kind != sim.AnomalySeen && settled[r.Flow] > 0 {
				t.Fatalf("%s: %s in flow %d after it had settled\n%s", style, r.Kind, r.Flow, sc.Source)
			}
		}
		if started[r.Flow] != 1 || settled[r.Flow] > 1 {
			t.Fatalf("%s: flow %d started %d and settled %d times\n%s", style, r.Flow, started[r.Flow], settled[r.Flow], sc.Source)
		}
	}
}
