package sim

import (
	"context"
	"testing"

	"edasim/faults"
	"edasim/topology"
)

// An outage of the coordinator is nothing to a style that has none.
func TestOutageOfNoCoordinator(t *testing.T) {
	c := mm1(8, 100*topology.Millisecond, 100*topology.Second)
	c.Faults = []faults.Injection{{
		Name: "outage", Fault: faults.Outage{Replicas: faults.AllReplicas}, Probability: 1,
		Service: faults.Coordinator, At: 10 * topology.Second, For: topology.Const(topology.Second),
	}}
	m, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Run(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if fired := r.Faults[0].Fired; fired != 0 {
		t.Errorf("it acted %d times", fired)
	}
}
