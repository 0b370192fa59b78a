package scenarios

import (
	"errors"
	"strings"
	"testing"
)

// contradicted is a scenario with a place for what contradicts it: a comment line of the
// place's name, or the workload.
const contradicted = `edasim: 1
services:
  a:
    #service
    state: {n: 0}
    handlers:
      first:
        consumes: Go
        takes: 1ms
        effects: {n: +1}
        emits: Done
        #first
  b:
    handlers:
      second:
        consumes: Done
        takes: 1ms
        emits: End
        #second
      undo:
        compensates: a.first
#top
workload:
  Go: {every: 20ms, for: 1s}
`

// Keys that contradict each other are an error with a cure; a key that another leaves
// without effect is a warning, since a variant or a flag may change that other.
func TestContradictions(t *testing.T) {
	for _, c := range []struct {
		place, text, says string
		warning           bool
	}{
		{place: "first", text: "read_takes: 5ms", says: "reads: store"},
		{place: "first", text: "reads: event\nread_takes: 5ms", says: "reads: store"},
		{place: "first", text: "otherwise: retry", says: "when:"},
		{place: "first", text: "isolation: serializable\nconflict_retry: {attempts: 3}", says: "isolation: optimistic"},
		{place: "first", text: "idempotent: {for: 1h}", says: "{by: key"},
		{place: "first", text: "idempotent: {unique: false}", says: "{by: key"},
		{place: "second", text: "compensates: b.undo\ndetached: true", says: "cannot be detached"},
		{place: "first", text: "calls: {handler: b.second, late_reply: accepted}", says: "timeout: 1s"},
		{place: "first", text: "calls: {handler: b.second, timeout: none, late_reply: accepted}", says: "timeout: 1s"},
		{place: "first", text: "calls: {handler: b.second, retry: {budget: none, burst: 5}}", says: "budget: 10%"},
		{place: "first", text: "calls: {handler: b.second, retry: {burst: 5}}", says: "budget: 10%"},
		{place: "first", text: "calls: {handler: b.second, retry: {list: [1s, 2s], initial: 1s}}", says: "leave one of them out"},
		{place: "first", text: "calls: {handler: b.second, retry: {list: [1s, 2s, 3s], attempts: 2}}", says: "only 1 are used", warning: true},
		{place: "first", text: "publishing: outbox\ngap: 5ms", says: "gap changes nothing", warning: true},
		{place: "first", text: "publishing: {outbox: {every: 1s}, after_commit: {gap: 5ms}}", says: "leave one of them out"},
		{place: "service", text: "queue: {full: drop}", says: "capacity: 100"},

		{place: "top", text: "delivery: {settle: {every: 5s}}", says: "ordering: {partitions: 12}"},
		{place: "top", text: "delivery: {retry: {attempts: 3}}", says: "max_deliveries: 3"},
		{place: "top", text: "delivery: {retry: none}", says: "max_deliveries: 1"},
		{place: "top", text: "delivery: {retry: {budget: 5%}}", says: "leave it out"},
		{place: "top", text: "delivery: {publish: {retry: {attempts: 3}}}", says: "confirm: 1s"},
		{place: "top", text: "delivery: {poll: {batch: 5}}", says: "every: 500ms"},
		{place: "top", text: "delivery: {ordering: {key: product}}", says: "keys: {product"},
		{place: "top", text: "delivery: {ack: before, max_deliveries: 3}", says: "max_deliveries changes nothing", warning: true},
		{place: "top", text: "delivery: {ack: before, settle: {every: 5s}, ordering: total}", says: "settle changes nothing", warning: true},
		{place: "top", text: "delivery: {ack: before, in_flight: 5}", says: "in_flight changes nothing", warning: true},
		{place: "top", text: "delivery: {ack_deadline: none, late_ack: accepted}", says: "late_ack changes nothing", warning: true},
		{place: "top", text: "delivery: {ack_deadline: none, ack_renewal: 1h}", says: "ack_renewal changes nothing", warning: true},
		{place: "top", text: "delivery: {ack_deadline: 30s, ack_renewal: 10s}", says: "ack_renewal changes nothing", warning: true},
		{place: "top", text: "delivery: {ack_deadline: none, deadline_retry: {initial: 1s}}", says: "deadline_retry changes nothing", warning: true},
		{place: "top", text: "delivery: {counts: [error]}", says: "counts changes nothing", warning: true},
		{place: "top", text: "delivery: {exhausted: block}", says: "exhausted changes nothing", warning: true},
		{place: "service", text: "delivery: {exhausted: block}", says: "exhausted changes nothing", warning: true},
		{place: "second", text: "delivery: {exhausted: block}", says: "exhausted changes nothing", warning: true},

		{place: "top", text: "run: {styles: direct}\ndelivery: {ack_deadline: 5s}", says: "direct: {timeout"},
		{place: "service", text: "delivery: {ack_deadline: 5s}\n#direct", says: "direct: {timeout"},
		{place: "first", text: "delivery: {ack_deadline: 5s}\n#direct", says: "direct: {timeout"},
		{place: "top", text: "run: {styles: direct}\ndelivery: {ordering: total}", says: "ordering changes nothing", warning: true},
		{place: "top", text: "run: {until: decided}", says: "until changes nothing", warning: true},
		{place: "top", text: "run: {max_replications: 50}", says: "max_replications changes nothing", warning: true},
		{place: "top", text: "run: {until: decided, replications: 50, max_replications: 20}\nexpect: [stuck < 1%]", says: "50 from the start", warning: true},

		{place: "top", text: "faults: [{burst: 10x, probability: 5%}]", says: "leave it out"},
		{place: "top", text: "faults: [{burst: 10x, nth: 2}]", says: "leave it out"},
		{place: "top", text: "faults: [{burst: 10x, flows: [1/1]}]", says: "leave it out"},
		{place: "top", text: "faults: [{burst: 0/s}]", says: "30/s"},
		{place: "top", text: "faults: [{burst: 2000000000/s}]", says: "more than one each nanosecond"},
		{place: "top", text: "faults: [{burst: 10x, event: Done}]", says: "an event of the workload"},
		{place: "top", text: "faults: [{forge: 5/min, event: Done, nth: 2}]", says: "leave it out"},
		{place: "top", text: "faults: [{forge: 5/min, event: Done, probability: 2%}]", says: "leave it out"},
		{place: "top", text: "faults: [{forge: 5/min}]", says: "event: …"},
		{place: "top", text: "faults: [{outage: 5s, service: a, restart: 1s}]", says: "not a part of outage"},
		{place: "top", text: "faults: [{drop: 1%, copies: 3}]", says: "not a part of drop"},
		{place: "top", text: "faults: [{delay: 1s, spread: 1s}]", says: "not a part of delay"},
		{place: "top", text: "faults: [{slow: 10x, rollout: 1h}]", says: "not a part of slow"},
		{place: "top", text: "faults: [{pause: 1s, service: a, lose: true}]", says: "not a part of pause"},
		{place: "top", text: "faults: [{crash: 1%, replicas: 2}]", says: "not a part of crash"},
		{place: "top", text: "faults: [{error: 1%, point: between}]", says: "not a part of error"},
		{place: "top", text: "faults: [{outage: 5s, service: a, lose: 5%}]", says: "service: broker"},
		{place: "top", text: "faults: [{outage: 5s, service: broker, replicas: 2}]", says: "has no replicas"},
		{place: "top", text: "faults: [{outage: 5s}]", says: "service: …"},
		{place: "top", text: "faults: [{outage: 5s, service: a, for: 1m}]", says: "leave it out"},
		{place: "top", text: "faults: [{drop: 1%, probability: 5%}]", says: "leave it out"},
		{place: "top", text: "faults: [{crash: 1/s, probability: 5%}]", says: "leave it out"},
		{place: "top", text: "faults: [{crash: 1/s, point: between}]", says: "any moment"},
		{place: "top", text: "faults: [{drop: 1%, every: 5s}]", says: "for: 1m"},
		{place: "top", text: "faults: [{slow: 10x, service: a, handler: a.first}]", says: "leave it out"},
		{place: "top", text: "faults: [{error: 1%, handler: b.undo, event: Go}]", says: "does not consume"},
		{place: "top", text: "faults: [{drop: 1%, handler: b.undo}]", says: "emits nothing"},
		{place: "top", text: "faults: [{drop: 1%, service: broker}]", says: "cannot strike the broker"},
		{place: "top", text: "faults: [{crash: 1%, service: client}]", says: "cannot strike the client"},
		{place: "top", text: "faults: [{drop: 1%}, {drop: 2%}]", says: "name: drop_2"},

		{place: "top", text: "invariants: {x: {always: a.n <= 1, within: 5s}}", says: "{finally"},
		{place: "top", text: "invariants: {x: {always: a.n <= 1, finally: a.n <= 1}}", says: "make two of it"},
		{place: "top", text: "outcomes: {ok: Go}", says: "nobody emits"},
		{place: "top", text: "outcomes: {ok: End, fine: End}", says: "one outcome"},

		{place: "workload", text: "{rate: 5/s, clients: 3, for: 1s}", says: "leave one of them out"},
		{place: "workload", text: "{clients: 3, times: [1s]}", says: "leave one of them out"},
		{place: "workload", text: "{phases: [{rate: 5/s, for: 1s}], rate: 5/s, for: 1s}", says: "leave one of them out"},
		{place: "workload", text: "{rate: 5/s, for: 1s, think: 1s}", says: "clients: 100"},
		{place: "workload", text: "{clients: 3, for: 1s, batch: 2}", says: "leave it out"},
		{place: "workload", text: "{rate: 5/s}", says: "for: 1m"},
		{place: "workload", text: "{rate: 5/s, for: 1s, retry: {attempts: 3}}", says: "timeout: 5s"},
		{place: "workload", text: "{rate: 5/s, for: 1s, late_reply: accepted}", says: "timeout: 1s"},
		{place: "workload", text: "{rate: 5/s, for: 1s, breaker: {failures: 50%}}", says: "timeout: 5s"},
		{place: "workload", text: "{phases: [{rate: 5/s, every: 1s, for: 1s}]}", says: "rate: 50/s"},
		{place: "workload", text: "{phases: [{rate: 0/s, for: 1s}]}", says: "rate: 50/s"},
		{place: "workload", text: "{times: [2s, 1s]}", says: "in order"},
		{place: "workload", text: "{clients: 5, for: 1s}\nfaults: [{burst: 10x}]", says: "rate, every or phases"},
		{place: "workload", text: "{times: [0s]}\nfaults: [{burst: 30/s}]", says: "rate, every or phases"},
	} {
		src := withContradiction(c.place, c.text)
		sc, err := Load([]byte(src), "x.yaml", LoadOptions{})
		var wrong *LoadErrors
		switch {
		case c.warning && err != nil:
			t.Errorf("%s: an error, want a warning: %v", c.text, err)
		case c.warning:
			if all := strings.Join(sc.Warnings, "\n"); !strings.Contains(all, c.says) {
				t.Errorf("%s: warnings %q do not say %q", c.text, all, c.says)
			}
		case !errors.As(err, &wrong):
			t.Errorf("%s: accepted", c.text)
		case !strings.Contains(wrong.Render(), c.says) || wrong.Problems[0].Line == 0:
			t.Errorf("%s: does not say %q at a line:\n%s", c.text, c.says, wrong.Render())
		}
	}
}

// What the contradictions are laid into is itself without fault.
func TestContradictedIsSound(t *testing.T) {
	sc, err := Load([]byte(contradicted), "x.yaml", LoadOptions{})
	if err != nil || len(sc.Warnings) > 0 {
		t.Fatal(err, sc)
	}
	published := withContradiction("second", "detached: true\n#direct")
	published = strings.Replace(published, "#top", "outcomes: {end: Done}\ndelivery: {ack_deadline: 5s}", 1)
	if _, err := Load([]byte(published), "x.yaml", LoadOptions{}); err != nil {
		t.Errorf("a detached handler has leases, also beside direct calls: %v", err)
	}
}

// A key is of use where anybody to whom it applies makes use of it.
func TestKeysOfUseToSomebody(t *testing.T) {
	for _, c := range []struct{ outer, second string }{
		{"exhausted: drop", "max_deliveries: 3"},
		{"exhausted: park", "max_age: 1h"},
		{"counts: [error]", "max_deliveries: 3"},
		{"ack_deadline: none, late_ack: accepted", "ack_deadline: 5s"},
		{"ack_deadline: none, deadline_retry: {initial: 1s}", "ack_deadline: 5s"},
		{"ack_renewal: 20s", "ack_deadline: 5s"},
		{"ack: before, max_deliveries: 3", "ack: after"},
	} {
		src := strings.Replace(contradicted, "#top", "delivery: {"+c.outer+"}", 1)
		src = strings.Replace(src, "#second", "delivery: {"+c.second+"}", 1)
		sc, err := Load([]byte(src), "x.yaml", LoadOptions{})
		if err != nil || len(sc.Warnings) > 0 {
			t.Errorf("%s, and at a handler %s: %v %v", c.outer, c.second, err, sc.Warnings)
		}
	}
}

func withContradiction(place, text string) string {
	src := contradicted
	text, direct := strings.CutSuffix(text, "\n#direct")
	if place == "workload" {
		workload, rest, _ := strings.Cut(text, "\n")
		src = strings.Replace(src, "{every: 20ms, for: 1s}", workload, 1) + rest + "\n"
	} else {
		at := strings.Index(src, "#"+place)
		indent := src[strings.LastIndex(src[:at], "\n")+1 : at]
		src = strings.Replace(src, "#"+place, strings.ReplaceAll(text, "\n", "\n"+indent), 1)
	}
	if direct {
		src += "run: {styles: direct}\n"
	}
	return src
}

// A misspelt event of a burst is told once, as of any fault.
func TestBurstOfAnUnknownEventIsToldOnce(t *testing.T) {
	_, err := Load([]byte(withContradiction("top", "faults: [{burst: 10x, event: Goo}]")), "x.yaml", LoadOptions{})
	var wrong *LoadErrors
	if !errors.As(err, &wrong) || len(wrong.Problems) != 1 || !strings.Contains(wrong.Render(), `did you mean "Go"?`) {
		t.Errorf("%v", err)
	}
}
