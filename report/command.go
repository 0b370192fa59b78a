package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"edasim/scenarios"
)

// Flags are the flags with which a command simulates the same flows of a scenario, after
// its name: the paths that were set, and the seed where it is not the file's own. It is
// empty, or begins with a space.
func Flags(sc *scenarios.Scenario) string {
	text := setFlags(sc)
	if sc.Run.Seed != sc.Declared.Seed {
		text += fmt.Sprintf(" --seed %d", sc.Run.Seed)
	}
	return text
}

func setFlags(sc *scenarios.Scenario) string {
	text := ""
	for _, set := range sc.Sets {
		text += " --set " + shellWord(set.Path+"="+set.Value)
	}
	return text
}

// runCommand simulates the same again; what it prints depends on --format and --out.
func runCommand(r *scenarios.Result) string {
	sc := r.Scenario
	text := "edasim run " + shellWord(argument(sc)) + setFlags(sc)
	if !slices.Equal(sc.Run.Styles, sc.Declared.Styles) {
		for _, style := range sc.Run.Styles {
			text += " --style " + style.String()
		}
	}
	return text + fmt.Sprintf(" --seed %d --replications %d", r.Seed, r.Replications)
}

// commands show what each section of a page claims, by section.
type commands struct{ Verdict, Sides, Mend, Latency, Time, Depth, Services, Faults, Warn string }

func commandsOf(r *scenarios.Result) commands {
	run := runCommand(r)
	return commands{
		Verdict: run, Sides: run + " --format markdown", Mend: run + " --format csv", Latency: run + " --format json",
		Time: again(r), Depth: graphCommand(r.Scenario), Services: run + " --format json", Faults: run + " --format json", Warn: run + " --strict",
	}
}

// graphCommand says who emits what to whom.
func graphCommand(sc *scenarios.Scenario) string {
	return "edasim graph " + shellWord(argument(sc)) + setFlags(sc)
}

// again is the command that makes the page again.
func again(r *scenarios.Result) string { return runCommand(r) + " --out review" }

// argument is how a command line names a scenario: a built-in one by its name.
func argument(sc *scenarios.Scenario) string {
	name := strings.TrimSuffix(sc.File, ".yaml")
	if text, ok := scenarios.Builtin(name); ok && bytes.Equal(text, sc.Source) {
		return name
	}
	return sc.File
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+-]+$`)

// shellWord quotes a word for a POSIX shell where it needs that.
func shellWord(word string) string {
	word = oneLine(word)
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
