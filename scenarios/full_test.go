package scenarios

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"edasim/faults"
	"edasim/topology"
)

func loadFile(t *testing.T, path string) *Scenario {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := Load(src, path, LoadOptions{ReadFile: beside(path)})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Every key is where the engine looks for it.
func TestEveryKey(t *testing.T) {
	sc := loadFile(t, "testdata/good/full.yaml")
	is := func(what string, got any, want string) {
		t.Helper()
		if text := strings.ReplaceAll(fmt.Sprintf("%v", got), "<nil>", "nil"); text != want {
			t.Errorf("%s: %s, want %s", what, text, want)
		}
	}
	const second = topology.Second
	sys := sc.System
	orders, payment := sys.Services[0], sys.Services[1]
	is("name", sc.Name, "full: every key")
	is("about", sc.About, "Every key of the language at least once.")
	is("orders", []any{orders.Replicas, orders.Concurrency, orders.Contention, orders.CancelStale}, "[2 -1 1000000 true]")
	is("queue", payment.Queue, "{100 false}")
	st := orders.State
	is("state", []any{st[0].Word, st[0].IsWord, st[1].Per, st[2].Number, st[2].Per}, "[new true all 40 product]")

	place, join, undo := orders.Handlers[0], orders.Handlers[2], orders.Handlers[3]
	is("place", []any{place.Consumes, place.Takes, place.When.Text, place.Otherwise == topology.Refuse, place.ReadsStore, place.ReadTakes},
		"[[OrderPlaced OrderAgain] mix(90% exp(5ms), 10% exp(100ms)) stock > 0 and payment.charged == 0 true true 1ms]")
	is("effects", []any{place.Effects[0].Delta, place.Effects[1].Delta, place.Effects[2].Op == topology.SetExpr, undo.Effects[1].Word}, "[-1 1.5 true gone home]")
	is("emits", []any{place.Emits[0].Event, place.Emits[1].After, place.Emits[1].Probability, place.Emits[2].OneOf}, "[Placed 15m 0.3 [{Small 0.3} {Large 0.7}]]")
	is("refuses", []any{place.Refuses.Probability, place.Refuses.Emits[0].Event, place.Refuses.Effects[0].Word}, "[0.05 Rejected rejected]")
	is("inherited", []any{place.Idempotent.By == topology.ByMessage, place.Publishing, place.Isolation == topology.Serializable, place.Accepts, place.Verified},
		"[true {2 0 100000000 100} true [] false]")
	is("join", []any{join.Join, join.Idempotent, join.Publishing, join.Isolation == topology.Optimistic, join.ConflictRetry.Attempts, join.Accepts, join.Verified},
		"[true {2 86400000000000 true true} {1 5000000 0 0} true -1 [1 2] true]")
	is("compensates", []any{undo.Compensates, sys.Services[3].Handlers[0].Detached}, "[orders.place true]")

	charge := payment.Handlers[0]
	call := charge.Calls[0]
	is("call", []any{call.Handler, call.Wait.Timeout, *call.Wait.Breaker, call.Wait.LateReply}, "[fraud.check 300000000 {0.4 5000000000 10 10000000000} true]")
	r := call.Wait.Retry
	is("retry", []any{r.Attempts, r.Initial, r.Multiplier, r.Max, r.Jitter == topology.JitterDecorrelated, *r.Budget}, "[2 exp(10ms) 1.5 1000000000 true {0.1 20}]")
	d := charge.Delivery
	is("delivery", []any{d.Confirm, d.PublishRetry.List, d.Dedup, d.Ordering, d.Poll, d.Prefetch, d.AckBefore, d.Settle, d.AckDeadline, d.AckRenewal},
		"[1000000000 [1000000000 5000000000] 300000000000 {3 product 12} {500000000 100 false} 10 false 5000000000 0 3600000000000]")
	is("delivery", []any{d.LateAcks, d.Crash, d.Retry.Spread, d.DeadlineRetry.Initial, d.ToTail, d.InFlight, d.MaxDeliveries, d.Counts, d.MaxAge, d.Exhausted, d.Replay, d.TTL},
		"[true {1 45000000000} 0.2 0s true 1000 5 3 3600000000000 2 {3600000000000 2} 604800000000000]")
	is("outbox", charge.Publishing, "{2 0 50000000 0}")

	o := sys.Orchestration
	is("orchestration", []any{o.Preset, o.Concurrency, o.Takes, o.Delivery.Ordering.Kind, o.Wait.Timeout, o.Wait.Retry.Attempts, o.Wait.Retry.Max, o.Wait.Compensate},
		"[temporal 8 1ms 0 20000000000 -1 100000000000 false]")
	is("direct", []any{sys.Direct.Latency, sys.Direct.Wait.Timeout}, "[1ms 2000000000]")
	is("outcomes", sys.Outcomes, "[{done [Done Large]} {rejected [Rejected]}]")
	inv := sys.Invariants
	is("invariants", []any{inv[0].Kind, inv[1].Kind, inv[1].Within, inv[2].Kind}, "[0 1 5000000000 2]")
	is("monitor", []any{sys.Monitors[0].Every == topology.Day, sys.Monitors[0].Repair, sys.Alerts[0].For}, "[true orders.undo 300000000000]")
	is("keys", sys.Keys, "[{product 10 0.5}]")
	w := sys.Workloads
	is("phases", []any{w[0].Phases[0].Rate, w[0].Phases[1].For, w[0].Phases[2].Every, w[0].For, w[0].Wait.Timeout, w[0].Wait.Retry.Attempts, w[0].Wait.LateReply},
		"[50 exp(1s) 20000000 30000000000 5000000000 2 true]")
	is("trace", []any{w[1].Trace.At, w[1].Trace.Keys}, "[[0 10000000 1000000000] map[product:[0 9 2]]]")
	is("run", sc.Run, fmt.Sprintf("{3 2 %d %d 50 [choreography orchestration] true 4 false}", second, 2*topology.Hour))
	is("presets", len(sc.Presets) > 5 && sc.Presets[0].Where == "orders.delivery", "true")

	by := map[string]faults.Injection{}
	for _, f := range sc.Faults {
		by[f.Name] = f
	}
	is("faults", len(by), "21")
	is("duplicate", by["duplicate"].Fault, "{3 exp(1s)}")
	slow := by["slow"]
	is("slow", []any{slow.Fault.(faults.Slow).Factor.Value(), slow.At, slow.For, slow.Every, slow.Service}, "[10 1000000000 2s exp(15s) fraud]")
	is("crash", []any{by["crash"].Fault, by["deaths"].Fault}, "[{2 2s} {0.2 1s}]")
	is("outage", []any{by["outage"].Fault, by["outage"].For, by["broken"].Fault}, "[{1 0} exp(4s) {2147483647 50000}]")
	is("schema", []any{by["schema"].Fault, by["upgrade"].Fault, by["forge"].Fault}, "[{2 0} {6 5000000000} {0.1}]")
	is("burst", []any{by["burst"].Fault.(faults.Burst).Factor.Value(), by["storm"].Fault.(faults.Burst).Rate}, "[10 30000000000]")
	is("pinned", []any{by["pinned"].Flows, by["error"].Nth}, "[[{1 3} {2 7}] 2]")
}

// What the loader accepts, the engine can simulate.
func TestEveryKeyRuns(t *testing.T) {
	sc := loadFile(t, "testdata/good/full.yaml")
	sc.Run.Replications, sc.Run.UntilDecided = 1, false
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		var thrown *PanicError
		if errors.As(err, &thrown) {
			t.Fatalf("%v\n%s", err, thrown.Stack)
		}
		t.Fatal(err)
	}
	if len(r.Expect) == 0 || len(r.Variants) != 2 {
		t.Errorf("%+v", r.Expect)
	}
}
