package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"edasim": main})
}

func TestScripts(t *testing.T) {
	large, err := filepath.Abs("testdata/large")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Setup: func(env *testscript.Env) error {
			env.Setenv("LARGE", large)
			return nil
		},
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":          exits,
			"interrupt":      interrupt,
			"interruptTest":  interruptTest,
			"interruptSweep": interruptSweep,
			"together":       together,
		},
	})
}

// exits STATUS COMMAND… runs a command and demands its exit status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var failed *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// interrupt COMMAND… is interrupted, and demands that the command reports either a
// partial result or that nothing was finished.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	stdout, stderr := interrupted(ts, neg, args)
	partial := strings.Contains(stdout, `"partial": true`) && strings.Contains(stderr, "interrupted: partial")
	nothing := stdout == "" && strings.Contains(stderr, "interrupted before one replication")
	if !partial && !nothing {
		ts.Fatalf("neither partial nor nothing; stdout:\n%s\nstderr:\n%s", stdout, stderr)
	}
}

// interruptTest COMMAND… is interrupted, and demands that edasim test counts what it
// did not get to.
func interruptTest(ts *testscript.TestScript, neg bool, args []string) {
	stdout, stderr := interrupted(ts, neg, args)
	if !strings.Contains(stdout, "not tested") || !strings.Contains(stderr, "interrupted: ") {
		ts.Fatalf("stdout:\n%s\nstderr:\n%s", stdout, stderr)
	}
}

// interruptSweep COMMAND… is interrupted, and demands that edasim sweep says how to go
// on and prints nothing, since no point is finished.
func interruptSweep(ts *testscript.TestScript, neg bool, args []string) {
	stdout, stderr := interrupted(ts, neg, args)
	if stdout != "" || !strings.Contains(stderr, "are finished and kept in") || !strings.Contains(stderr, "the same command goes on") {
		ts.Fatalf("stdout:\n%s\nstderr:\n%s", stdout, stderr)
	}
}

// interrupted starts a command, sends it an interrupt once it has written the
// first line on stderr, and demands that it ends with status 130.
func interrupted(ts *testscript.TestScript, neg bool, args []string) (stdout, stderr string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: interrupt COMMAND...")
	}
	cmd := command(ts, args)
	var out, rest bytes.Buffer
	cmd.Stdout = &out
	pipe, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	reader := bufio.NewReader(pipe)
	_, err = reader.ReadString('\n')
	ts.Check(err)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	_, err = reader.WriteTo(&rest)
	ts.Check(err)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != statusInterrupted {
		ts.Fatalf("exit status %d, want %d; stderr:\n%s", code, statusInterrupted, rest.String())
	}
	return out.String(), rest.String()
}

// together N COMMAND… runs a command N times at once and demands that each ends
// with status 0.
func together(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: together N COMMAND...")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	all := make([]*exec.Cmd, n)
	outputs := make([]bytes.Buffer, n)
	for i := range all {
		all[i] = command(ts, args[1:])
		all[i].Stdout, all[i].Stderr = &outputs[i], &outputs[i]
		ts.Check(all[i].Start())
	}
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil {
			ts.Fatalf("%v:\n%s", err, outputs[i].String())
		}
	}
}

// command is a command of the script's PATH, in its folder.
func command(ts *testscript.TestScript, args []string) *exec.Cmd {
	path := args[0]
	for _, dir := range strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if _, err := os.Stat(dir + "/" + args[0]); err == nil {
			path = dir + "/" + args[0]
			break
		}
	}
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	return cmd
}

// The output in README.md is what the program prints. UPDATE_SCRIPTS=1 writes it
// there.
func TestReadmeShowsTheOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run([]string{"run", "checkout", "-q"}, strings.NewReader(""), &stdout, &stderr); status != statusHeld {
		t.Fatalf("status %d: %s%s", status, stdout.String(), stderr.String())
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "It prints:\n\n```\n", "```\n"
	before, rest, found := strings.Cut(string(readme), begin)
	shown, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("README.md has no block after %q", begin)
	}
	if shown == stdout.String() {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatalf("README.md shows\n%s\nand the program prints\n%s", shown, stdout.String())
	}
	text := before + begin + stdout.String() + end + after
	if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPanicIsReportedAsBug(t *testing.T) {
	var stderr bytes.Buffer
	stack := []byte("goroutine 1 [running]:\nmain.f()\n\t/home/someone/edasim/sim/run.go:12 +0x1d\nruntime.main()\n\t/usr/lib/go/proc.go:1 +0x2\n")
	status := reportBug(&stderr, []string{"run", "my orders.yaml", "--seed", "7"}, "panic: index out of range", stack)
	want := `edasim: this is a bug in edasim, not in your scenario: panic: index out of range
  at edasim/sim/run.go:12
What reproduces it: edasim run 'my orders.yaml' --seed 7 (edasim 1.0.0, semantics 1)
`
	if status != statusUnfinished || stderr.String() != want {
		t.Errorf("%d\n%s", status, stderr.String())
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.0 k", 999_949: "999.9 k", 999_950: "1.0 M", 4_100_000: "4.1 M"} {
		if got := short(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestFolderName(t *testing.T) {
	for name, want := range map[string]string{"checkout": "checkout", "a/b: c": "a-b- c", "..": "-.", "": "scenario"} {
		if got := folderName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
