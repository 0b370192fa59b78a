package topology

// Retry is the one retry policy of the language. The zero Retry is none.
type Retry struct {
	Attempts   int // the first try included; UnlimitedAttempts for no end; 0 and 1: no retry
	Initial    *Dist
	Multiplier float64
	Max        Time // 0: none
	Jitter     Jitter
	Spread     float64 // JitterSpread: 0.2 is × U(0.8, 1.2)
	List       []Time  // replaces the formula; the last repeats
	Budget     *Budget // nil: none
}

// UnlimitedAttempts is the Attempts of a retry without end.
const UnlimitedAttempts = -1

// Jitter is how a delay before a retry is spread.
type Jitter uint8

// The jitters. Full, equal and decorrelated are those of M. Brooker,
// "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
const (
	NoJitter Jitter = iota
	JitterFull
	JitterEqual
	JitterDecorrelated
	JitterSpread
)

// Budget limits retries to a share of first tries: each first try earns
// Ratio tokens, each retry spends one, at most Burst are saved. It starts full.
type Budget struct {
	Ratio float64
	Burst float64
}

// Breaker is a circuit breaker: it opens when, of at least Minimum answers
// within Window, the share Failures were errors or timeouts; after Open one
// probe is let through.
type Breaker struct {
	Failures float64
	Window   Time
	Minimum  int
	Open     Time
}
