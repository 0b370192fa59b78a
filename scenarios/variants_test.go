package scenarios

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"edasim/topology"
)

const small = `edasim: 1
services:
  payment:
    replicas: 2
    state: {charged: 0}
    handlers:
      charge: &charge
        consumes: OrderPlaced
        takes: 5ms
        effects: {charged: +1}
        emits: PaymentCharged
  copy:
    state: {charged: 0}
    handlers:
      charge: {<<: *charge, takes: 7ms, emits: Copied}
workload:
  OrderPlaced: {rate: 10/s, for: 10s}
faults:
  - drop: 1%
  - delay: 1s
    name: slow_net
    probability: 2%
keys:
  product: {count: 10}
`

func load(t *testing.T, text string, sets ...Set) *Scenario {
	t.Helper()
	sc, err := Load([]byte(text), "small.yaml", LoadOptions{Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestVariants(t *testing.T) {
	sc := load(t, small+`variants:
  fast: {payment.charge.takes: 1ms, payment.replicas: 5, keys.product.count: 20}
  safe: {payment.idempotent: key, delivery.ack_deadline: 5s, payment.delivery.max_deliveries: 3}
  calm: {faults.drop: none, faults.slow_net: 9s, faults.slow_net.probability: 50%}
  rough: {faults.duplicate: 3%, faults.extra: {drop: 4%, event: PaymentCharged}, run.warmup: 1s}
`)
	if len(sc.Variants) != 4 || len(sc.Faults) != 2 {
		t.Fatalf("%+v", sc)
	}
	charge := func(sys *topology.System, service int) *topology.Handler { return sys.Services[service].Handlers[0] }
	takes := func(h *topology.Handler) string { return h.Takes.String() }
	fast := sc.Variants[0].System
	if takes(charge(fast, 0)) != "1ms" || takes(charge(fast, 1)) != "7ms" || takes(charge(sc.System, 0)) != "5ms" {
		t.Error("takes", takes(charge(fast, 0)), takes(charge(fast, 1)), takes(charge(sc.System, 0)))
	}
	if fast.Services[0].Replicas != 5 || sc.System.Services[0].Replicas != 2 || fast.Keys[0].Count != 20 {
		t.Error("replicas", fast.Services[0].Replicas, sc.System.Services[0].Replicas)
	}
	safe := sc.Variants[1].System
	if h := charge(safe, 0); h.Idempotent.By != topology.ByKey || h.Delivery.AckDeadline != 5*topology.Second || h.Delivery.MaxDeliveries != 3 {
		t.Errorf("%+v", h)
	}
	if h := charge(safe, 1); h.Idempotent.By != topology.NotIdempotent || h.Delivery.AckDeadline != 5*topology.Second || h.Delivery.MaxDeliveries != 0 {
		t.Errorf("%+v", h)
	}
	calm := sc.Variants[2].Faults
	if len(calm) != 1 || calm[0].Name != "slow_net" || calm[0].Probability != 0.5 {
		t.Errorf("%+v", calm)
	}
	rough := sc.Variants[3]
	if len(rough.Faults) != 4 || rough.Faults[2].Name != "duplicate" || rough.Faults[3].Name != "extra" || rough.Faults[3].Probability != 0.04 {
		t.Errorf("%+v", rough.Faults)
	}
	if rough.Run.Warmup != topology.Second || sc.Run.Warmup != 0 {
		t.Error("warmup", rough.Run.Warmup, sc.Run.Warmup)
	}
	if set := rough.Sets[1]; set.Path != "faults.extra" || set.Value != "{drop: 4%, event: PaymentCharged}" {
		t.Errorf("%+v", set)
	}
}

func TestSets(t *testing.T) {
	sc := load(t, small, Set{"payment.charge.takes", "lognormal(mean 8ms, p99 40ms)"}, Set{"payment.charge.effects", "{charged: +2}"},
		Set{"faults.drop", "none"}, Set{"run.seed", "7"})
	h := sc.System.Services[0].Handlers[0]
	if h.Takes.String() != "lognormal(mean 8ms, p99 40ms)" || h.Effects[0].Delta != 2 || len(sc.Faults) != 1 || sc.Run.Seed != 7 {
		t.Errorf("%+v", h)
	}
	plain := load(t, small)
	if sc.Digest == plain.Digest || !strings.HasPrefix(sc.Digest, "sha256:") || len(sc.Digest) != 71 {
		t.Error(sc.Digest, plain.Digest)
	}
	if again := load(t, small); again.Digest != plain.Digest {
		t.Error("the digest of equal scenarios differs")
	}
}

// A hostile file of the largest size is refused in seconds.
func TestManyProblems(t *testing.T) {
	var b strings.Builder
	b.WriteString("edasim: 1\nservices:\n  payment:\n    state: {")
	for i := range 2000 {
		fmt.Fprintf(&b, "s%d: 0, ", i)
	}
	b.WriteString("}\n    handlers:\n")
	for i := range 4000 {
		fmt.Fprintf(&b, "      h%d: {consumes: Unknown%d, when: t%d > 1, compensates: g%d, effects: {r%d: +1}, emits: E%d}\n", i, i, i, i, i, i)
	}
	b.WriteString("workload:\n  X: {rate: 1/s, for: 1s}\nfaults:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "  - {drop: 1%%, event: F%d, handler: payment.h%d, name: n%d}\n", i, i, i)
	}
	_, err := Load([]byte(b.String()), "many.yaml", LoadOptions{})
	if err == nil || !strings.Contains(err.Error(), "of which the first 100 are shown; nothing was run.") {
		t.Error(err)
	}
}

func TestBadSets(t *testing.T) {
	for set, want := range map[Set]string{
		{"payment.charge.takes", "soon"}:    `--set payment.charge.takes=soon: "soon" is not a duration`,
		{"paymnt.replicas", "3"}:            `--set paymnt.replicas=3: there is no service and no top-level key "paymnt"`,
		{"payment", "3"}:                    `--set payment=3: "payment" is a whole service`,
		{"payment.charge", "3"}:             `--set payment.charge=3: "payment.charge" is a whole handler`,
		{"payment..takes", "3"}:             `--set payment..takes=3: "payment..takes" is not a path`,
		{"payment.replicas", ""}:            `--set payment.replicas=: the value is missing`,
		{"payment.charge.effects", "{a: "}:  `--set payment.charge.effects={a: :`,
		{"expect", "[]"}:                    `--set expect=[]: "expect" is the same for every variant`,
		{"faults.duplicate.copies", "2"}:    `--set faults.duplicate.copies=2: the scenario has no fault "duplicate"`,
		{"workload.OrderPlaced.rate", "5"}:  `--set workload.OrderPlaced.rate=5: "5" is not a rate`,
		{"delivery.preset", "sqs-standart"}: `did you mean "sqs-standard"?`,
	} {
		_, err := Load([]byte(small), "small.yaml", LoadOptions{Sets: []Set{set}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", set, err)
		}
	}
}

// Of many overloaded services the worst are named.
func TestOverloadedEverywhere(t *testing.T) {
	text := "edasim: 1\nservices:\n"
	for i := 1; i <= 9; i++ {
		text += fmt.Sprintf("  s%d: {handlers: {h: {consumes: Asked, takes: %ds, emits: Done}}}\n", i, i)
	}
	sc := load(t, text+"workload: {Asked: {rate: 10/s, for: 1s}}\n")
	if len(sc.Warnings) != 6 || !strings.Contains(sc.Warnings[0], "the service s9 is overloaded") ||
		!strings.Contains(sc.Warnings[4], "the service s5 is") || sc.Warnings[5] != "so are 4 others: edasim lint names each" {
		t.Errorf("%q", sc.Warnings)
	}
}

// What is only suspicious is a warning, and with Strict an error.
func TestLoadWarnings(t *testing.T) {
	slow := strings.Replace(small, "takes: 5ms", "takes: 500ms", 1)
	sc := load(t, slow)
	want := "the service payment is overloaded without any fault: 10 runs a second need 5 workers, and it has 2"
	if len(sc.Warnings) != 1 || sc.Warnings[0] != want {
		t.Errorf("%q", sc.Warnings)
	}
	_, err := Load([]byte(slow), "small.yaml", LoadOptions{Strict: true})
	var wrong *LoadErrors
	if !errors.As(err, &wrong) || len(wrong.Problems) != 1 || wrong.Problems[0].Msg != want {
		t.Error(err)
	}
	sc = load(t, small+"variants: {cut: {copy.charge.consumes: Nothing}}\n")
	if len(sc.Warnings) != 1 || !strings.Contains(sc.Warnings[0], `variant cut: nobody emits "Nothing", which copy.charge consumes`) {
		t.Errorf("%q", sc.Warnings)
	}
}

func TestKnownMeasure(t *testing.T) {
	sc := load(t, small+"invariants: {Charged once: always payment.charged <= 1}\n")
	for _, name := range []string{
		"stuck", "latency.p999", "latency.over.2s", "latency.PaymentCharged.over.1s", "service.payment.wait.over.1.5s", "inconsistency_window.over.1m", "latency.PaymentCharged.p50", "outcome.failed", "invariant.charged_once",
		"service.payment.wait.p99", "service.coordinator.queue.max", "state.payment.charged.sum", "event.Copied.lag.mean",
		"fault.slow_net.fired", "anomaly.lost", "messages.published", "recovery.never",
	} {
		if err := KnownMeasure(sc.System, sc.Faults, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, want := range map[string]string{
		"stuk": `did you mean "stuck"?`, "latency.over.2": "no unit", "stuck.over.2s": "only times that have percentiles", "chain_depth.over.2s": "only times", "latency.X.p50": `no outcome "X"`, "latency": "no measure",
		"service.payment": "not a measure by itself", "service.payment.wait.p98": `did you mean "wait.p95"?`,
		"state.payment.chargd.sum": `did you mean "charged"?`, "fault.drop.fire": `did you mean "fired"?`,
		"anomaly.los": `did you mean "lost"?`, "event.Copied": "not a measure by itself", "": "no measure",
	} {
		if err := KnownMeasure(sc.System, sc.Faults, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
