package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// snapshotFormat is the number of the format of snapshot files.
const snapshotFormat = 1

// Snapshot is all measures of a run, kept in a file for exact comparison.
type Snapshot struct {
	Edasim       string   `json:"edasim"`
	Semantics    int      `json:"semantics"`
	Format       int      `json:"snapshot"`
	Scenario     string   `json:"scenario"`
	Seed         uint64   `json:"seed"`
	Replications int      `json:"replications"`
	Styles       []string `json:"styles"`
	// Measures are by "VARIANT.STYLE.measure".
	Measures map[string]Figures `json:"measures"`
}

// Figures are what is compared of a measure; nil where it has none.
type Figures struct {
	Value *float64 `json:"value,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
	Count *float64 `json:"count,omitempty"`
}

// Change is a figure that differs from the snapshot; Old or New is nil where
// one of them does not have it.
type Change struct {
	Measure  string // "base.choreography.stuck", and which figure unless it is the value
	Old, New *float64
}

// SnapshotFile is where the snapshot of a scenario file is kept: beside it.
func SnapshotFile(scenario string) string {
	return strings.TrimSuffix(scenario, ".yaml") + ".snapshot.json"
}

// Snapshot is what a later run is compared with.
func (r *Result) Snapshot() *Snapshot {
	s := &Snapshot{
		Edasim: Version, Semantics: Semantics, Format: snapshotFormat,
		Scenario: r.Scenario.Name, Seed: r.Seed, Replications: r.Replications,
		Measures: make(map[string]Figures),
	}
	for _, v := range r.Variants {
		for _, c := range v.Styles {
			if v.Name == Base {
				s.Styles = append(s.Styles, c.Style.String())
			}
			for i := range c.Measures {
				s.Measures[v.Name+"."+c.Style.String()+"."+c.Measures[i].Name] = figures(&c.Measures[i])
			}
		}
	}
	return s
}

func figures(m *Measured) Figures {
	f := Figures{Value: finite(m.Value)}
	if m.HasInterval {
		f.Low, f.High = finite(m.Low), finite(m.High)
	}
	if m.HasCount {
		f.Count = finite(float64(m.Count))
	}
	return f
}

// finite is nil for what is not a finite number. There is no −0.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	if v == 0 {
		v = 0
	}
	return &v
}

// Encode is the text of the file: a line for each measure, sorted, so that a
// version control system shows what changed.
func (s *Snapshot) Encode() ([]byte, error) {
	head := *s
	head.Measures = nil
	text, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(bytes.TrimSuffix(text, []byte(`null}`)))
	b.WriteString("{")
	for i, name := range sortedNames(s.Measures) {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(s.Measures[name])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "\n%s: %s", key, value)
	}
	b.WriteString("\n}}\n")
	return b.Bytes(), nil
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// DecodeSnapshot reads what Encode wrote. file is the name that errors show.
func DecodeSnapshot(text []byte, file string) (*Snapshot, error) {
	var s Snapshot
	err := json.Unmarshal(text, &s)
	switch {
	case err == nil && s.Format > snapshotFormat:
		return nil, fmt.Errorf("%s: a snapshot in format %d, of edasim %s; this edasim %s reads up to format %d: use a newer one",
			file, s.Format, s.Edasim, Version, snapshotFormat)
	case err != nil || s.Format < 1 || s.Edasim == "" || s.Measures == nil:
		return nil, fmt.Errorf("%s: not a snapshot that edasim wrote, or not all of it; take it from version control, or delete it and test again", file)
	}
	return &s, nil
}

// Changes are the figures that differ from an older snapshot, in the order of
// their names. Where the value of a measure differs, its interval and count are
// not listed.
func (s *Snapshot) Changes(old *Snapshot) []Change {
	names := sortedNames(s.Measures)
	for _, name := range sortedNames(old.Measures) {
		if _, both := s.Measures[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []Change
	for _, name := range names {
		a, b := old.Measures[name], s.Measures[name]
		if !same(a.Value, b.Value) {
			out = append(out, Change{name, a.Value, b.Value})
			continue
		}
		for _, f := range []struct {
			what     string
			old, new *float64
		}{{"low", a.Low, b.Low}, {"high", a.High, b.High}, {"count", a.Count, b.Count}} {
			if !same(f.old, f.new) {
				out = append(out, Change{name + ", " + f.what, f.old, f.new})
			}
		}
	}
	return out
}

func same(a, b *float64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// Why says in words what else differs from an older snapshot and explains
// other figures; empty where nothing does.
func (s *Snapshot) Why(old *Snapshot) string {
	var parts []string
	if s.Semantics != old.Semantics {
		parts = append(parts, fmt.Sprintf("the snapshot is of edasim %s, semantics %d; this is %s, semantics %d: figures may differ for that alone",
			old.Edasim, old.Semantics, s.Edasim, s.Semantics))
	}
	if s.Seed != old.Seed {
		parts = append(parts, fmt.Sprintf("the snapshot has seed %d, this run %d", old.Seed, s.Seed))
	}
	if s.Replications != old.Replications {
		parts = append(parts, fmt.Sprintf("the snapshot has %d replications, this run %d", old.Replications, s.Replications))
	}
	if !slices.Equal(s.Styles, old.Styles) {
		parts = append(parts, fmt.Sprintf("the snapshot has the styles %s; this run has %s", strings.Join(old.Styles, ", "), strings.Join(s.Styles, ", ")))
	}
	return strings.Join(parts, "; ")
}
