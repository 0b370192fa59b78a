package report

import (
	"encoding/json"
	"io"

	"edasim/scenarios"
)

// TestJSON writes how the test of one scenario ended as one line: what
// identifies it, "verdict", "cases" with the fields that "expect" has in
// result.json and "details", "snapshot" where there is one. What could not be tested
// to the end has "error" instead of a verdict.
func TestJSON(w io.Writer, t *Test) error {
	doc := object{
		"edasim": scenarios.Version, "semantics": scenarios.Semantics,
		"scenario": t.Scenario, "named": t.Name, "digest": t.Digest, "seed": t.Seed,
		"replications": t.Replications, "cases": testCases(t), "warnings": append([]string{}, t.Warnings...),
	}
	if t.Error == "" {
		doc["verdict"] = string(t.Verdict)
	} else {
		doc["error"] = t.Error
	}
	if t.Partial {
		doc["partial"] = true
	}
	if s := t.Snapshot; s != nil {
		doc["snapshot"] = object{"file": s.File, "measures": s.Measures, "written": s.Written, "changes": changes(s.Changes)}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

func testCases(t *Test) []object {
	out := make([]object, 0, len(t.Cases))
	for i := range t.Cases {
		c := &t.Cases[i]
		o := object{"text": c.Name, "verdict": string(c.Verdict)}
		if c.judgedAs != nil {
			o = expectation(c.judgedAs)
		}
		details := make([]object, 0, len(c.Details))
		for _, d := range c.Details {
			details = append(details, object{"label": d.Label, "text": d.Text})
		}
		if len(details) > 0 {
			o["details"] = details
		}
		out = append(out, o)
	}
	return out
}

func changes(list []scenarios.Change) []object {
	out := make([]object, 0, len(list))
	for i := range list {
		c := &list[i]
		o := object{"measure": c.Measure}
		if c.Old != nil {
			o["old"] = *c.Old
		}
		if c.New != nil {
			o["new"] = *c.New
		}
		if c.Old != nil && c.New != nil {
			o["difference"] = *c.New - *c.Old
		}
		out = append(out, o)
	}
	return out
}
