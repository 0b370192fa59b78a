package report

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"edasim/faults"
	"edasim/scenarios"
	"edasim/topology"
)

// tracedFlows are the first flows of every built-in and every large scenario, in every
// style.
func tracedFlows(t *testing.T, visit func(name string, traced []*scenarios.Traced)) {
	t.Helper()
	texts := map[string][]byte{}
	for _, name := range scenarios.BuiltinNames() {
		texts[name], _ = scenarios.Builtin(name)
	}
	large, err := filepath.Glob("../testdata/large/*.yaml")
	if err != nil || len(large) < 2 {
		t.Fatal(large, err)
	}
	for _, file := range large {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(file)] = text
	}
	var flows []faults.Flow
	for n := range int64(30) {
		flows = append(flows, faults.Flow{Replication: 1, Number: n + 1})
	}
	for name, text := range texts {
		sc, err := scenarios.Load(text, name, scenarios.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, style := range topology.Styles {
			sc.Run.Styles = []topology.Style{style}
			traced, err := scenarios.Trace(context.Background(), sc, scenarios.Which{}, flows)
			if err != nil {
				t.Fatalf("%s in %s: %v", name, style, err)
			}
			visit(name+" in "+style.String(), traced)
		}
	}
}

// readChrome is a trace as a viewer reads it, times in nanoseconds.
type readChrome struct {
	Events []struct {
		Name, Ph, Cat, ID, BP string
		TS, Dur               json.Number
		PID, TID              int
		Args                  map[string]any
	} `json:"traceEvents"`
}

func nanos(t *testing.T, n json.Number) int64 {
	t.Helper()
	whole, part, _ := strings.Cut(string(n), ".")
	v, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil || len(part) != 3 {
		t.Fatalf("%q is no time", n)
	}
	return v
}

// Every trace is one that Perfetto can show: times ascend, no two runs of one worker
// overlap, no replica has more workers than it has, every arrow begins in a run that is
// under way and ends at the start of one, every track has a name and every event a category.
func TestChromeTraces(t *testing.T) {
	type track struct{ pid, tid int }
	runs, arrows := 0, 0
	tracedFlows(t, func(name string, traced []*scenarios.Traced) {
		var b bytes.Buffer
		if err := ChromeTrace(&b, traced); err != nil {
			t.Fatal(err)
		}
		var read readChrome
		if err := json.Unmarshal(b.Bytes(), &read); err != nil {
			t.Fatal(err)
		}
		named, process := map[track]bool{}, map[int]string{}
		slices, begun := map[track][][2]int64{}, map[string]int64{}
		last := int64(0)
		for _, e := range read.Events {
			at := track{e.PID, e.TID}
			if e.Cat == "" {
				t.Fatalf("%s: %+v: without a category", name, e)
			}
			switch {
			case e.Name == "thread_name":
				named[at] = true
			case e.Name == "process_name":
				process[e.PID] = e.Args["name"].(string)
			case e.Ph == "X":
				slices[at] = append(slices[at], [2]int64{nanos(t, e.TS), nanos(t, e.TS) + nanos(t, e.Dur)})
				runs++
			}
			if e.Ph != "M" {
				now := nanos(t, e.TS)
				if now < last || process[e.PID] == "" || !named[at] && process[e.PID] != topology.ClientNode {
					t.Fatalf("%s: %+v: out of order, or without a track", name, e)
				}
				last = now
			}
		}
		for at, list := range slices {
			for i := 1; i < len(list); i++ {
				if list[i][0] < list[i-1][1] {
					t.Errorf("%s: %s, track %d: %v overlaps %v", name, process[at.pid], at.tid, list[i], list[i-1])
				}
			}
		}
		within := func(at track, now int64) bool {
			for _, s := range slices[at] {
				if s[0] <= now && now <= s[1] {
					return true
				}
			}
			return false
		}
		for _, e := range read.Events {
			if e.Ph != "s" && e.Ph != "f" {
				continue
			}
			now := nanos(t, e.TS)
			if !within(track{e.PID, e.TID}, now) && process[e.PID] != topology.ClientNode {
				t.Errorf("%s: an arrow at %d on %s outside of any run", name, now, process[e.PID])
			}
			if e.Ph == "s" {
				begun[e.ID] = now
				arrows++
			} else if from, ok := begun[e.ID]; !ok || from > now {
				t.Errorf("%s: the arrow %s ends before it begins", name, e.ID)
			}
		}
		for _, s := range traced[0].System.Services {
			for at := range slices {
				if lane := at.tid % 10_000; process[at.pid] == s.Name && s.Concurrency > 0 && lane > s.Concurrency*s.Replicas {
					t.Errorf("%s: %s has a worker %d of %d", name, s.Name, lane, s.Concurrency*s.Replicas)
				}
			}
		}
	})
	t.Logf("%d runs, %d arrows", runs, arrows)
	if runs < 10_000 || arrows < 10_000 {
		t.Error("too little was looked at")
	}
}
