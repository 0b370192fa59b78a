package report

import (
	"math"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

var fakeRun = scenarios.Run{Seed: 1, Replications: 10, Drain: topology.Hour, MaxHops: 100,
	Styles: []topology.Style{topology.Choreography, topology.Orchestrated}}

// fakeResult is a result made by hand that looks like one of checkout: two
// styles, the base and one variant. Every call makes the same one.
func fakeResult() *scenarios.Result {
	choreography, orchestration := fakeBase()
	safeC, safeO := fakeIdempotent()
	r := &scenarios.Result{
		Scenario: fakeScenario(), Seed: 1, Replications: 10, Verdict: scenarios.Fail,
		Variants: []scenarios.VariantResult{
			{Name: scenarios.Base, Styles: []scenarios.StyleResult{choreography, orchestration}},
			{Name: "idempotent", Styles: []scenarios.StyleResult{safeC, safeO}},
		},
		Expect: fakeExpect(),
		Warnings: []string{
			`fault "crash" never acted: nothing it applies to came by`,
			"inconclusive: choreography.latency.p99 < 9s: the limit is inside the interval; --replications 40 would probably decide it (now 10)",
		},
		Messages: 4_100_000,
	}
	style := []topology.Style{topology.Choreography, topology.Orchestrated}
	for v := range r.Variants {
		r.Differences = append(r.Differences, scenarios.Difference{
			Name: "orchestration-choreography", Variant: r.Variants[v].Name,
			Measures: fakeDifference(&r.Variants[v].Styles[1], &r.Variants[v].Styles[0]),
		})
	}
	for s := range style {
		r.Differences = append(r.Differences, scenarios.Difference{
			Name: "idempotent-base", Style: &style[s],
			Measures: fakeDifference(&r.Variants[1].Styles[s], &r.Variants[0].Styles[s]),
		})
	}
	return r
}

func fakeScenario() *scenarios.Scenario {
	system := &topology.System{
		Outcomes: []topology.Outcome{
			{Name: "completed", Events: []string{"OrderCompleted"}}, {Name: "cancelled", Events: []string{"OrderCancelled"}},
		},
		Invariants: []topology.Invariant{
			{Name: "charged at most once", Kind: topology.Always},
			{Name: "paid is shipped or paid back", Kind: topology.Finally},
			{Name: "no money for a cancelled order", Kind: topology.Finally},
			{Name: "stock never oversold", Kind: topology.Always},
		},
		Workloads: []*topology.Workload{{Event: "OrderPlaced", Rate: 50, Batch: 1, For: 10 * topology.Minute}},
	}
	for _, name := range []string{"orders", "inventory", "payment", "shipping", "email"} {
		system.Services = append(system.Services, &topology.Service{Name: name, Replicas: 1, Concurrency: 4})
	}
	system.Orchestration.Wait.Timeout = 30 * topology.Second
	return &scenarios.Scenario{
		File: "checkout.yaml", Name: "checkout",
		About:  "Reserve stock, charge the card, ship; undo what was done when a step is refused.",
		Digest: "sha256:4f8a1c0de2b90a7753b1c2d4e5f60718293a4b5c6d7e8f90112233445566778f",
		System: system,
		Faults: []faults.Injection{
			{Name: "drop", Fault: faults.Drop{}, Probability: 0.002}, {Name: "duplicate", Fault: faults.Duplicate{Copies: 1}, Probability: 0.01},
		},
		Variants: []scenarios.Variant{{Name: "idempotent", Sets: []scenarios.Set{
			{Path: "orders.idempotent", Value: "key"}, {Path: "inventory.idempotent", Value: "key"},
			{Path: "payment.idempotent", Value: "key"}, {Path: "shipping.idempotent", Value: "key"},
		}}},
		Run: fakeRun, Declared: fakeRun,
		Presets: []scenarios.PresetUse{
			{Where: "payment.delivery", Preset: "sqs-standard", Key: "ack_deadline", Value: "30s"},
			{Where: "payment.delivery", Preset: "sqs-standard", Key: "ordering", Value: "none"},
			{Where: "orchestration", Preset: "temporal", Key: "retry", Value: "{attempts: unlimited, initial: 1s}"},
		},
	}
}

func fakeExpect() []scenarios.Expectation {
	return []scenarios.Expectation{
		{Text: "choreography.inconsistent < 1%", Line: 121, Variant: "base", Style: "choreography", Verdict: scenarios.Fail,
			Value: 0.031, Low: 0.030, High: 0.032, HasInterval: true, Unit: "share", Limit: 0.01, Why: "three times the limit"},
		{Text: "choreography.latency.p99 < 9s", Line: 122, Variant: "base", Style: "choreography", Verdict: scenarios.Inconclusive,
			Value: 9.05, Low: 8.9, High: 9.2, HasInterval: true, Unit: "s", Limit: 9, Need: 40, Why: "the limit is inside the interval"},
		{Text: "choreography.inconsistent > orchestration.inconsistent", Line: 123, Variant: "base", Verdict: scenarios.Pass,
			Value: 0.018, Low: 0.017, High: 0.019, HasInterval: true, Unit: "share", Difference: true},
		{Text: "idempotent.orchestration.invariant.charged_at_most_once == 0", Line: 124, Variant: "idempotent", Style: "orchestration",
			Verdict: scenarios.Pass, Value: 0, Low: 0, High: 0.0000128, HasInterval: true, Unit: "share"},
	}
}

const fakeFlows = 300_000

// fakeCell collects the measures of one cell.
type fakeCell struct{ scenarios.StyleResult }

// share adds a share of the flows with an interval of ± half.
func (c *fakeCell) share(name string, value, half float64) {
	low, high := max(0, value-half), value+half
	if value == 0 {
		high = 0.0000128 // Wilson's bound for 0 of 300,000
	}
	c.Measures = append(c.Measures, scenarios.Measured{
		Name: name, Unit: "share", Kind: sim.Share, Value: value, Low: low, High: high, HasInterval: true,
		Count: int64(math.Round(value * fakeFlows)), HasCount: true, Of: fakeFlows, Each: fakeEach(value, half),
	})
}

func (c *fakeCell) mean(name, unit string, value, half float64) {
	c.Measures = append(c.Measures, scenarios.Measured{
		Name: name, Unit: unit, Kind: sim.Mean, Value: value, Low: value - half, High: value + half, HasInterval: true,
		Each: fakeEach(value, half),
	})
}

func (c *fakeCell) anomaly(name string, perFlow, half float64) {
	c.mean("anomaly."+name, "per flow", perFlow, half)
	m := &c.Measures[len(c.Measures)-1]
	m.Count, m.HasCount = int64(math.Round(perFlow*fakeFlows)), true
}

func (c *fakeCell) largest(name, unit string, value float64) {
	c.Measures = append(c.Measures, scenarios.Measured{Name: name, Unit: unit, Kind: sim.Largest, Value: value, Each: fakeEach(value, 0)})
}

// latencies sets the histogram to 20,000 quantiles of a mixture: most flows are
// quick, a tail share waits for a delay of about 2 s, and a last one for wait.
func (c *fakeCell) latencies(median, tail, last, wait float64) {
	h := new(sim.Histogram)
	const n = 20_000
	for i := range n {
		u := (float64(i) + 0.5) / n
		t := median * math.Exp(0.35*math.Log(u/(1-u)))
		if i%1000 < int(tail*1000) {
			t += -2 * math.Log(1-u)
		}
		if i%10000 < int(last*10000) {
			t += wait
		}
		h.Add(int64(t * 1e9))
	}
	c.Latency = h
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}} {
		value := float64(h.Quantile(q.at)) / 1e9
		c.mean("latency."+q.name, "s", value, value*0.01)
		c.Measures[len(c.Measures)-1].Kind = sim.Quantile
	}
	c.mean("latency.mean", "s", h.Mean()/1e9, h.Mean()/1e11)
	c.largest("latency.max", "s", float64(h.Max())/1e9)
}

func fakeEach(value, half float64) []float64 {
	each := make([]float64, 10)
	for i := range each {
		each[i] = value + half*1.4*float64(2*i-9)/9
	}
	return each
}

// ready sorts the measures by name, as results have them.
func (c *fakeCell) ready() scenarios.StyleResult {
	slices.SortFunc(c.Measures, func(a, b scenarios.Measured) int { return strings.Compare(a.Name, b.Name) })
	return c.StyleResult
}

func fakeBase() (choreography, orchestration scenarios.StyleResult) {
	c := fakeCell{scenarios.StyleResult{Style: topology.Choreography, Depth: []int64{0, 1_500, 14_300, 42_800, 2_100, 239_300},
		Witness: map[string]string{"inconsistent": "1/17", "charged_at_most_once": "3/1731", "stuck": "1/402", "stock_never_oversold": "7/20881"}}}
	fakeCommon(&c, 0.804, 0.188, 0.008, 0.031, 0.029)
	c.mean("messages.published", "per flow", 4.71, 0.01)
	c.mean("chain_depth.mean", "", 4.52, 0.01)
	c.largest("chain_depth.max", "", 5)
	c.anomaly("duplicate_effect", 0.041, 0.001)
	c.anomaly("out_of_order", 0.0062, 0.0003)
	c.anomaly("lost", 0.0094, 0.0004)
	c.latencies(0.21, 0.06, 0.0025, 18)
	c.Series = fakeSeries(1)

	o := fakeCell{scenarios.StyleResult{Style: topology.Orchestrated, Depth: []int64{0, 300_000},
		Witness: map[string]string{"inconsistent": "1/88", "charged_at_most_once": "1/88"}}}
	fakeCommon(&o, 0.809, 0.190, 0, 0.013, 0.011)
	o.share("outcome.failed", 0.001, 0.0001)
	o.mean("messages.published", "per flow", 8.93, 0.01)
	o.mean("chain_depth.mean", "", 1, 0)
	o.largest("chain_depth.max", "", 1)
	o.anomaly("duplicate_effect", 0.013, 0.001)
	o.anomaly("out_of_order", 0, 0)
	o.anomaly("lost", 0.0181, 0.0005)
	o.latencies(0.26, 0.06, 0.012, 30)
	o.Series = fakeSeries(0.97)
	return c.ready(), o.ready()
}

func fakeIdempotent() (choreography, orchestration scenarios.StyleResult) {
	c := fakeCell{scenarios.StyleResult{Style: topology.Choreography, Depth: []int64{0, 1_500, 14_300, 42_800, 2_100, 239_300},
		Witness: map[string]string{"inconsistent": "1/953", "stuck": "1/402"}}}
	fakeCommon(&c, 0.804, 0.188, 0.008, 0.0022, 0)
	c.mean("messages.published", "per flow", 4.65, 0.01)
	c.latencies(0.21, 0.06, 0.0025, 18)
	o := fakeCell{scenarios.StyleResult{Style: topology.Orchestrated, Depth: []int64{0, 300_000}}}
	fakeCommon(&o, 0.809, 0.190, 0, 0, 0)
	o.mean("messages.published", "per flow", 8.91, 0.01)
	o.latencies(0.26, 0.06, 0.012, 30)
	return c.ready(), o.ready()
}

func fakeCommon(c *fakeCell, completed, cancelled, stuck, inconsistent, twice float64) {
	c.mean("flows", "flows", fakeFlows/10, 0)
	c.share("settled", 1, 0)
	c.share("unsettled", 0, 0)
	c.share("outcome.completed", completed, 0.001)
	c.share("outcome.cancelled", cancelled, 0.001)
	c.share("stuck", stuck, 0.0002)
	c.share("inconsistent", inconsistent, 0.001)
	c.share("invariant.charged_at_most_once", twice, 0.001)
	c.share("invariant.paid_is_shipped_or_paid_back", inconsistent/10, 0.0002)
	c.share("invariant.no_money_for_a_cancelled_order", inconsistent/15, 0.0002)
	c.share("invariant.stock_never_oversold", 0.00004, 0.00002)
	c.mean("goodput", "per s", 49.2, 0.3)
	c.mean("throughput", "per s", 49.8, 0.3)
	c.Faults = []sim.FaultTally{
		{Name: "drop", Eligible: 4_080_000, Fired: 8_160}, {Name: "duplicate", Eligible: 4_079_000, Fired: 40_790},
		{Name: "outage", Eligible: 10, Fired: 10}, {Name: "crash"},
	}
}

// fakeSeries has a rate of 50 flows a second for 10 minutes and an outage of
// payment in the fifth.
func fakeSeries(scale float64) *sim.Series {
	s := &sim.Series{Bin: 5 * topology.Second, Windows: []sim.Window{
		{Fault: "outage", Service: "payment", From: 4 * topology.Minute, Until: 4*topology.Minute + 30*topology.Second},
	}}
	names := []string{"orders", "inventory", "payment", "shipping", "email"}
	for _, name := range names {
		s.Services = append(s.Services, sim.ServiceSeries{Service: name})
	}
	waiting := 0.0
	for i := range 124 {
		at := float64(i * 5)
		arrivals := 250.0
		if at >= 600 {
			arrivals = 0
		}
		good := arrivals * 0.97 * scale
		switch {
		case at >= 240 && at < 270:
			good *= 0.09
			waiting += 225
		case waiting > 0:
			served := min(waiting, 460)
			good += served * 0.9
			waiting -= served
		}
		good += 3 * math.Sin(float64(i)*1.7)
		s.Arrivals = append(s.Arrivals, arrivals)
		s.Good = append(s.Good, max(0, good))
		s.Outcomes = append(s.Outcomes, max(0, good*1.03))
		s.Retries = append(s.Retries, 2.5+waiting/20)
		s.Begun = append(s.Begun, 4*arrivals)
		s.Lag = append(s.Lag, 4*arrivals*(0.02+0.003*math.Sin(float64(i))+waiting*scale/250))
		for j := range names {
			queue := 0.4 + 0.2*math.Sin(float64(i+j))
			if names[j] == "payment" {
				queue += waiting * scale
			}
			s.Services[j].Queue = append(s.Services[j].Queue, queue)
			s.Services[j].Busy = append(s.Services[j].Busy, 1)
		}
	}
	return s
}

// fakeDifference is a minus b, with half the width of the wider interval.
func fakeDifference(a, b *scenarios.StyleResult) []scenarios.Measured {
	var out []scenarios.Measured
	for i := range a.Measures {
		x := &a.Measures[i]
		y := b.Measure(x.Name)
		if y == nil {
			continue
		}
		d := scenarios.Measured{Name: x.Name, Unit: x.Unit, Kind: x.Kind, Value: x.Value - y.Value}
		if x.HasInterval {
			half := max(x.High-x.Low, y.High-y.Low) / 4
			if x.Value == y.Value && x.Value == 0 {
				half = 0
			}
			d.Low, d.High, d.HasInterval = d.Value-half, d.Value+half, true
		}
		out = append(out, d)
	}
	return out
}
