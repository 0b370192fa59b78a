package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"edasim/scenarios"
)

// The elements of the JUnit format that edasim writes: those that both common
// schemas know, Ant's (a testsuite with timestamp, hostname and properties) and
// that of Jenkins.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Package    string          `xml:"package,attr"`
	ID         int             `xml:"id,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
	Err        string          `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Error   *junitTrouble `xml:"error"`
	Failure *junitTrouble `xml:"failure"`
	Skipped *struct{}     `xml:"skipped"`
}

type junitTrouble struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

// JUnit writes how tests ended for a CI system: a suite for each scenario, a
// test case for each expectation. An inconclusive one is a failure of the type
// "inconclusive", or skipped where allowInconclusive. at is when the tests began.
func JUnit(w io.Writer, tests []*Test, at time.Time, allowInconclusive bool) error {
	doc := junitSuites{Suites: make([]junitSuite, 0, len(tests))}
	for i, t := range tests {
		s := junitSuite{
			Name: plain(t.Name), Package: "edasim", ID: i, Timestamp: at.UTC().Format("2006-01-02T15:04:05"), Hostname: "localhost",
			Time: fmt.Sprintf("%.3f", t.Seconds), Err: plain(strings.Join(t.Warnings, "\n")),
			Properties: []junitProperty{
				{"edasim", scenarios.Version}, {"semantics", fmt.Sprint(scenarios.Semantics)}, {"scenario", plain(t.Scenario)},
				{"digest", t.Digest}, {"seed", fmt.Sprint(t.Seed)}, {"replications", fmt.Sprint(t.Replications)},
			},
		}
		s.addCases(t, allowInconclusive)
		doc.Suites = append(doc.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// addCases gives the time of the whole scenario to its first case: the format
// has times of cases, and all of them come out of one simulation.
func (s *junitSuite) addCases(t *Test, allowInconclusive bool) {
	for i := range t.Cases {
		c := &t.Cases[i]
		out := junitCase{Name: plain(c.fullName()), Class: s.Name, Time: "0.000"}
		trouble := &junitTrouble{Message: plain(troubleOf(c)), Type: string(c.Verdict)}
		var b strings.Builder
		writeCase(&b, c, false)
		trouble.Text = plain(b.String())
		switch {
		case c.Verdict == scenarios.Inconclusive && allowInconclusive:
			s.Skipped++
			out.Skipped = &struct{}{}
		case c.Verdict != scenarios.Pass:
			s.Failures++
			out.Failure = trouble
		}
		s.Cases = append(s.Cases, out)
	}
	if t.Error != "" {
		s.Errors++
		s.Cases = append(s.Cases, junitCase{Name: "edasim", Class: s.Name, Time: "0.000",
			Error: &junitTrouble{Message: plain(firstLine(t.Error)), Type: "error", Text: plain(t.Error)}})
	}
	if len(s.Cases) > 0 {
		s.Cases[0].Time = s.Time
	}
	s.Tests = len(s.Cases)
}

func troubleOf(c *TestCase) string {
	for _, d := range c.Details {
		if d.Label == "measured" {
			return d.Text
		}
	}
	return c.Figure
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// plain is a text line by line without what XML cannot hold.
func plain(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		lines[i] = l[:indent] + oneLine(l)
	}
	return strings.Join(lines, "\n")
}
