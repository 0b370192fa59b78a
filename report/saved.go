package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"edasim/scenarios"
	"edasim/sim"
)

// Names of the files that a result is saved in.
const (
	ResultFile       = "result.json"
	ReplicationsFile = "replications.json"
)

// kindNames are how kinds of measures are saved.
var kindNames = map[sim.MeasureKind]string{sim.Mean: "mean", sim.Share: "share", sim.Quantile: "quantile", sim.Largest: "largest"}

// Replications writes what a comparison needs beside result.json: the value of
// every measure in each replication, null where one has none, and its kind.
func Replications(w io.Writer, r *scenarios.Result) error {
	s := r.Side("")
	cells := object{}
	for _, c := range s.Cells {
		styles, known := cells[c.Variant].(object)
		if !known {
			styles = object{}
			cells[c.Variant] = styles
		}
		values := object{}
		for i := range c.Measures {
			m := &c.Measures[i]
			values[m.Name] = object{"kind": kindNames[m.Kind], "values": eachOf(m, r.Replications)}
		}
		styles[c.Style] = values
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(object{
		"edasim": scenarios.Version, "semantics": scenarios.Semantics, "digest": r.Scenario.Digest,
		"seed": r.Seed, "replications": r.Replications,
		"wanted": s.Wanted, "sometimes": append([]string{}, s.Sometimes...), "variants": cells,
	})
}

// eachOf has the value of each replication, nil where it has none.
func eachOf(m *scenarios.Measured, replications int) []*float64 {
	out := make([]*float64, replications)
	for i, r := range m.In {
		if v := m.Each[i]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			out[r] = &v
		}
	}
	return out
}

// savedResult is what is read of result.json.
type savedResult struct {
	identity
	Scenario string                  `json:"scenario"`
	Partial  bool                    `json:"partial"`
	Styles   savedStyles             `json:"styles"`
	Variants map[string]savedVariant `json:"variants"`
}

// identity tells whether two files are of one run.
type identity struct {
	Edasim       string `json:"edasim"`
	Semantics    int    `json:"semantics"`
	Digest       string `json:"digest"`
	Seed         uint64 `json:"seed"`
	Replications int    `json:"replications"`
}

type savedVariant struct {
	Styles savedStyles `json:"styles"`
}

type savedStyles map[string]map[string]savedMeasure

type savedMeasure struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	Unit  string   `json:"unit"`
	Count *int64   `json:"count"`
}

type savedReplications struct {
	identity
	Wanted    string                                        `json:"wanted"`
	Sometimes []string                                      `json:"sometimes"`
	Variants  map[string]map[string]map[string]savedNumbers `json:"variants"`
}

type savedNumbers struct {
	Kind   string     `json:"kind"`
	Values []*float64 `json:"values"`
}

// ErrNotOurs says that a file is not a result that edasim wrote.
var ErrNotOurs = errors.New("not a result that edasim wrote with --out or --format json, or not all of it")

// ReadSaved reads a result.json, with the replications.json beside it where there
// is one (nil otherwise) and it is of the same run. name is what one names the
// result on a command line.
func ReadSaved(name string, result, replications []byte) (*scenarios.Side, error) {
	var doc savedResult
	if err := json.Unmarshal(result, &doc); err != nil || doc.Edasim == "" || doc.Replications < 1 || len(doc.Styles) == 0 {
		return nil, fmt.Errorf("%s: %w", name, ErrNotOurs)
	}
	s := &scenarios.Side{
		Name: name, Scenario: doc.Scenario, Digest: doc.Digest, Seed: doc.Seed, Semantics: doc.Semantics,
		Replications: doc.Replications, Partial: doc.Partial,
	}
	var more savedReplications
	if replications != nil {
		if err := json.Unmarshal(replications, &more); err != nil {
			return nil, fmt.Errorf("%s: its %s: %w", name, ReplicationsFile, ErrNotOurs)
		}
		s.HasEach = more.identity == doc.identity
	}
	if s.HasEach {
		s.Wanted, s.Sometimes = more.Wanted, more.Sometimes
	} else {
		more = savedReplications{}
	}
	add := func(variant string, styles savedStyles) {
		for _, style := range slices.Sorted(maps.Keys(styles)) {
			s.Cells = append(s.Cells, savedCell(variant, style, styles[style], more.Variants[variant][style]))
		}
	}
	add(scenarios.Base, doc.Styles)
	for _, variant := range slices.Sorted(maps.Keys(doc.Variants)) {
		add(variant, doc.Variants[variant].Styles)
	}
	return s, nil
}

func savedCell(variant, style string, measures map[string]savedMeasure, numbers map[string]savedNumbers) scenarios.SideCell {
	cell := scenarios.SideCell{Variant: variant, Style: style}
	for _, name := range slices.Sorted(maps.Keys(measures)) {
		saved := measures[name]
		if saved.Value == nil {
			continue
		}
		m := scenarios.Measured{Name: name, Unit: saved.Unit, Value: *saved.Value}
		if saved.Low != nil && saved.High != nil {
			m.Low, m.High, m.HasInterval = *saved.Low, *saved.High, true
		}
		if saved.Count != nil {
			m.Count, m.HasCount = *saved.Count, true
		}
		n := numbers[name]
		for kind, word := range kindNames {
			if word == n.Kind {
				m.Kind = kind
			}
		}
		for r, v := range n.Values {
			if v != nil {
				m.Each, m.In = append(m.Each, *v), append(m.In, r)
			}
		}
		cell.Measures = append(cell.Measures, m)
	}
	return cell
}
