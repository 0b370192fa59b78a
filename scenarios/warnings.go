package scenarios

import (
	"fmt"
	"strings"

	"edasim/faults"
	"edasim/sim"
)

// warnings are those of the loader and what the run adds, in the order of
// variants and styles.
func (r *Result) warnings(sc *Scenario, expectations []expectation) []string {
	out := append([]string{}, sc.Warnings...)
	for i := range r.Variants {
		v := &r.Variants[i]
		out = append(out, v.idleFaults(sc.faultsOf(v.Name))...)
		for j := range v.Styles {
			out = append(out, v.Styles[j].warnings(v.Name)...)
		}
	}
	for i := range expectations {
		if style, missing := expectations[i].missingStyle(sc.styles()); missing {
			out = append(out, fmt.Sprintf("not judged, since %s is not simulated: %s", style, expectations[i].text.Text))
		}
	}
	for i := range r.Expect {
		if e := &r.Expect[i]; e.Verdict == Inconclusive {
			out = append(out, e.warning(r.Replications))
		}
	}
	return out
}

func (sc *Scenario) faultsOf(variant string) []faults.Injection {
	for i := range sc.Variants {
		if sc.Variants[i].Name == variant {
			return sc.Variants[i].Faults
		}
	}
	return sc.Faults
}

// idleFaults names each fault that never acted in any style. One that is
// switched off by a probability of 0 is meant to be idle.
func (v *VariantResult) idleFaults(injections []faults.Injection) []string {
	var out []string
	for i := range injections {
		f := &injections[i]
		if f.Probability == 0 {
			continue
		}
		var eligible, fired int64
		for j := range v.Styles {
			for _, t := range v.Styles[j].Faults {
				if t.Name == f.Name {
					eligible += t.Eligible
					fired += t.Fired
				}
			}
		}
		if fired > 0 {
			continue
		}
		why := "nothing it applies to came by"
		if eligible > 0 {
			why = fmt.Sprintf("it could have %s times", grouped(eligible))
		}
		out = append(out, fmt.Sprintf("%sfault %q never acted: %s", prefix(v.Name), f.Name, why))
	}
	return out
}

// headline are the measures of which a reader takes the mean for the whole
// truth; only they are worth a warning when it describes nothing.
var headline = []string{
	"inconsistent", "stuck", "throughput", "goodput", "amplification",
	"latency.mean", "latency.p50", "latency.p95", "latency.p99", "recovery.mean",
}

func (s *StyleResult) warnings(variant string) []string {
	where := prefix(variant) + s.Style.String()
	if m := s.Measure("flows"); m == nil || m.Value == 0 {
		return []string{where + ": no flow was measured, so every figure is empty: is the workload long enough, and warmup short enough?"}
	}
	var out []string
	if m := s.Measure("unsettled"); m != nil && m.Count > 0 {
		out = append(out, fmt.Sprintf("%s: %s of %s flows had not settled when the run ended, and are not judged: set run.drain higher",
			where, grouped(m.Count), grouped(m.Of)))
	}
	var two []string
	for _, name := range headline {
		if m := s.Measure(name); m != nil && m.Bimodal && !m.minor() {
			two = append(two, name)
		}
	}
	if len(two) > 0 {
		out = append(out, fmt.Sprintf("%s: replications fall into two groups, and the mean describes neither, in %s", where, strings.Join(two, ", ")))
	}
	return out
}

// minor tells whether the replications differ by too little to speak of: their
// standard deviation is less than 5 % of the mean, as histogram buckets and rare
// events make it, or those of a share differ no more than counts of rare flows do
// by chance, with a variance below four times that of independent flows. 0 and 1
// flows of 1,000 are two groups, but say nothing.
func (m *Measured) minor() bool {
	scatter, mean := variance(m.Each), meanOf(m.Each)
	if scatter < float64(0.05*0.05)*float64(mean*mean) {
		return true
	}
	if m.Kind != sim.Share || m.Of == 0 {
		return false
	}
	p := float64(m.Count) / float64(m.Of)
	flows := float64(m.Of) / float64(len(m.Each))
	return scatter < float64(4*p*(1-p))/flows
}

func (e *Expectation) warning(replications int) string {
	text := "inconclusive: " + e.Text
	if e.Why != "" {
		text += ": " + e.Why
	}
	if e.Need > 0 {
		text += fmt.Sprintf("; --replications %d would probably decide it (now %d)", e.Need, replications)
	}
	return text
}

// prefix names a variant in front of a style; the base needs no name.
func prefix(variant string) string {
	if variant == Base {
		return ""
	}
	return variant + ", "
}

// grouped is a whole number with a comma between thousands.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
