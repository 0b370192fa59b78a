package scenarios

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"edasim/topology"
)

// TestOptions say how a scenario is tested.
type TestOptions struct {
	Options
	// Update writes the snapshot anew instead of comparing with it.
	Update bool
}

// Tested is a scenario run as a test.
type Tested struct {
	Result  *Result
	Cases   []Case // the expectations, then the snapshot
	Verdict Verdict
}

// Case is one thing that a test decides.
type Case struct {
	Name        string // an expectation and where it was judged; or SnapshotCase
	Verdict     Verdict
	Expectation *Expectation // nil for the snapshot
	Snapshot    *SnapshotCheck
}

// SnapshotCase is the name of the case that compares with a snapshot.
const SnapshotCase = "snapshot"

// SnapshotCheck is how a run compares with its snapshot.
type SnapshotCheck struct {
	File     string
	Measures int  // compared
	Written  bool // the file is new, or was updated
	Changes  []Change
	Why      string // what else differs; may be empty
}

// ErrChanged says that a scenario is no longer what was simulated.
var ErrChanged = errors.New("the file changed while it was tested, so its snapshot was not written: test it again")

// A SnapshotError is a snapshot file that cannot be used as it is.
type SnapshotError struct{ Err error }

// Error says what is wrong with the file.
func (e *SnapshotError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *SnapshotError) Unwrap() error { return e.Err }

// Test simulates a scenario and gives a verdict on every expectation, and on the
// snapshot where sc.Run.Snapshot is set: all measures, compared with the file
// beside the scenario's. A snapshot that does not exist is written; it is not
// looked at when ctx was cancelled.
// If the snapshot cannot be read or written there is an error, and beside it
// what the expectations gave.
//
// Tests may run at the same time, of one scenario and of several.
func Test(ctx context.Context, sc *Scenario, opts TestOptions) (*Tested, error) {
	r, err := Execute(ctx, sc, opts.Options)
	if err != nil {
		return nil, err
	}
	t := &Tested{Result: r}
	for i := range r.Expect {
		e := &r.Expect[i]
		t.Cases = append(t.Cases, Case{Name: e.name(), Verdict: e.Verdict, Expectation: e})
	}
	if sc.Run.Snapshot && !r.Partial {
		check, cause := checkSnapshot(r, opts.Update)
		if err = cause; err == nil {
			t.Cases = append(t.Cases, Case{Name: SnapshotCase, Verdict: verdictOf(len(check.Changes) == 0), Snapshot: check})
		}
	}
	t.Verdict = VerdictOf(t.Cases)
	return t, err
}

// CaseNames are the cases that testing the scenario decides, apart from the
// snapshot: the texts of its expectations, each of which is judged in one style
// and variant or in several, and its invariants of the kind sometimes, which only
// become a case where they fail.
func (sc *Scenario) CaseNames() []string {
	var names []string
	for _, e := range sc.Expect {
		names = append(names, e.Text)
	}
	for i := range sc.System.Invariants {
		if inv := &sc.System.Invariants[i]; inv.Kind == topology.Sometimes {
			names = append(names, sometimesText(inv))
		}
	}
	return names
}

// VerdictOf is fail if any case failed, or else inconclusive if any is, or else
// pass.
func VerdictOf(cases []Case) Verdict {
	verdict := Pass
	for i := range cases {
		switch v := cases[i].Verdict; {
		case v == Fail:
			return Fail
		case v == Inconclusive:
			verdict = Inconclusive
		}
	}
	return verdict
}

// Where names the variant and the style in which the expectation was judged, where
// its text leaves them open.
func (e *Expectation) Where() string {
	var parts []string
	if e.Variant != "" && e.Variant != Base && !strings.Contains(e.Text, e.Variant+".") {
		parts = append(parts, e.Variant)
	}
	if e.Style != "" && !strings.Contains(e.Text, e.Style) {
		parts = append(parts, e.Style)
	}
	return strings.Join(parts, ", ")
}

// name is the expectation with the variant and style it was judged in, where
// its text leaves them open.
func (e *Expectation) name() string {
	if where := e.Where(); where != "" {
		return e.Text + " (" + where + ")"
	}
	return e.Text
}

func checkSnapshot(r *Result, update bool) (*SnapshotCheck, error) {
	now := r.Snapshot()
	check := &SnapshotCheck{File: SnapshotFile(r.Scenario.File), Measures: len(now.Measures)}
	text, err := ReadFile(check.File, LargestData)
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && !absent {
		return nil, fmt.Errorf("the snapshot cannot be read: %w", err)
	}
	if absent {
		check.Written = true
		return check, writeSnapshot(r, now, check.File)
	}
	old, err := DecodeSnapshot(text, check.File)
	if err != nil {
		return nil, &SnapshotError{err}
	}
	if !update {
		check.Changes, check.Why = now.Changes(old), now.Why(old)
		return check, nil
	}
	if encoded, err := now.Encode(); err != nil || bytes.Equal(encoded, text) {
		return check, err
	}
	check.Written = true
	return check, writeSnapshot(r, now, check.File)
}

// writeSnapshot refuses to keep figures of a text that is no longer there.
func writeSnapshot(r *Result, s *Snapshot, file string) error {
	if text, err := ReadFile(r.Scenario.File, LargestScenario); err == nil && !bytes.Equal(text, r.Scenario.Source) {
		return &SnapshotError{fmt.Errorf("%s: %w", r.Scenario.File, ErrChanged)}
	}
	text, err := s.Encode()
	if err != nil {
		return err
	}
	if err := WriteFile(file, text); err != nil {
		return fmt.Errorf("the snapshot cannot be written: %w", err)
	}
	return nil
}
