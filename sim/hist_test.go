package sim

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// times are of all magnitudes, with the ends of buckets among them.
func genTime(t *rapid.T) int64 {
	bits := rapid.IntRange(0, 61).Draw(t, "bits")
	v := int64(1) << bits
	return max(v+rapid.Int64Range(-2, v).Draw(t, "over"), 0)
}

// A quantile is the nearest rank, to within 0.4 %: half the width of a bucket,
// 1/128 of its lower end.
func TestQuantileIsNearestRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Custom(genTime), 1, 60).Draw(t, "times")
		h := new(Histogram)
		sum := 0.0
		for _, v := range times {
			h.Add(v)
			sum += float64(v)
		}
		slices.Sort(times)
		for _, q := range []float64{0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
			rank := max(int(math.Ceil(q*float64(len(times))-1e-9)), 1)
			want := times[rank-1]
			if got := h.Quantile(q); math.Abs(float64(got-want)) > 0.004*float64(want) {
				t.Fatalf("quantile %g of %v is %d, want %d", q, times, got, want)
			}
		}
		if h.Max() != times[len(times)-1] || h.N() != int64(len(times)) {
			t.Fatalf("%d times, at most %d, of %v", h.N(), h.Max(), times)
		}
		if mean := sum / float64(len(times)); sum < 1<<62 && math.Abs(h.Mean()-mean) > 1e-9*mean {
			t.Fatalf("mean %g, want %g", h.Mean(), mean)
		}
	})
}

// Every time is in the bucket whose bounds hold it, and times below 256 have a
// bucket of their own.
func TestBucketHoldsItsTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := genTime(t)
		low, high := bounds(bucket(v))
		if v < low || v > high || v < 256 && low != high || float64(high-low) > float64(low)/128 {
			t.Fatalf("%d is in the bucket from %d to %d", v, low, high)
		}
	})
}

// Merging is exact: the same as adding everything to one.
func TestMergeIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := new(Histogram)
		var parts [2]Histogram
		for i := range parts {
			for _, v := range rapid.SliceOfN(rapid.Custom(genTime), 0, 30).Draw(t, "times") {
				all.Add(v)
				parts[i].Add(v)
			}
		}
		other := parts[1]
		other.Merge(&parts[0])
		parts[0].Merge(&parts[1])
		if !reflect.DeepEqual(parts[0], *all) || !reflect.DeepEqual(other, *all) {
			t.Fatal("merged, it differs")
		}
	})
}

// A count goes on beyond 16 bits, by one more and by merging.
func TestCountsGoBeyond16Bits(t *testing.T) {
	const most = math.MaxUint16
	h, o := &Histogram{n: most}, &Histogram{n: most}
	h.counts[5], o.counts[5] = most, most
	h.Add(5)
	if got := h.count(5); got != most+1 {
		t.Errorf("%d, want %d", got, int64(most)+1)
	}
	h.Merge(o)
	h.Merge(o)
	want := int64(3*most) + 1
	if got := h.count(5); got != want || h.N() != want {
		t.Errorf("%d of %d, want %d", got, h.N(), want)
	}
	h.Add(6)
	if h.Quantile(0.9) != 5 || h.Quantile(1) != 6 || math.Abs(h.Above(5)-1/float64(want+1)) > 1e-20 {
		t.Errorf("quantiles %d and %d, above 5: %g", h.Quantile(0.9), h.Quantile(1), h.Above(5))
	}
	var counts []int64
	h.Buckets(func(_, _, n int64) { counts = append(counts, n) })
	if !slices.Equal(counts, []int64{want, 1}) {
		t.Errorf("buckets %v, want %v", counts, []int64{want, 1})
	}
}
