package faults

import "math"

// Crash kills the worker of a run at one point of it.
type Crash struct {
	At      CrashPoints
	Restart Duration // until the worker is back; nil: at once
}

// Kind is "crash".
func (Crash) Kind() string { return "crash" }

// Point is AtCommit.
func (Crash) Point() Point { return AtCommit }

// Decide kills the worker.
func (f Crash) Decide(_ Hop, d Draws) Effect {
	return Effect{Crash: f.At, Restart: restartTime(f.Restart, d)}
}

// CrashRate kills workers at any moment of a run, so that what takes longer
// dies more often.
type CrashRate struct {
	PerSecond float64 // of a running worker's time, above 0
	Restart   Duration
}

// Kind is "crash".
func (CrashRate) Kind() string { return "crash" }

// Point is AtHandling.
func (CrashRate) Point() Point { return AtHandling }

// Decide draws when the worker would die, exponentially distributed.
func (f CrashRate) Decide(_ Hop, d Draws) Effect {
	after := -math.Log1p(-d.Uniform(1)) / f.PerSecond * 1e9
	return Effect{
		CrashAfter: int64(min(max(math.Round(after), 1), math.MaxInt64/4)),
		Restart:    restartTime(f.Restart, d),
	}
}

func restartTime(restart Duration, d Draws) int64 {
	if restart == nil {
		return 0
	}
	return restart.At(d.Bits(0))
}
