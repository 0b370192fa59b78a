package topology

import (
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
	equal("cycle", s.Cycles[0], []string{"stock.reserve", "payment.charge"})
	equal("longest", s.Longest, []string{"shop.place", "stock.reserve", "payment.charge", "mail.send"})
	for _, d := range s.Services {
		switch d.Service {
		case "mail":
			equal("mail knows", d.Knows, []string{"payment"})
			equal("mail depends unknowingly on", d.Unknowns, []string{"stock", "shop"})
			equal("without mail", d.Blast, nil)
		case "shop":
			equal("without shop", d.Blast, []string{"stock", "payment", "mail"})
		}
	}
	o := Examine(threeServices(), Orchestrated)
	if o.Services[0].Service != CoordinatorNode || len(o.Services[0].Blast) != 4 {
		t.Errorf("the coordinator takes along %v", o.Services[0])
	}
	want := 4*drawService + 5*drawArrow + 5*drawEvent + 1*drawChange + 1*drawCycle
	if d := s.TenMinute; d.Seconds != want || !d.Drawable() {
		t.Errorf("%d seconds, want %d: %+v", d.Seconds, want, d.Parts)
	}
}
