package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"edasim/scenarios"
	"edasim/scenarios/lint"
)

// Linted is what lint found in one scenario file.
type Linted struct {
	File string // as in messages: "checkout.yaml"
	*lint.Result
}

// LintText writes findings for people, in 80 columns, and a last line that counts them.
func LintText(w io.Writer, list []Linted) error {
	var b strings.Builder
	errors, warnings, silenced := 0, 0, 0
	for _, l := range list {
		errors += l.Count(lint.Error)
		warnings += l.Count(lint.Warning) - l.Count(lint.Error)
		silenced += l.Silenced
		for i := range l.Findings {
			f := &l.Findings[i]
			fmt.Fprintf(&b, "%s:%d:%d  %s  %s\n", oneLine(l.File), f.Pos.Line, f.Pos.Column, f.Rule.Severity, f.Rule.Name)
			for _, text := range []string{f.What, f.Figure} {
				for _, line := range wrap(oneLine(text), 76) {
					fmt.Fprintf(&b, "    %s\n", line)
				}
			}
			for k, line := range wrap(oneLine(f.Write), 67) {
				label := "write"
				if k > 0 {
					label = ""
				}
				fmt.Fprintf(&b, "    %-9s%s\n", label, line)
			}
			for _, p := range f.Predicts {
				fmt.Fprintf(&b, "    %-9s%s\n", "expect", p)
			}
			b.WriteString("\n")
		}
	}
	total := fmt.Sprintf("%s, %s", plural(errors, "error"), plural(warnings, "warning"))
	if errors+warnings == 0 {
		total = "nothing found"
	}
	if len(list) > 1 {
		total += fmt.Sprintf(" in %s", plural(len(list), "scenario"))
	}
	if silenced > 0 {
		total += fmt.Sprintf(", %d allowed", silenced)
	}
	b.WriteString(total + ".")
	if errors+warnings > 0 {
		b.WriteString(" Silence one with a reason:  # lint: allow RULE, reason")
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// lintFinding is a finding as other tools read it.
type lintFinding struct {
	Rule     string           `json:"rule"`
	Severity string           `json:"severity"`
	File     string           `json:"file"`
	Line     int              `json:"line"`
	Column   int              `json:"column"`
	Subject  string           `json:"subject"`
	What     string           `json:"what"`
	Figure   string           `json:"figure,omitempty"`
	Write    string           `json:"write"`
	Predicts []lintPrediction `json:"predicts,omitempty"`
}

type lintPrediction struct {
	Measure string  `json:"measure"`
	Value   float64 `json:"value"`
	AtLeast bool    `json:"at_least,omitempty"`
}

// LintJSON writes findings as one JSON object for each scenario, one a line.
func LintJSON(w io.Writer, list []Linted) error {
	e := json.NewEncoder(w)
	for _, l := range list {
		out := struct {
			File     string        `json:"file"`
			Findings []lintFinding `json:"findings"`
			Allowed  int           `json:"allowed"`
		}{l.File, []lintFinding{}, l.Silenced}
		for i := range l.Findings {
			f := &l.Findings[i]
			x := lintFinding{f.Rule.Name, f.Rule.Severity.String(), l.File, f.Pos.Line, f.Pos.Column, f.Subject, f.What, f.Figure, f.Write, nil}
			for _, p := range f.Predicts {
				x.Predicts = append(x.Predicts, lintPrediction(p))
			}
			out.Findings = append(out.Findings, x)
		}
		if err := e.Encode(out); err != nil {
			return err
		}
	}
	return nil
}

// The parts of SARIF 2.1.0 (OASIS Standard, 27 March 2020) that edasim writes.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
	Columns string        `json:"columnKind"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"semanticVersion"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string      `json:"id"`
	Short   sarifText   `json:"shortDescription"`
	Full    sarifText   `json:"fullDescription"`
	Default sarifConfig `json:"defaultConfiguration"`
}

type sarifConfig struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule      string          `json:"ruleId"`
	Index     int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	Physical sarifPlace `json:"physicalLocation"`
}

type sarifPlace struct {
	Artifact sarifFile   `json:"artifactLocation"`
	Region   sarifRegion `json:"region"`
}

type sarifFile struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn"`
}

// LintSARIF writes findings for code scanning: one run over all scenarios.
func LintSARIF(w io.Writer, list []Linted) error {
	run := sarifRun{Columns: "unicodeCodePoints", Results: []sarifResult{}, Tool: sarifTool{sarifDriver{Name: "edasim", Version: scenarios.Version}}}
	index := map[string]int{}
	for i, r := range lint.Rules() {
		index[r.Name] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{r.Name, sarifText{sentence(r.Short)}, sarifText{r.Why}, sarifConfig{r.Severity.String()}})
	}
	for _, l := range list {
		for i := range l.Findings {
			f := &l.Findings[i]
			text := strings.TrimSpace(f.What+" "+f.Figure) + " Write: " + f.Write
			run.Results = append(run.Results, sarifResult{f.Rule.Name, index[f.Rule.Name], f.Rule.Severity.String(), sarifText{text},
				[]sarifLocation{{sarifPlace{sarifFile{fileURI(l.File)}, sarifRegion{f.Pos.Line, max(f.Pos.Column, 1)}}}}})
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

// LintRules writes what lint knows: each rule with its severity.
func LintRules(w io.Writer) error {
	var b strings.Builder
	for _, r := range lint.Rules() {
		for i, line := range wrap(r.Short, 46) {
			if i == 0 {
				fmt.Fprintf(&b, "%-24s%-9s%s\n", r.Name, r.Severity, line)
			} else {
				fmt.Fprintf(&b, "%-33s%s\n", "", line)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fileURI is a path as a relative reference.
func fileURI(path string) string {
	return (&url.URL{Path: strings.ReplaceAll(path, `\`, "/")}).String()
}
