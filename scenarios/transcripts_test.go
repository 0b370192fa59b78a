package scenarios

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"edasim/sim"
	"edasim/topology"
)

var updateTranscripts = flag.Bool("transcripts.update", false, "rewrite what the transcripts expect; read the difference")

// The transcripts read as the rules of the simulation, one file a rule: prose, a
// scenario, and for each style (or VARIANT.STYLE) what its first replication
// does. A line of a trace is
//
//	time  flow  where  what  message
//
// and a message is what it carries, its message id, and a letter for its logical
// id: #3b is the third publish, of the second thing that ought to happen once.
// A worker that takes a message at once is only said to have started it. Lines
// that begin with = are measures.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("transcripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			replay(t, file)
		})
	}
}

// replay compares a transcript with what the engine does.
func replay(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) < 2 || a.Files[0].Name != "scenario" || len(a.Comment) == 0 {
		t.Fatal("a transcript is prose, a scenario and at least one style")
	}
	sc, err := Load(a.Files[0].Data, filepath.Base(file), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Files[1:] {
		section := &a.Files[i+1]
		got, err := transcribe(sc, section.Name, string(section.Data))
		if err != nil {
			t.Fatalf("%s: %v", section.Name, err)
		}
		if want := string(section.Data); got != want && !*updateTranscripts {
			t.Errorf("%s:\n%s", section.Name, lineDifference(want, got))
		}
		section.Data = []byte(got)
	}
	if *updateTranscripts {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// transcribe simulates one style of a scenario. The measures are those that the
// section asks for.
func transcribe(sc *Scenario, section, want string) (string, error) {
	variant, styleName, found := strings.Cut(section, ".")
	if !found {
		variant, styleName = Base, section
	}
	config, err := configOf(sc, variant, styleName)
	if err != nil {
		return "", err
	}
	model, err := sim.Compile(config)
	if err != nil {
		return "", err
	}
	var records []sim.Record
	r, err := model.Trace(context.Background(), 1, func(r sim.Record) { records = append(records, r) })
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString(traceText(records))
	for line := range strings.Lines(want) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "=" {
			fmt.Fprintf(&out, "= %s %s\n", fields[1], measureText(r, fields[1]))
		}
	}
	return out.String(), nil
}

// configOf is what the engine is given for a variant in a style.
func configOf(sc *Scenario, variant, styleName string) (sim.Config, error) {
	config := sim.Config{System: sc.System, Faults: sc.Faults, Seed: sc.Run.Seed, Warmup: sc.Run.Warmup,
		Drain: sc.Run.Drain, MaxHops: sc.Run.MaxHops}
	for _, s := range []topology.Style{topology.Choreography, topology.Orchestrated, topology.DirectCalls} {
		if s.String() == styleName {
			config.Style = s
			styleName = ""
		}
	}
	if styleName != "" {
		return config, fmt.Errorf("there is no style %q", styleName)
	}
	if variant == Base {
		return config, nil
	}
	for _, v := range sc.Variants {
		if v.Name == variant {
			config.System, config.Faults = v.System, v.Faults
			return config, nil
		}
	}
	return config, fmt.Errorf("there is no variant %q", variant)
}

func measureText(r *sim.Replication, name string) string {
	for _, m := range r.Measures {
		if m.Name == name {
			return strconv.FormatFloat(m.Value, 'g', 6, 64)
		}
	}
	return "none"
}

// traceText writes records in columns.
func traceText(records []sim.Record) string {
	var rows [][5]string
	letters := map[uint64]string{}
	for i, r := range records {
		if r.Kind == sim.Relieved {
			continue // what its copy comes to is told
		}
		if r.Kind == sim.Leased && i+1 < len(records) && records[i+1].Kind == sim.Started &&
			records[i+1].Message == r.Message && records[i+1].Where == r.Where {
			continue
		}
		flow, where := "-", "-"
		if r.Flow > 0 {
			flow = fmt.Sprintf("1/%d", r.Flow)
		}
		if r.Where != "" {
			where = r.Where
		}
		rows = append(rows, [5]string{topology.FormatDuration(r.At), flow, where, r.Kind.String(), messageText(r, letters)})
	}
	var width [4]int
	for _, row := range rows {
		for c := range width {
			width[c] = max(width[c], len(row[c]))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		line := fmt.Sprintf("%-*s  %-*s  %-*s  %-*s  %s", width[0], row[0], width[1], row[1], width[2], row[2], width[3], row[3], row[4])
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

// messageText is what a record says of its message.
func messageText(r sim.Record, letters map[uint64]string) string {
	var parts []string
	if r.Event != "" {
		parts = append(parts, r.Event)
	}
	if r.Message != 0 {
		letter, known := letters[r.Logical]
		if !known {
			letter = string(rune('a' + len(letters)%26))
			if len(letters) >= 26 {
				letter += strconv.Itoa(len(letters) / 26)
			}
			letters[r.Logical] = letter
		}
		parts = append(parts, fmt.Sprintf("#%d%s", r.Message, letter))
	}
	if r.Attempt > 1 {
		parts = append(parts, fmt.Sprintf("delivery %d", r.Attempt))
	}
	if r.Detail != "" {
		if len(parts) > 0 {
			parts[len(parts)-1] += ":"
		}
		parts = append(parts, r.Detail)
	}
	return strings.Join(parts, " ")
}

// lineDifference shows where two texts part, with the lines before.
func lineDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	at := 0
	for at < len(w) && at < len(g) && w[at] == g[at] {
		at++
	}
	var out strings.Builder
	for _, line := range w[max(at-5, 0):at] {
		fmt.Fprintf(&out, "  %s\n", line)
	}
	for _, line := range w[at:min(at+8, len(w))] {
		fmt.Fprintf(&out, "- %s\n", line)
	}
	for _, line := range g[at:min(at+8, len(g))] {
		fmt.Fprintf(&out, "+ %s\n", line)
	}
	return out.String()
}
