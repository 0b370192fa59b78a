package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"edasim/topology"
)

// overview is what edasim alone prints.
const overview = `edasim simulates what an event-driven design does when things go wrong.

Try     edasim run checkout            both styles side by side, in seconds

Simulate
  run        every style side by side, and the verdict
  compare    two scenarios, styles, variants or saved results
  sweep      one or two settings over a range
Understand
  explain    the story of one flow, and what would have saved it
  graph      who emits what to whom, and what follows from it
  lint       what can be said without running
  export     traces for Jaeger and Perfetto, messages as CloudEvents
Write
  new        a scenario to start from
  validate   everything that is wrong with a file
  list, show what is built in
  schema     completion and checks in your editor
  presets    defaults of real brokers and orchestrators
In CI
  test       every scenario's expectations, like a unit test
  merge      put the shards of a sweep together
  new --ci   a workflow for GitHub or GitLab, or hooks for pre-commit
Other
  version    the version, and that of the rules it simulates by

edasim COMMAND --help shows examples. SCENARIO is a file, a folder, - for
standard input, or a name from edasim list. scenarios/LANGUAGE.md has the language.
`

const usageTemplate = `Usage: {{.UseLine}}
{{if .HasAvailableFlags}}
Flags:
{{.Flags.FlagUsages | trimTrailingWhitespaces}}
{{end}}`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "edasim COMMAND SCENARIO",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			_, err := fmt.Fprint(a.stdout, overview)
			return err
		},
	}
	root.AddCommand(a.runCommand(), a.compareCommand(), a.sweepCommand(), a.mergeCommand(), a.validateCommand(), a.listCommand(), a.showCommand(), a.newCommand(), a.schemaCommand(), a.presetsCommand(), a.testCommand(), a.explainCommand(), a.graphCommand(), a.lintCommand(), a.exportCommand(), a.versionCommand())
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no notes on stderr")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "more notes on stderr: what was skipped, and why")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(a.helpCommand(root))
	root.SetFlagErrorFunc(flagError)
	return root
}

func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Hidden: true,
		Args:   cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, c := range root.Commands() {
				if len(args) > 0 && c.Name() == args[0] {
					return c.Help()
				}
			}
			if len(args) > 0 {
				return unknownCommand(root, args[0])
			}
			return root.Help()
		},
	}
}

// help prints the overview for edasim itself. A command's begins with examples:
// they are what most readers want.
func (a *app) help(cmd *cobra.Command, _ []string) {
	if !cmd.HasParent() {
		fmt.Fprint(a.stdout, overview)
		return
	}
	if cmd.Example != "" {
		fmt.Fprintf(a.stdout, "%s\n\n", cmd.Example)
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(a.stdout, "%s\n\n%s", text, cmd.UsageString())
}

func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return unknown("command", name, names, `"edasim" alone lists the commands`)
}

// flagError says what is wrong with a flag, and which was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	see := fmt.Sprintf(`"edasim %s --help" lists the flags`, cmd.Name())
	if !cmd.HasParent() {
		see = `"edasim run --help" lists the flags of run`
	}
	var absent *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &absent) && absent.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		return unknown("flag", "--"+absent.GetSpecifiedName(), names, see)
	case errors.As(err, &invalid):
		want := map[string]string{"int": "a whole number", "uint64": "a whole number from 0", "bool": "true or false"}
		f := invalid.GetFlag()
		return usagef("--%s %s: it must be %s\n%s", f.Name, invalid.GetValue(), want[f.Value.Type()], see)
	}
	return usagef("%v\n%s", err, see)
}

// unknown is the error for a name that is not one of the known.
func unknown(what, name string, known []string, see string) error {
	if near, ok := topology.Nearest(name, known); ok {
		return usagef("unknown %s %q: did you mean %q?\n%s", what, name, near, see)
	}
	return usagef("unknown %s %q\n%s", what, name, see)
}
