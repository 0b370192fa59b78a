package scenarios

import (
	"slices"

	"edasim/sim"
)

// addSeries adds a replication's series to the sum so far, which may be nil.
// Beyond the end of a replication nothing happened. The fault windows kept are
// those of the first replication.
func addSeries(sum *sim.Series, s *sim.Series) *sim.Series {
	if s.Bin == 0 {
		return sum
	}
	if sum == nil {
		sum = &sim.Series{Bin: s.Bin, Windows: slices.Clone(s.Windows)}
		for _, v := range s.Services {
			sum.Services = append(sum.Services, sim.ServiceSeries{Service: v.Service})
		}
	}
	sum.Good = addBins(sum.Good, s.Good)
	sum.Outcomes = addBins(sum.Outcomes, s.Outcomes)
	sum.Arrivals = addBins(sum.Arrivals, s.Arrivals)
	sum.Retries = addBins(sum.Retries, s.Retries)
	sum.Begun = addBins(sum.Begun, s.Begun)
	sum.Lag = addBins(sum.Lag, s.Lag)
	for i := range sum.Services {
		sum.Services[i].Queue = addBins(sum.Services[i].Queue, s.Services[i].Queue)
		sum.Services[i].Busy = addBins(sum.Services[i].Busy, s.Services[i].Busy)
	}
	return sum
}

func addBins(sum, bins []float64) []float64 {
	for len(sum) < len(bins) {
		sum = append(sum, 0)
	}
	for i, v := range bins {
		sum[i] += v
	}
	return sum
}

// meanSeries divides a sum of n series by n.
func meanSeries(sum *sim.Series, n int) *sim.Series {
	if sum == nil {
		return nil
	}
	mean := &sim.Series{
		Bin: sum.Bin, Windows: sum.Windows,
		Good: perReplication(sum.Good, n), Outcomes: perReplication(sum.Outcomes, n),
		Arrivals: perReplication(sum.Arrivals, n), Retries: perReplication(sum.Retries, n),
		Begun: perReplication(sum.Begun, n), Lag: perReplication(sum.Lag, n),
	}
	for _, v := range sum.Services {
		mean.Services = append(mean.Services, sim.ServiceSeries{
			Service: v.Service, Queue: perReplication(v.Queue, n), Busy: perReplication(v.Busy, n),
		})
	}
	return mean
}

func perReplication(sum []float64, n int) []float64 {
	mean := make([]float64, len(sum))
	for i, v := range sum {
		mean[i] = v / float64(n)
	}
	return mean
}
