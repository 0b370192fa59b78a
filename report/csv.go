package report

import (
	"encoding/csv"
	"io"
	"strconv"

	"edasim/scenarios"
	"edasim/sim"
)

// CSV writes every measure of every variant and style as a table with one line
// each: variant, style, measure, value, low, high, count, unit. Times are in
// seconds. A cell is empty where there is no such figure.
func CSV(w io.Writer, r *scenarios.Result) error {
	c := csv.NewWriter(w)
	c.Write([]string{"variant", "style", "measure", "value", "low", "high", "count", "unit"})
	for _, v := range r.Variants {
		for _, s := range v.Styles {
			for _, m := range s.Measures {
				low, high, n := "", "", ""
				if m.HasInterval {
					low, high = number(m.Low), number(m.High)
				}
				if m.HasCount {
					n = strconv.FormatInt(m.Count, 10)
				}
				c.Write([]string{v.Name, s.Style.String(), m.Name, number(m.Value), low, high, n, m.Unit})
			}
		}
	}
	c.Flush()
	return c.Error()
}

// SeriesCSV writes what happened over time in every variant and style: the end
// of each bin in seconds, flows for each second of the bin, and the mean over the
// bin of what waited and was in work, all as means of the replications.
func SeriesCSV(w io.Writer, r *scenarios.Result) error {
	c := csv.NewWriter(w)
	c.Write([]string{"variant", "style", "until_s", "series", "value", "unit"})
	for _, v := range r.Variants {
		for _, s := range v.Styles {
			if s.Series != nil {
				writeSeries(c, v.Name, s.Style.String(), s.Series)
			}
		}
	}
	c.Flush()
	return c.Error()
}

func writeSeries(c *csv.Writer, variant, style string, s *sim.Series) {
	bin := float64(s.Bin) / 1e9
	write := func(name, unit string, values []float64, by float64) {
		for i, v := range values {
			c.Write([]string{variant, style, number(float64(i+1) * bin), name, number(v * by), unit})
		}
	}
	write("arrivals", "per s", s.Arrivals, 1/bin)
	write("outcomes", "per s", s.Outcomes, 1/bin)
	write("goodput", "per s", s.Good, 1/bin)
	write("retries", "per s", s.Retries, 1/bin)
	write("lag", "s", meanLag(s), 1)
	for _, service := range s.Services {
		write("service."+service.Service+".queue", "messages", service.Queue, 1)
		write("service."+service.Service+".in_flight", "messages", service.Busy, 1)
	}
}

// meanLag is the mean lag of what workers started on in each bin, seconds; 0 where
// nothing was.
func meanLag(s *sim.Series) []float64 {
	out := make([]float64, len(s.Begun))
	for i, n := range s.Begun {
		if n > 0 {
			out[i] = s.Lag[i] / n
		}
	}
	return out
}

// number is the shortest text that reads back as the same number.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
