package report

import (
	"fmt"

	"edasim/scenarios"
	"edasim/sim"
)

// goodputProse says what the first window of a fault did to goodput.
func goodputProse(r *scenarios.Result) []prose {
	cells := withSeries(r)
	if len(cells) == 0 {
		return nil
	}
	s := cells[0].Series
	end := float64(lastActive(s.Arrivals)+1) * inSeconds(s.Bin)
	windows := shades(s.Windows).visible(0, end)
	var p prose
	if len(windows) == 0 {
		p.say("No fault had a window of its own: what acts, acts all the time. Good flows a second: ")
		p.eachBrief(cells, "goodput")
		p.say(".")
		return []prose{p}
	}
	w := windows[0]
	p.say("Good flows a second before and during the %s, from %s to %s: ", shadeLabel(w), inWords(inSeconds(w.From)), inWords(inSeconds(w.Until)))
	p.each(cells, func(c *scenarios.StyleResult) string {
		before, during := aroundWindow(c.Series, w)
		return digits(before, 3) + " and " + digits(during, 2)
	})
	p.say(". After its end, back at nine tenths of what it was before: ")
	p.each(cells, func(c *scenarios.StyleResult) string {
		before, _ := aroundWindow(c.Series, w)
		return backAfter(c.Series, w, before, end)
	})
	p.say(".")
	out := []prose{p}
	if len(windows) > 1 {
		var more prose
		more.say("%s more windows followed.", thousands(int64(len(windows)-1)))
		if len(windows) == 2 {
			more = prose{{Text: "One more window followed."}}
		}
		out = append(out, more)
	}
	return out
}

// aroundWindow is the mean rate of good flows before a window and within it.
func aroundWindow(s *sim.Series, w sim.Window) (before, during float64) {
	from, until := int(w.From/s.Bin), int((w.Until-1)/s.Bin)
	return meanRate(s, 0, from), meanRate(s, from, until+1)
}

// meanRate is the mean over bins from (included) to until (not), in flows a
// second.
func meanRate(s *sim.Series, from, until int) float64 {
	until = min(until, len(s.Good))
	sum := 0.0
	for i := from; i < until; i++ {
		sum += s.Good[i]
	}
	if until <= from {
		return 0
	}
	return sum / float64(until-from) / inSeconds(s.Bin)
}

// backAfter is how long after a window the rate was as before, in words.
func backAfter(s *sim.Series, w sim.Window, before, end float64) string {
	width := inSeconds(s.Bin)
	for i := int(w.Until / s.Bin); i < len(s.Good) && float64(i)*width < end; i++ {
		if s.Good[i]/width >= 0.9*before {
			return "within " + inWords(max(float64(i+1)*width-inSeconds(w.Until), width))
		}
	}
	return "never"
}

// retriesProse says when most was tried again, and what it means for one message.
func retriesProse(r *scenarios.Result) []prose {
	cells := withSeries(r)
	var p prose
	p.say("Messages that were delivered or sent again, in a second, at most and when: ")
	p.each(cells, func(c *scenarios.StyleResult) string {
		bin := inSeconds(c.Series.Bin)
		at, top := highest(c.Series.Retries)
		if top == 0 {
			return "none"
		}
		return fmt.Sprintf("%s at %s", digits(top/bin, 2), inWords(float64(at)*bin))
	})
	p.say(". Deliveries for each message that a handler had to handle, over all: ")
	p.eachBrief(cells, "amplification")
	p.say(".")
	return []prose{p}
}

// lagProse says when a message waited longest.
func lagProse(r *scenarios.Result) []prose {
	var p prose
	p.say("The longest mean lag of any moment, and when: ")
	p.each(withSeries(r), func(c *scenarios.StyleResult) string {
		worst := xy{}
		for _, at := range lags(c.Series) {
			if at.y > worst.y {
				worst = at
			}
		}
		if worst.y == 0 {
			return "none"
		}
		return inWords(worst.y) + " at " + inWords(worst.x-inSeconds(c.Series.Bin)/2)
	})
	p.say(". On a log scale, since an outage makes milliseconds into minutes.")
	return []prose{p}
}

// highest is the largest value and its bin.
func highest(bins []float64) (at int, top float64) {
	for i, v := range bins {
		if v > top {
			at, top = i, v
		}
	}
	return at, top
}

// queueProse says how long the longest queue was, and when.
func queueProse(r *scenarios.Result) []prose {
	cells := withSeries(r)
	service := longestQueue(cells)
	if service == "" {
		return nil
	}
	var p prose
	p.say("Nowhere did more wait than at %s. The most, and when: ", oneLine(service))
	p.each(cells, func(c *scenarios.StyleResult) string {
		at, top := highest(queueOf(c.Series, service))
		if top < 0.5 {
			return "hardly any"
		}
		return fmt.Sprintf("%s at %s", digits(top, 3), inWords(float64(at+1)*inSeconds(c.Series.Bin)))
	})
	p.say(". Each figure is the mean of the replications.")
	return []prose{p}
}
