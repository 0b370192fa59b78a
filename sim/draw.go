package sim

import "math/bits"

// A draw is an answer, not a stream: it is a hash of what is drawn for whom.
// The words of the key that stay the same for a flow (seed, replication,
// workload, number) and for a site (what, and the names of handler or event)
// are hashed once; what is left for each draw is the logical id and the try.

const (
	golden = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	mixA   = 0xd6e8feb86659fd93
	mixB   = 0xa0761d6478bd642f
)

// mum folds the 128-bit product of two words: the mixing step of wyhash
// (Wang Yi, 2019).
func mum(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// mix puts two words together, so that (a, b) and (b, a) differ.
func mix(a, b uint64) uint64 {
	return mum(mum(a^mixA, b^mixB)^golden, mixA)
}

// hashName is the hash of a name: FNV-1a, finished by mix.
func hashName(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h, uint64(len(s)))
}

// site is the key of what is drawn at a named place.
func site(what string, names ...string) uint64 {
	h := hashName(what)
	for _, n := range names {
		h = mix(h, hashName(n))
	}
	return h
}

// draw is the 64 random bits of one site for one flow, logical id and try.
func draw(flow, site, logical, try uint64) uint64 {
	return mum(mum(flow^site, logical^try^mixB)^golden, mixA)
}

// again is the try that follows from a try by its n-th repetition in one
// dimension (publish, copy, delivery, re-run, request) of what has the given
// key: a second delivery here is not a second delivery there. The first of each
// is the try itself, so that what is not repeated is drawn alike in every style.
func again(try, dimension, key, n uint64) uint64 {
	if n == 0 {
		return try
	}
	return mix(try^dimension^key, n)
}

// The dimensions of a try.
const (
	publishTry  = 0x5851f42d4c957f2d
	copyTry     = 0x14057b7ef767814f
	deliveryTry = 0x2545f4914f6cdd1d
	rerunTry    = 0x369dea0f31a53f85
	requestTry  = 0x27bb2ee687b0b0fd
)

// threshold turns a probability into what 53 random bits must be below.
func threshold(p float64) uint64 { return uint64(p * (1 << 53)) }

func below(bits, threshold uint64) bool { return bits>>11 < threshold }

// uniform is the bits as a number in [0, 1).
func uniform(bits uint64) float64 { return float64(bits>>11) * (1.0 / (1 << 53)) }
