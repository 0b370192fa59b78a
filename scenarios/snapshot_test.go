package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func snapshotOf(values map[string]float64) *Snapshot {
	s := &Snapshot{Edasim: Version, Semantics: Semantics, Format: snapshotFormat, Scenario: "s", Seed: 1, Replications: 2, Styles: []string{"direct"}, Measures: map[string]Figures{}}
	for name, v := range values {
		low, high := v-0.5, v+0.5
		s.Measures[name] = Figures{Value: &v, Low: &low, High: &high}
	}
	return s
}

func TestSnapshotReadsBack(t *testing.T) {
	s := snapshotOf(map[string]float64{"base.direct.stuck": 0.1, "base.direct.latency.p99": 1.0 / 3, "a \"b\".direct.x": -1e-300})
	text, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) != 6 || !strings.HasPrefix(lines[2], `"base.direct.latency.p99": {"value":0.3333333333333333,"low":`) {
		t.Errorf("%s", text)
	}
	back, err := DecodeSnapshot(text, "s.snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	if changes := back.Changes(s); len(changes) > 0 || back.Why(s) != "" {
		t.Errorf("%v %s", changes, back.Why(s))
	}
	for cut := range text[:len(text)-3] {
		if _, err := DecodeSnapshot(text[:cut], "s.snapshot.json"); err == nil {
			t.Fatalf("%d of %d bytes are taken for all of it", cut, len(text))
		}
	}
}

func TestSnapshotChanges(t *testing.T) {
	old := snapshotOf(map[string]float64{"gone": 1, "equal": 2, "other": 3, "wider": 4})
	now := snapshotOf(map[string]float64{"new": 1, "equal": 2, "other": 3.5, "wider": 4})
	*now.Measures["wider"].High = 9
	var got []string
	for _, c := range now.Changes(old) {
		text := c.Measure
		if c.Old == nil {
			text += " is new"
		}
		if c.New == nil {
			text += " is gone"
		}
		got = append(got, text)
	}
	if text := strings.Join(got, "; "); text != "gone is gone; new is new; other; wider, high" {
		t.Error(text)
	}
	now.Semantics, now.Seed = 2, 7
	if why := now.Why(old); !strings.Contains(why, "semantics 1; this is 1.0.0, semantics 2") || !strings.Contains(why, "seed 1, this run 7") {
		t.Error(why)
	}
}

// What cannot be written to the end leaves what was there, and nothing else.
func TestWriteFileWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	if err := WriteFile(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, []byte("second")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "second" {
		t.Errorf("%s %v", text, err)
	}
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(taken, nil); err == nil || !strings.HasPrefix(err.Error(), taken+": ") {
		t.Error(err)
	}
	if err := WriteFile(filepath.Join(dir, "none", "a.json"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v %v", entries, err)
	}
}

// A snapshot is of the text that was simulated.
func TestScenarioChangedWhileTested(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(path, []byte(small+"run: {snapshot: true, replications: 2}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	sc, err := LoadFile(path, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(small), 0o666); err != nil {
		t.Fatal(err)
	}
	tested, err := Test(t.Context(), sc, TestOptions{})
	var wrong *SnapshotError
	if tested == nil || !errors.As(err, &wrong) || !errors.Is(err, ErrChanged) {
		t.Errorf("%v %v", tested, err)
	}
	if _, err := os.Stat(SnapshotFile(path)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// A symbolic link stays one, and what it points to is written; a pipe, which stands
// for every device here, is written to and not replaced by a file.
func TestWriteFileReplacesOnlyFiles(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a.json"), filepath.Join(dir, "link")
	if err := os.WriteFile(path, []byte("first"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.json", link); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(link, []byte("second")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "second" {
		t.Errorf("%s %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v %v", info, err)
	}

	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0) // so that neither end waits for the other
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := WriteFile(pipe, []byte("third")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(pipe)
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Fatalf("the pipe became %v %v", info, err)
	}
	got := make([]byte, 5)
	if _, err := reader.Read(got); err != nil || string(got) != "third" {
		t.Errorf("%s %v", got, err)
	}
}
