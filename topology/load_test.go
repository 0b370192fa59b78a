package topology

import (
	"math"
	"reflect"
	"testing"
)

func emits(events ...string) []Emission {
	var list []Emission
	for _, e := range events {
		list = append(list, Emission{Event: e, Probability: 1})
	}
	return list
}

// store is a shop: payment declines a tenth, mail sends itself reminders in
// half of the cases, billing joins, and payment asks fraud.
func store() *System {
	return &System{
		Services: []*Service{
			{Name: "payment", Replicas: 2, Concurrency: 3, Handlers: []*Handler{{
				Name: "charge", Consumes: []string{"Placed"}, Takes: Const(100 * Millisecond), Emits: emits("Charged"),
				Refuses:    &Refusal{Probability: 0.1, Emits: emits("Declined")},
				Calls:      []Call{{Handler: "fraud.check", Wait: Wait{Timeout: 30 * Millisecond}}},
				Publishing: Publishing{Gap: 5 * Millisecond},
			}}},
			{Name: "mail", Replicas: 1, Concurrency: Unlimited, Handlers: []*Handler{{
				Name: "remind", Consumes: []string{"Charged", "Declined", "Reminded"}, Takes: Exp(10 * Millisecond),
				Emits: []Emission{{Event: "Reminded", Probability: 0.5}},
			}}},
			{Name: "billing", Replicas: 1, Concurrency: 1, Handlers: []*Handler{{
				Name: "bill", Consumes: []string{"Placed", "Charged"}, Join: true, Takes: Const(20 * Millisecond),
				Emits: []Emission{{OneOf: []Choice{{Event: "Small", Share: 0.75}, {Event: "Large", Share: 0.25}}}},
			}, {Name: "audit", Consumes: []string{"Large"}, Takes: Const(Second), ReadsStore: true, ReadTakes: Const(Second)}}},
			{Name: "fraud", Replicas: 1, Concurrency: 1, Handlers: []*Handler{{Name: "check", Takes: Const(50 * Millisecond)}}},
		},
		Workloads: []*Workload{{Event: "Placed", Phases: []Phase{{Rate: 10, For: Const(3 * Second)}, {Rate: 50, For: Const(Second)}}, Batch: 2}},
	}
}

func TestOfferedLoad(t *testing.T) {
	// 20 batches of 2 flows a second in the mean.
	want := []Load{
		{Service: "payment", Rate: 40, Work: 40 * (0.1 + 0.005 + 0.03), Workers: 6},
		{Service: "mail", Rate: 80, Work: 0.8, Workers: math.Inf(1)},
		{Service: "billing", Rate: 36 + 9, Work: 36*0.02 + 9*2, Workers: 1},
		{Service: "fraud", Rate: 40, Work: 2, Workers: 1},
	}
	for i, got := range OfferedLoad(store()) {
		w := want[i]
		// The cycle of mail converges to a part in 10^9.
		if got.Service != w.Service || got.Workers != w.Workers || math.Abs(got.Rate-w.Rate) > 1e-7*w.Rate || math.Abs(got.Work-w.Work) > 1e-7*w.Work {
			t.Errorf("got %+v, want %+v", got, w)
		}
		if got.Overloaded() != (i >= 2) {
			t.Errorf("%s: overloaded: %v", got.Service, got.Overloaded())
		}
	}
}

func TestOfferedLoadOfAnEndlessCycle(t *testing.T) {
	sys := store()
	sys.Services[1].Handlers[0].Emits[0].Probability = 1
	if got := OfferedLoad(sys)[1].Rate; got < 1000 || math.IsInf(got, 0) || math.IsNaN(got) {
		t.Errorf("a cycle that never ends gives %g runs a second, want many", got)
	}
}

func TestMeanRate(t *testing.T) {
	for _, test := range []struct {
		load Workload
		want float64
		ok   bool
	}{
		{Workload{Rate: 50}, 50, true},
		{Workload{Every: 20 * Millisecond, Batch: 5}, 250, true},
		{Workload{Times: []Time{0, Second, 2 * Second}}, 1, true},
		{Workload{Trace: &Trace{At: []Time{Second, 3 * Second}}}, 0.5, true},
		{Workload{Times: []Time{0}}, 0, false},
		{Workload{Clients: 10}, 0, false},
	} {
		if got, ok := test.load.MeanRate(); got != test.want || ok != test.ok {
			t.Errorf("%+v: got %g %v, want %g %v", test.load, got, ok, test.want, test.ok)
		}
	}
}

func TestEventUses(t *testing.T) {
	uses := EventUses(store())
	want := []EventUse{
		{"Placed", true, nil, []string{"payment.charge", "billing.bill"}},
		{"Charged", false, []string{"payment.charge"}, []string{"mail.remind", "billing.bill"}},
		{"Declined", false, []string{"payment.charge"}, []string{"mail.remind"}},
		{"Reminded", false, []string{"mail.remind"}, []string{"mail.remind"}},
		{"Small", false, []string{"billing.bill"}, nil},
		{"Large", false, []string{"billing.bill"}, []string{"billing.audit"}},
	}
	if len(uses) != len(want) {
		t.Fatalf("%d events, want %d", len(uses), len(want))
	}
	for i, u := range uses {
		if !reflect.DeepEqual(*u, want[i]) {
			t.Errorf("got %+v, want %+v", *u, want[i])
		}
	}
}

func TestReach(t *testing.T) {
	for event, want := range map[string][]string{
		"Placed":   {"payment.charge", "billing.bill", "mail.remind", "fraud.check", "billing.audit"},
		"Reminded": {"mail.remind"},
		"Small":    nil,
	} {
		if got := Reach(store(), event); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", event, got, want)
		}
	}
}

func TestCycles(t *testing.T) {
	sys := store()
	if got, want := Cycles(sys), [][]string{{"mail.remind"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	sys.Services[2].Handlers[1].Emits = emits("Placed") // audit starts it again
	if got, want := Cycles(sys), [][]string{{"payment.charge", "billing.bill", "billing.audit"}, {"mail.remind"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
