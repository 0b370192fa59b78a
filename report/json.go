// Package report shows results to people and machines.
package report

import (
	"encoding/json"
	"io"
	"math"

	"edasim/scenarios"
)

// JSON writes a result as result.json has it: indented, keys sorted, floats the
// shortest way that reads back the same. What is not a finite number is left
// out.
//
// Differences of styles are objects of measures, named
// "orchestration-choreography" for the base and
// "VARIANT.orchestration-choreography" for a variant; differences of a variant
// from the base, "VARIANT-base", have such an object for each style. An
// expectation over several variants or styles has no "variant" or "style".
func JSON(w io.Writer, r *scenarios.Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document(r))
}

// JSONLine writes what JSON writes as one line.
func JSONLine(w io.Writer, r *scenarios.Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(document(r))
}

// object is written with its keys sorted.
type object map[string]any

func document(r *scenarios.Result) object {
	doc := object{
		"edasim": scenarios.Version, "semantics": scenarios.Semantics,
		"scenario": r.Scenario.Name, "digest": r.Scenario.Digest,
		"seed": r.Seed, "replications": r.Replications, "verdict": string(r.Verdict),
		"styles":      styles(r.Variants[0].Styles),
		"differences": differences(r.Differences),
		"expect":      expectations(r.Expect),
		"warnings":    append([]string{}, r.Warnings...),
	}
	if r.Partial {
		doc["partial"] = true
	}
	variants := object{}
	for _, v := range r.Variants[1:] {
		variants[v.Name] = object{"styles": styles(v.Styles)}
	}
	doc["variants"] = variants
	return doc
}

func styles(cells []scenarios.StyleResult) object {
	out := object{}
	for _, c := range cells {
		out[c.Style.String()] = measures(c.Measures)
	}
	return out
}

func measures(list []scenarios.Measured) object {
	out := object{}
	for i := range list {
		m := &list[i]
		o := object{}
		interval(o, m.Value, m.Low, m.High, m.HasInterval)
		if len(o) == 0 {
			continue
		}
		text(o, "unit", m.Unit)
		if m.HasCount {
			o["count"] = m.Count
		}
		out[m.Name] = o
	}
	return out
}

// interval sets what is finite of a value and its bounds.
func interval(o object, value, low, high float64, has bool) {
	set := func(key string, v float64) {
		if v == 0 {
			v = 0 // not −0
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			o[key] = v
		}
	}
	set("value", value)
	if has {
		set("low", low)
		set("high", high)
	}
}

// text sets a word unless it is empty.
func text(o object, key, word string) {
	if word != "" {
		o[key] = word
	}
}

func differences(list []scenarios.Difference) object {
	out := object{}
	for i := range list {
		d := &list[i]
		switch {
		case d.Style != nil:
			styles, known := out[d.Name].(object)
			if !known {
				styles = object{}
				out[d.Name] = styles
			}
			styles[d.Style.String()] = measures(d.Measures)
		case d.Variant == scenarios.Base:
			out[d.Name] = measures(d.Measures)
		default:
			out[d.Variant+"."+d.Name] = measures(d.Measures)
		}
	}
	return out
}

func expectations(list []scenarios.Expectation) []object {
	out := make([]object, 0, len(list))
	for i := range list {
		out = append(out, expectation(&list[i]))
	}
	return out
}

func expectation(e *scenarios.Expectation) object {
	o := object{"text": e.Text, "line": e.Line, "verdict": string(e.Verdict)}
	interval(o, e.Value, e.Low, e.High, e.HasInterval)
	text(o, "variant", e.Variant)
	text(o, "style", e.Style)
	text(o, "unit", e.Unit)
	text(o, "why", e.Why)
	if e.Need > 0 {
		o["need"] = e.Need
	}
	return o
}
