package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"edasim/scenarios"
	"edasim/topology"
)

func jsonResult() *scenarios.Result {
	direct := topology.DirectCalls
	cell := func(v float64) []scenarios.StyleResult {
		return []scenarios.StyleResult{{Style: topology.Choreography, Measures: []scenarios.Measured{
			{Name: "latency.p99", Unit: "s", Value: v, Low: v - 0.1, High: v + 0.1, HasInterval: true},
			{Name: "stuck", Unit: "share", Value: 0.021, Count: 6301, HasCount: true},
			{Name: "undefined", Value: math.NaN()},
		}}}
	}
	return &scenarios.Result{
		Scenario: &scenarios.Scenario{Name: "a <b> & c", Digest: "sha256:00"},
		Seed:     math.MaxUint64, Replications: 10, Verdict: scenarios.Fail,
		Variants: []scenarios.VariantResult{{Name: "base", Styles: cell(0.1)}, {Name: "fixed", Styles: cell(1e-9)}},
		Differences: []scenarios.Difference{
			{Name: "orchestration-choreography", Variant: "base", Measures: []scenarios.Measured{{Name: "stuck", Value: math.Copysign(0, -1)}}},
			{Name: "orchestration-choreography", Variant: "fixed"},
			{Name: "fixed-base", Style: &direct},
		},
		Expect: []scenarios.Expectation{{
			Text: "stuck == 0", Line: 121, Variant: "base", Style: "choreography", Verdict: scenarios.Fail,
			Value: 0.021, Low: 0.01, High: math.Inf(1), HasInterval: true, Unit: "share",
		}},
	}
}

const jsonWant = `{"differences":{"fixed-base":{"direct":{}},"fixed.orchestration-choreography":{},` +
	`"orchestration-choreography":{"stuck":{"value":0}}},"digest":"sha256:00","edasim":"1.0.0",` +
	`"expect":[{"line":121,"low":0.01,"style":"choreography","text":"stuck == 0","unit":"share","value":0.021,"variant":"base","verdict":"fail"}],` +
	`"replications":10,"scenario":"a <b> & c","seed":18446744073709551615,"semantics":1,` +
	`"styles":{"choreography":{"latency.p99":{"high":0.2,"low":0,"unit":"s","value":0.1},"stuck":{"count":6301,"unit":"share","value":0.021}}},` +
	`"variants":{"fixed":{"styles":{"choreography":{"latency.p99":{"high":0.100000001,"low":-0.099999999,"unit":"s","value":1e-9},"stuck":{"count":6301,"unit":"share","value":0.021}}}}},` +
	`"verdict":"fail","warnings":[]}` + "\n"

func TestJSONLine(t *testing.T) {
	var b strings.Builder
	if err := JSONLine(&b, jsonResult()); err != nil {
		t.Fatal(err)
	}
	if b.String() != jsonWant {
		t.Errorf("got\n%swant\n%s", b.String(), jsonWant)
	}
}

func TestJSONIsTheSameIndented(t *testing.T) {
	var long, compact bytes.Buffer
	r := jsonResult()
	r.Partial = true
	if err := JSON(&long, r); err != nil {
		t.Fatal(err)
	}
	if err := json.Compact(&compact, long.Bytes()); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(jsonWant, `"replications"`, `"partial":true,"replications"`, 1)
	if compact.String() != want && compact.String()+"\n" != want {
		t.Errorf("got\n%s\nwant\n%s", compact.String(), want)
	}
}
