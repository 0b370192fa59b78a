package scenarios

import (
	"math"
	"testing"

	"edasim/sim"
	"edasim/topology"
)

func poolOf(replications ...[]sim.Measure) StyleResult {
	p := newPool(nil)
	for _, measures := range replications {
		p.add(&sim.Replication{Measures: measures})
	}
	return p.result(topology.Choreography)
}

func mean(v float64) []sim.Measure {
	return []sim.Measure{{Name: "m", Kind: sim.Mean, Value: v}}
}

func share(count, of int64) []sim.Measure {
	return []sim.Measure{{Name: "m", Kind: sim.Share, Value: float64(count) / float64(of), Count: count, Of: of, HasCount: true}}
}

func TestPoolMean(t *testing.T) {
	s := poolOf(mean(1), mean(2), mean(3), mean(4))
	m := s.Measure("m")
	h := 3.182446305 * math.Sqrt(5.0/12)
	near(t, "value", m.Value, 2.5, 0)
	near(t, "low", m.Low, 2.5-h, 1e-8)
	near(t, "high", m.High, 2.5+h, 1e-8)
}

func TestPoolOneReplicationHasNoInterval(t *testing.T) {
	s := poolOf(share(1, 10))
	if m := s.Measure("m"); m.HasInterval || m.Value != 0.1 {
		t.Errorf("%+v", m)
	}
}

func TestPoolShare(t *testing.T) {
	// Nothing seen: the replications agree, only Wilson knows how little that is.
	s := poolOf(share(0, 500), share(0, 500))
	m := s.Measure("m")
	if m.Low != 0 || m.Count != 0 || m.Of != 1000 {
		t.Errorf("%+v", m)
	}
	near(t, "high", m.High, 3.841458820694124/(1000+3.841458820694124), 1e-12)

	// Flows of a replication fail together: t(1) = 12.7 is far wider than Wilson,
	// and ends where shares end.
	s = poolOf(share(0, 500), share(500, 500))
	m = s.Measure("m")
	if m.Value != 0.5 || m.Low != 0 || m.High != 1 {
		t.Errorf("%+v", m)
	}

	// The value is the mean of the replications, not of all flows.
	s = poolOf(share(1, 2), share(0, 1000))
	if m = s.Measure("m"); m.Value != 0.25 || m.Count != 1 || m.Of != 1002 {
		t.Errorf("%+v", m)
	}
}

func quantile(q float64, times ...int64) []sim.Measure {
	h := new(sim.Histogram)
	for _, v := range times {
		h.Add(v)
	}
	return []sim.Measure{{Name: "m", Unit: "s", Kind: sim.Quantile, Hist: h, Q: q, Value: float64(h.Quantile(q)) / 1e9}}
}

// 100 ns and smaller are exact in a histogram. Over all ten values the median
// is the fifth, 5 ns; the replications' own are 3 and 8 ns: 5 ± t(1)·2.5.
func TestPoolQuantile(t *testing.T) {
	s := poolOf(quantile(0.5, 1, 2, 3, 4, 5), quantile(0.5, 6, 7, 8, 9, 10))
	m := s.Measure("m")
	near(t, "value", m.Value*1e9, 5, 1e-9)
	near(t, "low", m.Low*1e9, 5-12.706204736*2.5, 1e-6)
	near(t, "high", m.High*1e9, 5+12.706204736*2.5, 1e-6)
}

func TestPoolLargestHasNoInterval(t *testing.T) {
	largest := func(v float64) []sim.Measure { return []sim.Measure{{Name: "m", Kind: sim.Largest, Value: v}} }
	s := poolOf(largest(3), largest(9), largest(4))
	if m := s.Measure("m"); m.Value != 9 || m.HasInterval {
		t.Errorf("%+v", m)
	}
}

func TestPoolMissingMeasure(t *testing.T) {
	s := poolOf(mean(1), nil, mean(3), mean(math.NaN()))
	m := s.Measure("m")
	if m.Value != 2 || len(m.Each) != 2 || m.In[1] != 2 {
		t.Errorf("%+v", m)
	}
	if s.Measure("other") != nil {
		t.Error("a measure nobody has")
	}
}

func TestPoolSums(t *testing.T) {
	p := newPool(nil)
	h := new(sim.Histogram)
	h.Add(5)
	series := func(good ...float64) sim.Series {
		return sim.Series{Bin: 10, Good: good, Services: []sim.ServiceSeries{{Service: "a", Queue: good}}}
	}
	p.add(&sim.Replication{
		Faults: []sim.FaultTally{{Name: "drop", Eligible: 10, Fired: 1}}, Depth: []int64{1, 2},
		Series: series(2, 4), Latency: h, Messages: 3,
	})
	p.add(&sim.Replication{
		Faults: []sim.FaultTally{{Name: "drop", Eligible: 20, Fired: 2}}, Depth: []int64{0, 0, 7},
		Series: series(4, 0, 6), Latency: h, Messages: 4, Witness: map[string]int64{"stuck": 8},
	})
	p.add(&sim.Replication{Series: series(), Witness: map[string]int64{"stuck": 1}})
	s := p.result(topology.Choreography)
	if f := s.Faults; len(f) != 1 || f[0].Eligible != 30 || f[0].Fired != 3 {
		t.Errorf("faults %v", f)
	}
	if d := s.Depth; len(d) != 3 || d[0] != 1 || d[1] != 2 || d[2] != 7 {
		t.Errorf("depth %v", d)
	}
	if g := s.Series.Good; len(g) != 3 || g[0] != 2 || g[1] != 4.0/3 || g[2] != 2 || s.Series.Services[0].Queue[2] != 2 {
		t.Errorf("series %+v", s.Series)
	}
	if s.Latency.N() != 2 || s.Witness["stuck"] != "2/8" || p.messages != 7 {
		t.Errorf("latency %d, witness %v, messages %d", s.Latency.N(), s.Witness, p.messages)
	}
}

// Replications 1 to 3 rise together: each is 2 more, without any scatter.
func TestSubtractPairs(t *testing.T) {
	a := poolOf(mean(3), mean(30), mean(300))
	b := poolOf(mean(1), mean(28), mean(298))
	d, ok := Subtract(a.Measure("m"), b.Measure("m"))
	if !ok || d.Value != 2 || d.Low != 2 || d.High != 2 || !d.HasInterval {
		t.Errorf("%+v", d)
	}
	// Only replications that both have are paired.
	a = poolOf(nil, mean(5), mean(7))
	b = poolOf(mean(100), mean(4), mean(5))
	d, _ = Subtract(a.Measure("m"), b.Measure("m")) // 1 and 2: 1.5 ± t(1)·0.5
	near(t, "value", d.Value, 1.5, 0)
	near(t, "low", d.Low, 1.5-12.706204736*0.5, 1e-8)
	b = poolOf(mean(1))
	a = poolOf(nil, mean(1))
	if _, ok := Subtract(a.Measure("m"), b.Measure("m")); ok {
		t.Error("paired what is in different replications")
	}
}

// The medians over all are 5 and 2 ns (their fifth and second of ten and five);
// within the replications they differ by 2 and 4: 3 ± t(1)·1.
func TestSubtractQuantiles(t *testing.T) {
	a := poolOf(quantile(0.5, 1, 2, 3, 4, 5), quantile(0.5, 6, 7, 8, 9, 10))
	b := poolOf(quantile(0.5, 1), quantile(0.5, 4, 4, 2))
	d, _ := Subtract(a.Measure("m"), b.Measure("m"))
	near(t, "value", d.Value*1e9, 3, 1e-9)
	near(t, "high", d.High*1e9, 3+12.706204736*1, 1e-6)
}

// 2 of 5 and 3 of 3 values are above 3 ns.
func TestThreshold(t *testing.T) {
	over, ok, err := parseThreshold("m.over.3ns")
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	p := newPool([]threshold{over})
	for _, times := range [][]int64{{1, 2, 3, 4, 5}, {6, 7, 8}} {
		measures := quantile(0.5, times...)
		measures[0].Name = "m.p50"
		p.add(&sim.Replication{Measures: measures})
	}
	s := p.result(topology.Choreography)
	m := s.Measure("m.over.3ns")
	if m == nil || m.Value != 0.7 || m.Count != 5 || m.Of != 8 || m.Kind != sim.Share {
		t.Errorf("%+v", m)
	}
	if _, ok, err := parseThreshold("latency.over.soon"); !ok || err == nil {
		t.Error("a time that is none")
	}
	if _, ok, _ := parseThreshold("latency.p50"); ok {
		t.Error("a percentile is no threshold")
	}
}
