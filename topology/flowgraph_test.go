package topology

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// threeServices is a loop of two services behind a first, and a listener.
func threeServices() *System {
	on := func(service string, list ...*Handler) *Service {
		return &Service{Name: service, Replicas: 1, Concurrency: 1, Handlers: list}
	}
	emits := func(events ...string) []Emission {
		var out []Emission
		for _, e := range events {
			out = append(out, Emission{Event: e, Probability: 1})
		}
		return out
	}
	return &System{
		Services: []*Service{
			on("shop", &Handler{Name: "place", Consumes: []string{"Ordered"}, Emits: emits("Placed")}),
			on("stock", &Handler{Name: "reserve", Consumes: []string{"Placed", "Declined"}, Emits: emits("Reserved", "Noted")}),
			on("payment", &Handler{Name: "charge", Consumes: []string{"Reserved"}, Emits: emits("Charged", "Declined"), Effects: []Effect{{State: "charged"}}}),
			on("mail", &Handler{Name: "send", Consumes: []string{"Charged", "Forgotten"}, Detached: true, Emits: emits("Sent")}),
		},
		Outcomes:  []Outcome{{Name: "done", Events: []string{"Sent"}}},
		Workloads: []*Workload{{Event: "Ordered", Rate: 1}},
	}
}

func TestLinksInEachStyle(t *testing.T) {
	sys := threeServices()
	events := Links(sys, Choreography)
	for _, want := range []Link{
		{ClientNode, "shop.place", "Ordered", ByEvent}, {"shop.place", "stock.reserve", "Placed", ByEvent},
		{"payment.charge", "stock.reserve", "Declined", ByEvent}, {"payment.charge", "mail.send", "Charged", ByEvent},
	} {
		if !slices.Contains(events, want) {
			t.Errorf("choreography has no %v in %v", want, events)
		}
	}
	commands := Links(sys, Orchestrated)
	for _, want := range []Link{
		{ClientNode, CoordinatorNode, "Ordered", ByEvent}, {CoordinatorNode, "stock.reserve", "Placed", ByCommand},
		{"shop.place", CoordinatorNode, "Placed", ByReply}, {"payment.charge", "mail.send", "Charged", ByEvent},
	} {
		if !slices.Contains(commands, want) {
			t.Errorf("orchestration has no %v in %v", want, commands)
		}
	}
	if !slices.Contains(Links(sys, DirectCalls), Link{"stock.reserve", "payment.charge", "Reserved", ByCall}) {
		t.Error("nobody calls payment")
	}
}

func TestExamine(t *testing.T) {
	s := Examine(threeServices(), Choreography)
	equal := func(what string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	equal("unheard", s.Unheard, []string{"Noted"})
	equal("unsaid", s.Unsaid, []string{"Forgotten"})
	equal("cycle", s.Cycles[0].Path, []string{"stock.reserve", "payment.charge"})
	equal("cycle by", s.Cycles[0].Events, []string{"Reserved", "Declined"})
	equal("longest", s.Longest, []string{"shop.place", "stock.reserve", "payment.charge", "mail.send"})
	for _, d := range s.Services {
		switch d.Service {
		case "mail":
			equal("mail knows", d.Knows, []string{"payment"})
			equal("mail depends unknowingly on", d.Unknowns, []string{"shop", "stock"})
			equal("without mail", d.Stops, nil)
		case "payment":
			equal("without payment, less", d.Misses, []string{"stock"})
			equal("without payment, nothing", d.Stops, []string{"mail"})
		case "shop":
			equal("without shop", d.Stops, []string{"stock", "payment", "mail"})
		}
	}
	o := Examine(threeServices(), Orchestrated)
	if o.Services[0].Service != CoordinatorNode || len(o.Services[0].Stops) != 4 {
		t.Errorf("the coordinator takes along %v", o.Services[0])
	}
	want := 4*drawService + 5*drawArrow + 8*drawEvent + 1*drawChange + 1*drawCycle
	if d := s.TenMinute; d.Seconds != want || !d.Drawable() {
		t.Errorf("%d seconds, want %d: %+v", d.Seconds, want, d.Parts)
	}
}

// partsOf is a system of handlers "a.run" that each consume one event, emit others
// and call others.
func partsOf(list ...*Handler) *System {
	sys := &System{Workloads: []*Workload{{Event: "Start", Rate: 1}}}
	for i, h := range list {
		h.Name = "run"
		sys.Services = append(sys.Services, &Service{Name: string(rune('a' + i)), Replicas: 1, Concurrency: 1, Handlers: []*Handler{h}})
	}
	return sys
}

func emitting(events ...string) []Emission {
	var out []Emission
	for _, e := range events {
		out = append(out, Emission{Event: e, Probability: 1})
	}
	return out
}

// Who calls depends on whom it calls, and not the other way about; a join stops
// where one of its events is missing; who hears two things misses one.
func TestWhatStops(t *testing.T) {
	sys := partsOf(
		&Handler{Consumes: []string{"Start"}, Emits: emitting("A", "Z"), Calls: []Call{{Handler: "b.run"}}},
		&Handler{},
		&Handler{Consumes: []string{"Start"}, Emits: emitting("C")},
		&Handler{Consumes: []string{"A", "C"}, Join: true, Emits: emitting("D")},
		&Handler{Consumes: []string{"A", "C"}},
		&Handler{Consumes: []string{"D"}},
	)
	s := Examine(sys, Choreography)
	want := []Dependence{
		{Service: "a", Knows: []string{"b"}, Stops: []string{"b", "d", "f"}, Misses: []string{"e"}},
		{Service: "b", Knows: []string{"a"}, Stops: []string{"a", "d", "f"}, Misses: []string{"e"}},
		{Service: "c", Stops: []string{"d", "f"}, Misses: []string{"e"}},
		{Service: "d", Knows: []string{"a", "c"}, Unknowns: []string{"b"}, Stops: []string{"f"}},
		{Service: "e", Knows: []string{"a", "c"}, Unknowns: []string{"b"}},
		{Service: "f", Knows: []string{"d"}, Unknowns: []string{"a", "b", "c"}},
	}
	for i, d := range s.Services {
		if !reflect.DeepEqual(d, want[i]) {
			t.Errorf("%s: %+v, want %+v", d.Service, d, want[i])
		}
	}
	direct := Examine(sys, DirectCalls)
	if got := direct.Services[5].Waits; !slices.Equal(got, []string{"a", "c", "d"}) {
		t.Errorf("of f wait in vain: %v", got)
	}
}

// The longest chain is that of a search of all simple paths, whatever the order
// of the handlers.
func TestLongestChain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 2 + r.IntN(6)
		var list []*Handler
		next := make([][]int, n)
		for i := range n {
			h := &Handler{Consumes: []string{fmt.Sprint("to", i)}}
			for k := range n {
				if r.IntN(n) == 0 {
					h.Emits = append(h.Emits, emitting(fmt.Sprint("to", k))...)
					next[i] = append(next[i], k)
				}
			}
			list = append(list, h)
		}
		var most func(i int, seen []int) int
		most = func(i int, seen []int) int {
			best := 0
			for _, k := range next[i] {
				if !slices.Contains(seen, k) {
					best = max(best, most(k, append(slices.Clone(seen), k)))
				}
			}
			return 1 + best
		}
		want := 0
		for i := range n {
			want = max(want, most(i, []int{i}))
		}
		sys := partsOf(list...)
		got, cut := longestChain(sys, Links(sys, Choreography))
		if len(got) != want || cut {
			t.Fatalf("%v: chain %v, want %d handlers", next, got, want)
		}
		for k := 1; k < len(got); k++ {
			if !slices.Contains(next[got[k-1][0]-'a'], int(got[k][0]-'a')) {
				t.Fatalf("%v: %v is no way", next, got)
			}
		}
	}
}

// A cycle's path is one, whoever else is in the tangle.
func TestCyclePath(t *testing.T) {
	sys := partsOf(
		&Handler{Consumes: []string{"Start", "C"}, Emits: emitting("A")},
		&Handler{Consumes: []string{"A"}, Emits: emitting("B")},
		&Handler{Consumes: []string{"B"}, Emits: emitting("D")},
		&Handler{Consumes: []string{"A", "D"}, Emits: emitting("C")},
	)
	want := []Cycle{{Path: []string{"a.run", "d.run"}, Events: []string{"A", "C"}, Others: []string{"b.run", "c.run"}}}
	if got := cyclesOf(sys); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// What is too large to draw becomes drawable by boxes of at most boxMost services,
// or the advice says how long it still takes.
func TestBoxesMakeItDrawable(t *testing.T) {
	var list []*Handler
	for i := range 26 {
		h := &Handler{Consumes: []string{fmt.Sprint("E", i)}, Emits: emitting(fmt.Sprint("E", i+1)), Effects: make([]Effect, 2)}
		list = append(list, h)
	}
	d := Examine(partsOf(list...), Choreography).TenMinute
	if d.Drawable() || d.BoxedSeconds >= DrawingLimit || len(d.Boxes) == 0 {
		t.Fatalf("%+v", d)
	}
	for _, box := range d.Boxes {
		if len(box) < 2 || len(box) > boxMost {
			t.Errorf("a box of %v", box)
		}
	}
}
