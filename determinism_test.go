package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestDeterminism holds the contract: the same scenario and seed give the same
// bytes, run again, on one core and on several, and with the instructions of old and
// of new processors (GOAMD64 v1 and v3, which fuses a product and a sum).
func TestDeterminism(t *testing.T) {
	dir := t.TempDir()
	levels := []string{""}
	if runtime.GOARCH == "amd64" {
		levels = []string{"v1", "v3"}
		if !hasV3() {
			t.Log("SKIPPED: this processor cannot run GOAMD64=v3; only v1 was compared")
			levels = levels[:1]
		}
	}
	var first []byte
	for i, level := range levels {
		program := filepath.Join(dir, "edasim"+level)
		build := exec.Command("go", "build", "-o", program, ".")
		build.Env = append(os.Environ(), "GOAMD64="+level)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("building for GOAMD64=%s: %v\n%s", level, err, out)
		}
		for _, jobs := range []string{"4", "1"}[:2-i] {
			run := exec.Command(program, "run", "checkout", "--format", "json", "--quiet", "-n", "2", "--jobs", jobs,
				"--style", "choreography", "--style", "orchestration", "--style", "direct")
			out, err := run.Output()
			if code := run.ProcessState.ExitCode(); err != nil && code != 1 && code != 3 {
				t.Fatalf("GOAMD64=%s, %s jobs: %v", level, jobs, err)
			}
			if first == nil {
				first = out
			}
			if len(out) == 0 || !bytes.Equal(out, first) {
				t.Errorf("GOAMD64=%s, %s jobs: %s", level, jobs, firstDifference(first, out))
			}
		}
	}
}

// hasV3 tells whether the processor has what GOAMD64=v3 asks for.
func hasV3() bool {
	info, err := os.ReadFile("/proc/cpuinfo")
	return err == nil && strings.Contains(string(info), "avx2") && strings.Contains(string(info), "fma") &&
		strings.Contains(string(info), "bmi2")
}

func firstDifference(a, b []byte) string {
	left, right := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return "differs from the first run: " + strings.TrimSpace(left[i]) + " against " + strings.TrimSpace(right[i])
		}
	}
	return "is shorter or longer than the first run"
}
