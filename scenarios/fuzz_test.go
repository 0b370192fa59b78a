package scenarios

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edasim/sim"
)

// longestFuzzed bounds how long a run of a fuzzed scenario is watched.
const longestFuzzed = 100 * time.Millisecond

// Whatever a file contains, it is loaded or its errors can be shown; and whatever is
// loaded runs without a bug, until its end or for as long as one looks.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml", "library/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range files {
			src, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		sc, err := Load(src, "fuzz.yaml", LoadOptions{})
		if err == nil {
			if sc.System == nil || len(sc.System.Services) == 0 || len(sc.System.Workloads) == 0 || len(sc.System.Outcomes) == 0 {
				t.Errorf("an empty system: %+v", sc)
			}
			for _, style := range sc.Run.Styles {
				model, err := sim.Compile(sim.Config{System: sc.System, Faults: sc.Faults, Style: style, Seed: sc.Run.Seed,
					Warmup: sc.Run.Warmup, Drain: sc.Run.Drain, MaxHops: sc.Run.MaxHops})
				if err != nil {
					t.Errorf("accepted, but not compiled: %v", err)
					continue
				}
				ctx, stop := context.WithTimeout(t.Context(), longestFuzzed)
				_, err = model.Run(ctx, 1)
				stop()
				var cause *sim.RunError
				if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &cause) {
					t.Errorf("%s: %v", style, err)
				}
			}
			return
		}
		var wrong *LoadErrors
		if !errors.As(err, &wrong) || len(wrong.Problems) == 0 {
			t.Fatalf("%T: %v", err, err)
		}
		if text := wrong.Render(); !strings.Contains(text, "nothing was run") {
			t.Error(text)
		}
	})
}
