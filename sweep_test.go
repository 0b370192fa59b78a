package main

import "testing"

func TestSweepJobs(t *testing.T) {
	for _, c := range []struct{ jobs, each, points, ofEach int }{
		{1, 1, 1, 1},
		{1, 30, 1, 1},
		{2, 1, 2, 1},
		{2, 30, 1, 2},
		{16, 10, 2, 8},
		{16, 1, 16, 1},
		{4, 3, 2, 2},
	} {
		points, ofEach := sweepJobs(c.jobs, c.each)
		if points != c.points || ofEach != c.ofEach {
			t.Errorf("%d jobs, %d simulations of each point: %d points with %d each, want %d with %d",
				c.jobs, c.each, points, ofEach, c.points, c.ofEach)
		}
	}
	if points, ofEach := sweepJobs(0, 1); points < 1 || ofEach != 1 {
		t.Errorf("one for each core: %d points with %d each", points, ofEach)
	}
}
