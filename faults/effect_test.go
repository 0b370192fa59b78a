package faults

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// genFactor draws what scenarios can bring about: a product of a few decimal
// factors, or none.
func genFactor(t *rapid.T) Factor {
	var f Factor
	for range rapid.IntRange(0, 3).Draw(t, "factors") {
		f = f.and(NewFactor(float64(rapid.IntRange(1, 1_000_000).Draw(t, "thousandths")) / 1000))
	}
	return f
}

func genCopies(t *rapid.T) Copies {
	var c Copies
	for range rapid.IntRange(0, MaxCopies).Draw(t, "copies") {
		c.Add(rapid.Int64Range(0, math.MaxInt64).Draw(t, "after"))
	}
	return c
}

func genEffect(t *rapid.T, name string) Effect {
	yes := func() bool { return rapid.Bool().Draw(t, name) }
	time := func() int64 { return rapid.Int64Range(0, math.MaxInt64).Draw(t, name) }
	part := func() int32 { return rapid.Int32Range(0, math.MaxInt32).Draw(t, name) }
	return Effect{
		Drop: yes(), ConfirmLost: yes(), Copies: genCopies(t), Version: rapid.Int32Range(0, 63).Draw(t, name),
		Delay: time(), Cut: yes(), Lose: yes(),
		Undecodable: yes(), Accepts: Versions(rapid.Uint64().Draw(t, name)),
		Ignore: yes(), Error: yes(), Slow: genFactor(t), CrashAfter: time(),
		Crash:   CrashPoints(rapid.Uint8Range(0, 7).Draw(t, name)),
		Restart: time(), AckLost: yes(),
		Down: part(), Pause: yes(), LosePart: part(),
		Burst: genFactor(t), Rate: time(),
	}
}

func TestAndIsACommutativeMonoid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := genEffect(t, "a"), genEffect(t, "b"), genEffect(t, "c")
		if a.And(Effect{}) != a || (Effect{}).And(a) != a {
			t.Fatalf("the zero effect changes\n%+v\nto\n%+v", a, a.And(Effect{}))
		}
		if a.And(b) != b.And(a) {
			t.Fatalf("not commutative:\n%+v\n%+v", a.And(b), b.And(a))
		}
		if a.And(b).And(c) != a.And(b.And(c)) {
			t.Fatalf("not associative:\n%+v\n%+v", a.And(b).And(c), a.And(b.And(c)))
		}
	})
}

// The order in which a scenario lists its faults cannot matter.
func TestOrderOfFaultsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Draws(rapid.Uint64().Draw(t, "draws"))
		listed := []Effect{}
		for i, f := range []Fault{
			Drop{}, Duplicate{Copies: 2, Spread: top{}}, Duplicate{Copies: 14}, Schema{Version: 2, Rollout: 100},
			Delay{By: top{}}, Slow{Factor: NewFactor(2.5)}, Slow{Factor: NewFactor(0.1)}, Slow{Factor: NewFactor(10)},
			Crash{At: CrashBetween, Restart: top{}}, CrashRate{PerSecond: 2}, CrashRate{PerSecond: 0.1},
		} {
			listed = append(listed, f.Decide(Hop{Now: 60}, d+Draws(i)))
		}
		and := func(effects []Effect) (all Effect) {
			for _, e := range effects {
				all = all.And(e)
			}
			return all
		}
		if other := rapid.Permutation(listed).Draw(t, "order"); and(other) != and(listed) {
			t.Fatalf("%+v\nis not\n%+v", and(other), and(listed))
		}
	})
}

func TestCopiesKeepTheEarliest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Int64Range(0, 1000), 0, 3*MaxCopies).Draw(t, "after")
		c := copiesAt(all...)
		slices.Sort(all)
		want := all[:min(len(all), MaxCopies)]
		if got := c.After[:c.N]; !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestFactor(t *testing.T) {
	for _, test := range []struct {
		name  string
		f     Factor
		value float64
		t, of int64
		isOne bool
	}{
		{"none", Factor{}, 1, 123, 123, true},
		{"one", NewFactor(1), 1, 123, 123, true},
		{"ten", NewFactor(10), 10, 123, 1230, false},
		{"half", NewFactor(0.5), 0.5, 5, 3, false}, // 2.5 is rounded away from 0
		{"a thousandth", NewFactor(0.001), 0.001, 1_000_000, 1000, false},
		{"a product", NewFactor(2.5).and(NewFactor(4)), 10, 7, 70, false},
		{"a product of one", NewFactor(0.5).and(NewFactor(2)), 1, 7, 7, true},
		{"stopped", NewFactor(0), 0, 7, 0, false},
		{"saturated", NewFactor(1e6), 1e6, math.MaxInt64 / 2, math.MaxInt64, false},
	} {
		if got := test.f.Value(); got != test.value {
			t.Errorf("%s: value %g, want %g", test.name, got, test.value)
		}
		if got := test.f.Of(test.t); got != test.of {
			t.Errorf("%s: of %d is %d, want %d", test.name, test.t, got, test.of)
		}
		if got := test.f.IsOne(); got != test.isOne {
			t.Errorf("%s: is one: %v", test.name, got)
		}
	}
}

func TestVersionSet(t *testing.T) {
	s := VersionSet(1, 3, 63)
	for v := int32(0); v < 64; v++ {
		if want := v == 1 || v == 3 || v == 63; s.Has(v) != want {
			t.Errorf("version %d: %v", v, s.Has(v))
		}
	}
}
