package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// heard is a buffer that may be read while a process writes into it.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

// until waits for a text, and fails after a minute.
func (h *heard) until(t *testing.T, text string) {
	t.Helper()
	for range 600 {
		if strings.Contains(h.String(), text) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%q did not come; so far:\n%s", text, h)
}

// A watched scenario runs again at every save: it says what changed since the last run,
// what is wrong with a file does not end it, and an interrupt does.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	file, program := filepath.Join(dir, "shop.yaml"), filepath.Join(dir, "edasim")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := chain("shop", []string{"a", "b"})
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil { // as editors do
			t.Fatal(err)
		}
	}
	save(text)
	var out heard
	cmd := exec.Command(program, "run", file, "--watch", "--out", filepath.Join(dir, "review"))
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer cmd.Process.Kill() //nolint:errcheck // it has ended by itself if all is well
	out.until(t, "Ctrl-C ends")
	page := filepath.Join(dir, "review", "report.html")
	out.until(t, "written: "+page)
	first, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}

	save(strings.Replace(text, "duplicate: 1%", "duplicate: 5%", 1))
	out.until(t, "B  now: 10 replications, seed 1")
	out.until(t, "paired within each replication, on the same draws")
	out.until(t, "inconsistent")

	save(strings.Replace(text, "duplicate: 1%", "duplicate: much", 1))
	out.until(t, "shop.yaml:")
	out.until(t, "waiting for the next save")

	save(strings.Replace(text, "acts once: always b.done <= 1", "acts once: always b.done <= 9", 1))
	for n := 0; strings.Count(out.String(), "written: ") < 3 && n < 600; n++ {
		time.Sleep(100 * time.Millisecond)
	}
	if second, err := os.ReadFile(page); err != nil || bytes.Equal(first, second) {
		t.Errorf("the page was not written anew: %v", err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if code := cmd.ProcessState.ExitCode(); code != statusHeld {
			t.Errorf("ended with %d (%v), want 0: the last run held\n%s", code, err, &out)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("an interrupt did not end it:\n%s", &out)
	}
	if strings.Contains(out.String(), "goroutine") {
		t.Errorf("a stack trace:\n%s", &out)
	}
}
