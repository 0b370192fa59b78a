package scenarios

import "math"

// relation is a comparison of a quantity with a limit.
type relation uint8

const (
	less relation = iota
	lessEqual
	greater
	greaterEqual
	equal
	notEqual
)

// holds compares two numbers.
func (r relation) holds(a, b float64) bool {
	switch r {
	case less:
		return a < b
	case lessEqual:
		return a <= b
	case greater:
		return a > b
	case greaterEqual:
		return a >= b
	case equal:
		return a == b
	}
	return a != b
}

// flipped is the relation that holds of (b, a) where r holds of (a, b).
func (r relation) flipped() relation {
	switch r {
	case less:
		return greater
	case lessEqual:
		return greaterEqual
	case greater:
		return less
	case greaterEqual:
		return lessEqual
	}
	return r
}

// judged is a quantity compared with a limit.
type judged struct {
	quantity Measured
	relation relation
	limit    float64
	verdict  Verdict
	need     int
	// difference: the quantity is the left side minus the right, the limit 0.
	difference bool
	why        string
}

// judge gives the verdict: by an inequality the whole interval must satisfy
// or none of it; equality, and a quantity without an interval, are judged by
// the value.
func (j *judged) judge() {
	q := &j.quantity
	if math.IsNaN(q.Value) {
		j.verdict = Inconclusive
		return
	}
	if !q.HasInterval || j.relation == equal || j.relation == notEqual {
		j.verdict = verdictOf(j.relation.holds(q.Value, j.limit))
		return
	}
	low, high := j.relation.holds(q.Low, j.limit), j.relation.holds(q.High, j.limit)
	switch {
	case low && high:
		j.verdict = Pass
	case !low && !high:
		j.verdict = Fail
	default:
		j.verdict = Inconclusive
		j.need = j.wouldDecide()
	}
}

func verdictOf(holds bool) Verdict {
	if holds {
		return Pass
	}
	return Fail
}

// wouldDecide is the number of replications that would decide if their values
// went on to scatter as they do; 0 where no number would.
func (j *judged) wouldDecide() int {
	q := &j.quantity
	n := len(q.Each)
	sd := math.Sqrt(variance(q.Each))
	perReplication := float64(q.Of) / float64(n)
	return replicationsFor(n, func(n int) bool {
		h := float64(studentT(n-1)*sd) / math.Sqrt(float64(n))
		low, high := q.Value-h, q.Value+h
		if q.Of > 0 {
			if l, u := wilsonOf(float64(q.Count)/float64(q.Of), float64(perReplication*float64(n))); u-l > high-low {
				low, high = l, u
			}
		}
		return j.relation.holds(low, j.limit) == j.relation.holds(high, j.limit)
	})
}

// and, or and not are Kleene's three-valued logic. Each keeps the comparison
// that decided: the first that failed, or else the first that is open, or else
// the first.
func and(a, b judged) judged {
	if a.verdict == Fail || b.verdict == Pass {
		return a
	}
	if b.verdict == Fail || a.verdict == Pass {
		return b
	}
	return a
}

func or(a, b judged) judged {
	if a.verdict == Pass || b.verdict == Fail {
		return a
	}
	if b.verdict == Pass || a.verdict == Fail {
		return b
	}
	return a
}

func not(a judged) judged {
	switch a.verdict {
	case Pass:
		a.verdict = Fail
	case Fail:
		a.verdict = Pass
	}
	return a
}
