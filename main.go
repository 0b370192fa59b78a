// Command edasim simulates what an event-driven design does when things go
// wrong: every style of it side by side, on the same draws.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"edasim/scenarios"
	"edasim/sim"
)

// The exit statuses.
const (
	statusHeld         = 0
	statusFailed       = 1
	statusBadInput     = 2
	statusInconclusive = 3
	statusUnfinished   = 4
	statusInterrupted  = 130
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns its exit status. Results go to
// stdout; progress, notes and errors go to stderr.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	defer func() {
		if v := recover(); v != nil {
			status = reportBug(stderr, args, fmt.Sprintf("panic: %v", v), debug.Stack())
		}
	}()
	app := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := app.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return app.conclude(args, root.Execute())
}

// interruptible is the context of a simulation. The first interrupt cancels it:
// what is finished is reported. After that the signals have their usual effect
// again: the second ends the program at once.
func interruptible() (ctx context.Context, stop func()) {
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	quiet, verbose bool
	status         int // of a command that returned no error
}

// note writes a line to stderr unless --quiet.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}

// usageError is a command line that cannot be obeyed.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// inputError is input that is wrong in itself: its text is complete and is
// printed as it is.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func inputf(format string, args ...any) error {
	return &inputError{fmt.Errorf(format, args...)}
}

// conclude prints the error of a command and gives the exit status.
func (a *app) conclude(args []string, err error) int {
	var usage *usageError
	var input *inputError
	var thrown *scenarios.PanicError
	var bug *sim.BugError
	switch {
	case err == nil:
		return a.status
	case errors.Is(err, syscall.EPIPE):
		return a.status // whoever reads our output has seen enough
	case errors.As(err, &usage):
		fmt.Fprintf(a.stderr, "edasim: %v\n", err)
		return statusBadInput
	case errors.As(err, &input):
		fmt.Fprintln(a.stderr, strings.TrimRight(err.Error(), "\n"))
		return statusBadInput
	case errors.Is(err, scenarios.ErrNothingFinished), errors.Is(err, context.Canceled):
		fmt.Fprintf(a.stderr, "edasim: %v\n", err)
		return statusInterrupted
	case errors.As(err, &thrown):
		return reportBug(a.stderr, args, err.Error(), thrown.Stack)
	case errors.As(err, &bug):
		return reportBug(a.stderr, args, err.Error(), nil)
	}
	fmt.Fprintf(a.stderr, "edasim: could not finish: %v\n", err)
	return statusUnfinished
}

// reportBug says that the fault is edasim's own and what reproduces it. Of the
// stack only the places are shown that are ours.
func reportBug(stderr io.Writer, args []string, what string, stack []byte) int {
	fmt.Fprintf(stderr, "edasim: this is a bug in edasim, not in your scenario: %s\n", what)
	for _, line := range strings.Split(string(stack), "\n") {
		if i := strings.Index(line, "edasim/"); i >= 0 && strings.Contains(line, ".go:") {
			place, _, _ := strings.Cut(line[i:], " ")
			fmt.Fprintf(stderr, "  at %s\n", place)
		}
	}
	fmt.Fprintf(stderr, "What reproduces it: %s (edasim %s, semantics %d)\n",
		commandLine(args), scenarios.Version, scenarios.Semantics)
	return statusUnfinished
}

// commandLine is the command as one would type it.
func commandLine(args []string) string {
	words := []string{"edasim"}
	for _, a := range args {
		words = append(words, shellWord(a))
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word for a POSIX shell where it needs that.
func shellWord(word string) string {
	if word == "" || strings.ContainsAny(word, " \t\n\"'\\$&|;<>(){}*?#~`!") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
