package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress is one line on stderr, rewritten in place. It appears on a terminal
// only, and not before a second of work.
type progress struct {
	w     io.Writer // nil: silent
	began time.Time
	shown time.Time
	width int // of the line that stands there
}

func (a *app) newProgress(began time.Time) *progress {
	p := &progress{began: began}
	if f, ok := a.stderr.(*os.File); ok && !a.quiet && term.IsTerminal(int(f.Fd())) {
		p.w = f
	}
	return p
}

// show is told how much of the work is done; it writes at most ten times a
// second.
func (p *progress) show(done, total int) {
	now := time.Now()
	elapsed := now.Sub(p.began)
	if p.w == nil || elapsed < time.Second || now.Sub(p.shown) < 100*time.Millisecond {
		return
	}
	p.shown = now
	left := time.Duration(float64(elapsed) / float64(done) * float64(total-done))
	line := fmt.Sprintf("%d %%, about %s left", 100*done/total, left.Round(time.Second))
	fmt.Fprintf(p.w, "\r%s%s", line, strings.Repeat(" ", max(0, p.width-len(line))))
	p.width = len(line)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}

// short is a number in three digits or so: 950, 4.1 k, 12.3 M.
func short(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprint(n)
	case n < 999_950:
		return fmt.Sprintf("%.1f k", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f M", float64(n)/1e6)
}
