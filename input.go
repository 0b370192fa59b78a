package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"edasim/scenarios"
	"edasim/topology"
)

// scenarioText is the text of one scenario and the name that its errors begin with.
type scenarioText struct {
	named string // as one names it on a command line
	file  string
	text  []byte
	dir   string // where the files that it names are; empty: it can name none
}

// loaded is a scenario and what one names it on a command line.
type loaded struct {
	*scenarios.Scenario
	named  string
	onDisk bool // there is a file, and a folder to keep something beside it
}

// load reads and validates every scenario that the arguments name. The error
// tells of everything wrong in all of them.
func (a *app) load(args []string, flags *runFlags) ([]loaded, error) {
	sources, err := a.sources(args)
	if err != nil {
		return nil, err
	}
	var list []loaded
	var wrong []string
	for _, s := range sources {
		sc, err := scenarios.Load(s.text, s.file, s.options(flags))
		if err != nil {
			wrong = append(wrong, strings.TrimRight(err.Error(), "\n"))
			continue
		}
		flags.apply(sc)
		list = append(list, loaded{sc, s.named, s.dir != "" && s.named != "-"})
	}
	if len(wrong) > 0 {
		return nil, inputf("%s", strings.Join(wrong, "\n\n"))
	}
	return list, nil
}

func (s *scenarioText) options(flags *runFlags) scenarios.LoadOptions {
	opts := scenarios.LoadOptions{Sets: flags.parsedSets(), Strict: flags.strict}
	if s.dir != "" {
		opts.ReadFile = scenarios.Beside(s.dir)
	}
	return opts
}

// sources finds what the arguments name: files, folders, - for standard input,
// and built-in scenarios.
func (a *app) sources(args []string) ([]scenarioText, error) {
	var all []scenarioText
	for _, arg := range args {
		found, err := a.find(arg)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (a *app) find(arg string) ([]scenarioText, error) {
	if arg == "-" {
		text, err := scenarios.ReadAll(a.stdin, "standard input", scenarios.LargestScenario)
		if err != nil {
			return nil, usagef("%v", err)
		}
		return []scenarioText{{"-", "-", text, "."}}, nil
	}
	if text, ok := scenarios.Builtin(arg); ok {
		return []scenarioText{{named: arg, file: arg + ".yaml", text: text}}, nil
	}
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, missing(arg)
	case err != nil:
		return nil, usagef("%v", err)
	case info.IsDir():
		return a.folder(arg)
	}
	text, err := readFile(arg, scenarios.LargestScenario)
	return []scenarioText{{arg, arg, text, filepath.Dir(arg)}}, err
}

// missing is the error for an argument that names nothing.
func missing(arg string) error {
	if strings.ContainsAny(arg, `./\`) {
		return usagef("%s: there is no such file or folder", arg)
	}
	see := `"edasim list" shows the built-in ones`
	if near, ok := topology.Nearest(arg, scenarios.BuiltinNames()); ok {
		return usagef("%s: no such file, and no built-in scenario: did you mean %q?\n%s", arg, near, see)
	}
	return usagef("%s: no such file, and no built-in scenario\n%s", arg, see)
}

var topLevelKey = regexp.MustCompile(`(?m)^edasim[ \t]*:`)

// folder are all scenarios below a folder: *.yaml with a top-level edasim key.
func (a *app) folder(dir string) ([]scenarioText, error) {
	var all []scenarioText
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := readFile(path, scenarios.LargestScenario)
		if err != nil {
			return err
		}
		if !topLevelKey.Match(text) {
			a.detail("%s: skipped, it has no top-level key edasim", path)
			return nil
		}
		all = append(all, scenarioText{path, path, text, filepath.Dir(path)})
		return nil
	})
	if err == nil && len(all) == 0 {
		err = usagef("%s: no scenario below this folder: a *.yaml file with a top-level key edasim", dir)
	}
	return all, err
}

// readFile reads a file whose name stands on the command line.
func readFile(path string, largest int64) ([]byte, error) {
	text, err := scenarios.ReadFile(path, largest)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return text, nil
}

// detail writes a line to stderr with --verbose.
func (a *app) detail(format string, args ...any) {
	if a.verbose {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}
