package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"edasim/report"
	"edasim/scenarios"
)

// watchEvery is how often a watched file is looked at: often enough not to be waited
// for, and costs nothing.
const watchEvery = 200 * time.Millisecond

// stamp tells whether a file was saved since: editors write it anew or put another in
// its place.
type stamp struct {
	at   time.Time
	size int64
}

func stampOf(file string) (stamp, error) {
	info, err := os.Stat(file)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.ModTime(), info.Size()}, nil
}

// watch runs a scenario file, and again at every save, until it is interrupted. From
// the second run on it says what changed since the last that could be run.
func (a *app) watch(file string, flags *runFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	if info, err := os.Stat(file); err != nil || info.IsDir() {
		return usagef("--watch needs the file of one scenario, and %s is none; edasim show NAME > my.yaml  copies a built-in one", file)
	}
	if flags.format != "text" {
		return usagef("--watch prints text: leave --format %s out", flags.format)
	}
	if err := a.outForWatch(flags); err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	w := &watching{app: a, file: file, flags: flags}
	for {
		last, err := stampOf(file)
		switch {
		case err == nil:
			err = w.run(ctx)
		case errors.Is(err, fs.ErrNotExist):
			err = nil // an editor is about to put it back
		}
		if err != nil {
			return err
		}
		if !w.saved(ctx, last) {
			a.note("") // the shell's ^C stands on this line
			a.status = w.status
			return nil
		}
	}
}

// outForWatch finds the folder of the page and refuses one that is not ours.
func (a *app) outForWatch(flags *runFlags) (err error) {
	if flags.open && flags.out == "" {
		flags.out, err = os.MkdirTemp("", "edasim-")
	}
	if err != nil || flags.out == "" {
		return err
	}
	return refuseOtherThanRun(flags.out)
}

// watching is a watched scenario.
type watching struct {
	*app
	file   string
	flags  *runFlags
	digest string
	last   *scenarios.Result // that could be run; nil: none yet
	status int
	opened bool
}

// saved waits for the next save; false: it was interrupted first.
func (w *watching) saved(ctx context.Context, last stamp) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(watchEvery):
		}
		now, err := stampOf(w.file)
		if err != nil || now == last {
			continue
		}
		// Still being written? Then it changes once more.
		time.Sleep(watchEvery / 4)
		if again, err := stampOf(w.file); err == nil && again == now {
			return true
		}
	}
}

// run simulates the file as it is now. What is wrong with it is said, and is no reason
// to end.
func (w *watching) run(ctx context.Context) error {
	w.app.status = statusHeld
	list, err := w.load([]string{w.file}, w.flags)
	var input *inputError
	switch {
	case errors.As(err, &input):
		fmt.Fprintln(w.stderr, strings.TrimRight(err.Error(), "\n"))
		w.note("waiting for the next save")
		w.digest, w.status = "", statusBadInput
		return nil
	case err != nil:
		return err
	}
	sc := list[0].Scenario
	if sc.Digest == w.digest {
		return nil // saved without a change
	}
	r, err := w.simulate(ctx, sc, w.flags)
	switch {
	case errors.As(err, &input):
		fmt.Fprintln(w.stderr, err)
		w.status = statusBadInput
		return nil
	case err != nil || ctx.Err() != nil:
		if errors.Is(err, scenarios.ErrNothingFinished) {
			err = nil
		}
		w.status = statusInterrupted
		return err
	}
	w.digest = sc.Digest
	if err := w.tell(r); err != nil {
		return err
	}
	w.last, w.status = r, w.statusOf(r, w.flags)
	return w.page(r)
}

// tell prints the first result whole, and of later ones what changed.
func (w *watching) tell(r *scenarios.Result) error {
	if w.last == nil {
		if err := report.Text(w.stdout, r, report.TextOptions{Scenario: w.file}); err != nil {
			return err
		}
		w.note("watching %s: save it to run it again, Ctrl-C ends", w.file)
		return nil
	}
	c, err := scenarios.Compare(w.last.Side("before"), r.Side("now"), nil)
	if err != nil { // nothing in common: other styles, say
		return report.Text(w.stdout, r, report.TextOptions{Scenario: w.file})
	}
	if _, err := fmt.Fprintf(w.stdout, "\n%s\n\n", strings.Repeat("─", 40)); err != nil {
		return err
	}
	if err := report.Verdicts(w.stdout, r); err != nil {
		return err
	}
	return report.CompareText(w.stdout, c)
}

// page writes the page anew, and shows it once.
func (w *watching) page(r *scenarios.Result) error {
	if w.flags.out == "" {
		return nil
	}
	if err := w.writeReport(w.flags.out, r); err != nil {
		return err
	}
	if !w.flags.open || w.opened {
		return nil
	}
	w.opened = true
	return w.openPage(filepath.Join(w.flags.out, "report.html"))
}
