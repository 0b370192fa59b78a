package sim

import "math/bits"

// A Histogram counts times in buckets of at most 1/128 of their value, so that
// a bucket's middle is within 0.4 % of everything in it. Counts are integers:
// merging is exact, in any order, on any machine. The buckets are those of
// HdrHistogram with two significant digits (G. Tene, hdrhistogram.org).
type Histogram struct {
	n      int64
	sum    int64
	max    int64
	counts [buckets]uint16
	carry  map[int]int64 // what is beyond 16 bits of a count, in units of 2^16
}

const (
	subBits = 7
	buckets = (64 - subBits) << subBits
)

// Add counts one time, in nanoseconds, not negative.
func (h *Histogram) Add(t int64) {
	i := bucket(t)
	if h.counts[i]++; h.counts[i] == 0 {
		h.carries(i, 1)
	}
	h.n++
	h.sum += t
	if t > h.max {
		h.max = t
	}
}

// carries notes that a count has gone beyond its 16 bits. They are enough for nearly all,
// and a quarter of the memory is a quarter of the cache lines.
func (h *Histogram) carries(i int, units int64) {
	if h.carry == nil {
		h.carry = map[int]int64{}
	}
	h.carry[i] += units
}

// count is how many times are in a bucket.
func (h *Histogram) count(i int) int64 {
	n := int64(h.counts[i])
	if h.carry != nil {
		n += h.carry[i] << 16
	}
	return n
}

// bucket is the place of a value: itself below 256, from there on its seven
// leading binary digits after the first, for each power of two.
func bucket(v int64) int {
	shift := bits.Len64(uint64(v|(1<<(subBits+1)-1))) - 1 - subBits
	return shift<<subBits + int(v>>(shift&63)) // it is below 64: the compiler need not see to more
}

// bounds are the smallest and the largest value of a bucket.
func bounds(i int) (low, high int64) {
	if i < 1<<subBits {
		return int64(i), int64(i)
	}
	shift := i>>subBits - 1
	low = int64(i-shift<<subBits) << shift
	return low, low + 1<<shift - 1
}

// Merge adds what another histogram has counted.
func (h *Histogram) Merge(o *Histogram) {
	for i, c := range o.counts {
		if h.counts[i] += c; h.counts[i] < c {
			h.carries(i, 1)
		}
	}
	for i, units := range o.carry {
		h.carries(i, units)
	}
	h.n += o.n
	h.sum += o.sum
	h.max = max(h.max, o.max)
}

// N is how many times were counted.
func (h *Histogram) N() int64 { return h.n }

// Max is the largest time counted, exactly; 0 if none was.
func (h *Histogram) Max() int64 { return h.max }

// Mean is the exact mean in nanoseconds; 0 if nothing was counted.
func (h *Histogram) Mean() float64 {
	if h.n == 0 {
		return 0
	}
	return float64(h.sum) / float64(h.n)
}

// Quantile is the nearest rank q (0 to 1), to within 0.4 %; 0 if nothing was
// counted.
func (h *Histogram) Quantile(q float64) int64 {
	rank := nearestRank(q, h.n)
	for i := range h.counts {
		if rank -= h.count(i); rank <= 0 && h.n > 0 {
			low, high := bounds(i)
			return min(low+(high-low)/2, h.max)
		}
	}
	return 0
}

// nearestRank is the rank ⌈q·n⌉, at least 1. A product that is an integer but
// for rounding is that integer.
func nearestRank(q float64, n int64) int64 {
	x := q * float64(n)
	rank := int64(x)
	if x-float64(rank) > 1e-9*x {
		rank++
	}
	return max(rank, 1)
}

// Above is the share of the counted times that are greater than t, to within
// the width of a bucket: a bucket that holds t counts as not above.
func (h *Histogram) Above(t int64) float64 {
	if h.n == 0 {
		return 0
	}
	var above int64
	for i := bucket(max(t, 0)) + 1; i < buckets; i++ {
		above += h.count(i)
	}
	return float64(above) / float64(h.n)
}

// Buckets calls f for each bucket that is not empty, in ascending order, with
// its bounds in nanoseconds and its count.
func (h *Histogram) Buckets(f func(low, high, count int64)) {
	for i := range h.counts {
		if c := h.count(i); c > 0 {
			low, high := bounds(i)
			f(low, high, c)
		}
	}
}
