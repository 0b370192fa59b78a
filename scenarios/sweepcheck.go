package scenarios

import (
	"errors"
	"fmt"
	"slices"
)

// fixedInSweep are paths that must be the same at every point, and what to write.
var fixedInSweep = map[string]string{
	"run.seed":             "every point has the same draws; use --seed",
	"run.replications":     "every point has as many; use --replications",
	"run.max_replications": "every point has as many replications; use --replications",
	"run.until":            "every point has as many replications; use --replications",
	"run.styles":           "styles are compared at every point; use --style",
	"run.snapshot":         "a sweep keeps no snapshot",
}

func (s *Sweep) checkAxes() error {
	if len(s.Axes) == 0 {
		return errors.New("nothing is varied: write --vary PATH=VALUES, such as --vary faults.drop=0%..5%/11")
	}
	for i, a := range s.Axes {
		if why, fixed := fixedInSweep[a.Path]; fixed {
			return fmt.Errorf("--vary %s: %s", a.Path, why)
		}
		if slices.ContainsFunc(s.Axes[:i], func(o Axis) bool { return o.Path == a.Path }) {
			return fmt.Errorf("--vary %s is given twice: write all its values in one", a.Path)
		}
		if slices.ContainsFunc(s.Sets, func(set Set) bool { return set.Path == a.Path }) {
			return fmt.Errorf("%s is both varied and set: leave out --set or --vary", a.Path)
		}
	}
	return nil
}

// checkValues loads the scenario with each value of each axis alone, so that what
// is wrong with a value is told once. A range of whole numbers is rounded where the
// setting takes no others.
func (s *Sweep) checkValues() error {
	var wrong *LoadErrors
	for i := range s.Axes {
		a := &s.Axes[i]
		if part := a.fractional(); part != "" {
			whole := a.rounded()
			_, err := s.load([]Set{{a.Path, part}})
			if _, other := s.load([]Set{{a.Path, whole.Values[0]}}); err != nil && other == nil {
				*a = whole
			}
		}
		for _, value := range a.Values {
			_, err := s.load([]Set{{a.Path, value}})
			var problems *LoadErrors
			switch {
			case err == nil:
			case !errors.As(err, &problems):
				return err
			case wrong == nil:
				wrong = problems
			default:
				wrong.Problems = append(wrong.Problems, problems.Problems...)
			}
			if wrong != nil && len(wrong.Problems) > mostProblems {
				return wrong
			}
		}
	}
	if wrong != nil {
		return wrong
	}
	return nil
}

// checkPoints loads every point: values can be right alone and wrong together.
func (s *Sweep) checkPoints() error {
	if len(s.Axes) < 2 {
		return nil // checkValues has
	}
	for i := range s.Points {
		if _, err := s.load(s.setsOf(i)); err != nil {
			return fmt.Errorf("at %s:\n%w", s.Label(i), err)
		}
	}
	return nil
}

// checkShown finds out which measures are shown. A measure is known if it is so at
// the first or the last point.
func (s *Sweep) checkShown(measures []string) error {
	if len(measures) == 0 {
		s.Shown = slices.Clone(defaultShown)
		return nil
	}
	first, err := s.load(s.setsOf(0))
	if err != nil {
		return err
	}
	last, err := s.load(s.setsOf(len(s.Points) - 1))
	if err != nil {
		return err
	}
	for _, m := range measures {
		unknown := KnownMeasure(first.System, first.Faults, m)
		if unknown != nil && KnownMeasure(last.System, last.Faults, m) != nil {
			return fmt.Errorf("--measure %s: %w", m, unknown)
		}
		s.Shown = once(s.Shown, m)
	}
	return nil
}
