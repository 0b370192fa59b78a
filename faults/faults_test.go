package faults

import (
	"math"
	"testing"
)

// span is a Duration that is always the same.
type span int64

func (s span) At(uint64) int64 { return int64(s) }

// top is a Duration that shows which draw it was given.
type top struct{}

func (top) At(bits uint64) int64 { return int64(bits >> 1) }

func copiesAt(after ...int64) Copies {
	var c Copies
	for _, a := range after {
		c.Add(a)
	}
	return c
}

func TestDecide(t *testing.T) {
	const d = Draws(42)
	for _, test := range []struct {
		name  string
		fault Fault
		kind  string
		point Point
		want  Effect
	}{
		{"drop", Drop{}, "drop", AtPublish, Effect{Drop: true}},
		{"confirm_loss", ConfirmLoss{}, "confirm_loss", AtPublish, Effect{ConfirmLost: true}},
		{"duplicate", Duplicate{Copies: 1}, "duplicate", AtPublish, Effect{Copies: copiesAt(0)}},
		{"three copies", Duplicate{Copies: 3, Spread: span(7)}, "duplicate", AtPublish, Effect{Copies: copiesAt(7, 7, 7)}},
		{"spread copies", Duplicate{Copies: 2, Spread: top{}}, "duplicate", AtPublish,
			Effect{Copies: copiesAt(int64(d.Bits(0)>>1), int64(d.Bits(1)>>1))}},
		{"schema", Schema{Version: 2}, "schema", AtPublish, Effect{Version: 2}},
		{"delay", Delay{By: top{}}, "delay", InTransit, Effect{Delay: int64(d.Bits(0) >> 1)}},
		{"network_partition", NetworkPartition{}, "network_partition", InTransit, Effect{Cut: true}},
		{"losing partition", NetworkPartition{Lose: true}, "network_partition", InTransit, Effect{Cut: true, Lose: true}},
		{"undecodable", Undecodable{}, "undecodable", AtDelivery, Effect{Undecodable: true}},
		{"upgrade", Upgrade{Versions: VersionSet(1, 2)}, "upgrade", AtDelivery, Effect{Accepts: VersionSet(1, 2)}},
		{"ignore", Ignore{}, "ignore", AtHandling, Effect{Ignore: true}},
		{"error", Error{}, "error", AtHandling, Effect{Error: true}},
		{"slow", Slow{Factor: NewFactor(10)}, "slow", AtHandling, Effect{Slow: NewFactor(10)}},
		{"crash", Crash{At: CrashBetween}, "crash", AtCommit, Effect{Crash: CrashBetween}},
		{"crash and restart", Crash{At: CrashBeforeAck, Restart: span(5)}, "crash", AtCommit, Effect{Crash: CrashBeforeAck, Restart: 5}},
		{"ack_loss", AckLoss{}, "ack_loss", AtAck, Effect{AckLost: true}},
		{"pause", Pause{}, "pause", OnService, Effect{Pause: true}},
		{"outage", Outage{Replicas: 2, LosePart: 50_000}, "outage", OnService, Effect{Down: 2, LosePart: 50_000}},
		{"burst", Burst{Factor: NewFactor(10)}, "burst", OnArrivals, Effect{Burst: NewFactor(10)}},
		{"burst rate", Burst{Rate: 30_000}, "burst", OnArrivals, Effect{Rate: 30_000}},
		{"forge", Forge{PerSecond: 0.1}, "forge", OnArrivals, Effect{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.fault.Kind(); got != test.kind {
				t.Errorf("kind %q, want %q", got, test.kind)
			}
			if got := test.fault.Point(); got != test.point {
				t.Errorf("point %d, want %d", got, test.point)
			}
			hop := Hop{Now: 1000, Since: 0, Takes: 50, Attempt: 1}
			if got := test.fault.Decide(hop, d); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if got := test.fault.Decide(hop, d); got != test.want {
				t.Errorf("the second time %+v, want %+v", got, test.want)
			}
		})
	}
}

// A rollout reaches the share (Now-Since)/Rollout of hops. The tolerance is
// five standard deviations of a share of n hops, √(p(1-p)/n).
func TestRolloutGrowsLinearly(t *testing.T) {
	const since, over, n = 1_000, 4_000, 20_000
	for _, test := range []struct {
		now   int64
		share float64
	}{{1_000, 0}, {2_000, 0.25}, {3_000, 0.5}, {4_000, 0.75}, {5_000, 1}, {9_000, 1}} {
		var sent, read int
		for i := range n {
			hop, d := Hop{Now: test.now, Since: since}, Draws(i)
			if (Schema{Version: 2, Rollout: over}).Decide(hop, d) != (Effect{}) {
				sent++
			}
			if (Upgrade{Versions: VersionSet(2), Rollout: over}).Decide(hop, d) != (Effect{}) {
				read++
			}
		}
		tolerance := 5 * math.Sqrt(test.share*(1-test.share)/n)
		for what, count := range map[string]int{"sent": sent, "read": read} {
			if share := float64(count) / n; math.Abs(share-test.share) > tolerance {
				t.Errorf("at %d the new version is %s by %.4f, want %.4f ± %.4f", test.now, what, share, test.share, tolerance)
			}
		}
	}
}

// What is rolled out stays so: the same hop, later, is never rolled back.
func TestRolloutIsMonotone(t *testing.T) {
	f := Schema{Version: 3, Rollout: 1_000}
	for i := range 200 {
		before := false
		for now := int64(0); now <= 1_000; now += 50 {
			struck := f.Decide(Hop{Now: now}, Draws(i)) != (Effect{})
			if before && !struck {
				t.Fatalf("draw %d: rolled back at %d", i, now)
			}
			before = struck
		}
		if !before {
			t.Fatalf("draw %d: not rolled out at the end", i)
		}
	}
}

// Times to a crash at rate r are exponential: mean 1/r, and a share e^-1 lives
// longer than that. Tolerances are five standard errors: σ of the mean is
// mean/√n, σ of the share √(p(1-p)/n).
func TestCrashRateIsExponential(t *testing.T) {
	const n, rate = 50_000, 0.2
	f := CrashRate{PerSecond: rate, Restart: span(9)}
	if f.Kind() != "crash" || f.Point() != AtHandling {
		t.Errorf("kind %q, point %d", f.Kind(), f.Point())
	}
	const mean = 1e9 / rate
	sum, longer := 0.0, 0
	for i := range n {
		e := f.Decide(Hop{}, Draws(i))
		if e.CrashAfter < 1 || e.Restart != 9 || e.Crash != 0 {
			t.Fatalf("draw %d: %+v", i, e)
		}
		sum += float64(e.CrashAfter)
		if float64(e.CrashAfter) > mean {
			longer++
		}
	}
	if got, se := sum/n, mean/math.Sqrt(n); math.Abs(got-mean) > 5*se {
		t.Errorf("mean %g, want %g ± %g", got, float64(mean), 5*se)
	}
	p := math.Exp(-1)
	if got, se := float64(longer)/n, math.Sqrt(p*(1-p)/n); math.Abs(got-p) > 5*se {
		t.Errorf("share above the mean %g, want %g ± %g", got, p, 5*se)
	}
}

// A rate so small that its time does not fit is far away, not in the past.
func TestCrashRateDoesNotOverflow(t *testing.T) {
	for i := range 100 {
		e := CrashRate{PerSecond: 1e-300}.Decide(Hop{}, Draws(i))
		if e.CrashAfter < math.MaxInt64/8 || e.CrashAfter > math.MaxInt64/2 {
			t.Fatalf("draw %d: %d", i, e.CrashAfter)
		}
	}
}

func TestDraws(t *testing.T) {
	d := Draws(7)
	if d.Bits(0) == d.Bits(1) || d.Bits(0) == Draws(8).Bits(0) {
		t.Error("different draws are equal")
	}
	for n := range uint64(10_000) {
		if u := d.Uniform(n); u < 0 || u >= 1 {
			t.Fatalf("draw %d is %g", n, u)
		}
	}
}
