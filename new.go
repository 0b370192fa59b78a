package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"edasim/scenarios"
)

// newOptions are the flags of new.
type newOptions struct {
	ci, from string
	services []string
}

func (a *app) newCommand() *cobra.Command {
	var o newOptions
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "A scenario to start from, or a CI workflow",
		Example: `  edasim new orders > orders.yaml
  edasim new orders --services shop,payment,shipping > orders.yaml
  edasim new --ci github > .github/workflows/edasim.yaml`,
		Long: `Prints a scenario of some thirty commented lines that runs as it is and has one
finding. --services lays out a chain of your own services, --from copies a built-in
scenario under the new name.

With --ci github or gitlab it prints a workflow instead, which builds edasim, tests a
folder of scenarios and compares changed ones with the branch that they are meant
for; with --ci pre-commit, hooks that do the same before a commit and a push.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := newText(cmd, args, &o)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.services, "services", nil, "lay out a chain of these `NAMES`, separated by commas")
	flags.StringVar(&o.from, "from", "", "copy the built-in `SCENARIO`")
	flags.StringVar(&o.ci, "ci", "", "print a workflow for `HOST`: github, gitlab or pre-commit")
	return cmd
}

// scenarioName keeps a new name fit for a file, and for YAML without quotes.
var scenarioName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,79}$`)

func newText(cmd *cobra.Command, args []string, o *newOptions) ([]byte, error) {
	changed := cmd.Flags().Changed
	if changed("ci") && (changed("from") || changed("services")) || changed("from") && changed("services") {
		return nil, usagef("--services, --from and --ci: choose one")
	}
	if changed("ci") {
		if len(args) > 0 {
			return nil, usagef("new --ci prints a workflow, and takes no name")
		}
		return workflow(o.ci)
	}
	switch {
	case len(args) != 1:
		return nil, usagef("new takes one name, got %d, such as  edasim new orders", len(args))
	case !scenarioName.MatchString(args[0]):
		if name := strings.TrimSuffix(strings.TrimSuffix(args[0], ".yaml"), ".yml"); scenarioName.MatchString(name) {
			return nil, usagef("new prints the scenario: write  edasim new %s > %s.yaml", name, name)
		}
		return nil, usagef("%q cannot be the name of a new scenario: letters, digits, _ and -, a letter first", args[0])
	case changed("from"):
		return copied(args[0], o.from)
	case !changed("services"):
		o.services = []string{"inventory", "payment", "shipping"}
	}
	text := []byte(chain(args[0], o.services))
	if _, err := scenarios.Load(text, args[0]+".yaml", scenarios.LoadOptions{}); err != nil {
		return nil, usagef("--services %s: %s", strings.Join(o.services, ","), firstProblem(err))
	}
	return text, nil
}

func firstProblem(err error) string {
	var wrong *scenarios.LoadErrors
	if errors.As(err, &wrong) && len(wrong.Problems) > 0 {
		return wrong.Problems[0].Msg
	}
	return err.Error()
}

var nameLine = regexp.MustCompile(`(?m)^name: .*$`)

// copied is a built-in scenario under another name.
func copied(name, from string) ([]byte, error) {
	text, ok := scenarios.Builtin(from)
	if !ok {
		return nil, unknown("built-in scenario", from, scenarios.BuiltinNames(), `"edasim list" lists them`)
	}
	return nameLine.ReplaceAll(text, []byte("name: "+name)), nil
}

// chain is a scenario of services that react to each other's events in turn. A
// message that comes twice makes the last of them act twice.
func chain(name string, services []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, chainHead, scenarios.SchemaFile, name)
	trigger, last := "Requested", ""
	for i, s := range services {
		text := chainService
		if i == len(services)-1 {
			text = chainLast
		}
		fmt.Fprintf(&b, text, s, trigger, done(s))
		trigger, last = done(s), s
	}
	fmt.Fprintf(&b, chainTail, last)
	return b.String()
}

const chainHead = `# yaml-language-server: $schema=./%s
edasim: 1
name: %s
about: Each service does its part and passes the request on.

services:
`

const chainService = `  %[1]s:
    handlers:
      handle: {consumes: %[2]s, takes: exp(10ms), emits: %[3]s}
`

const chainLast = `  %[1]s:
    state: {done: 0}          # one number for each flow
    handlers:
      handle: {consumes: %[2]s, takes: exp(10ms), effects: {done: +1}, emits: %[3]s}
`

const chainTail = `
# Three tries for each message, then it is put aside.
delivery: {max_deliveries: 3}

# What starts flows: 20 a second at random, for a minute.
workload:
  Requested: {rate: 20/s, for: 1m}

# What goes wrong. Try also  - drop: 0.5%%  and  - outage: 10s  with  service: %[1]s
faults:
  - duplicate: 1%%             # a broker delivers at least once

# What must hold in every flow.
invariants:
  %[1]s acts once: always %[1]s.done <= 1

# The scenario again with some paths set: the cure.
variants:
  mended: {%[1]s.idempotent: key}

# What edasim test judges. The first fails: that is the finding. lint knows it too.
expect:
  - inconsistent < 0.1%%
  - mended.inconsistent == 0
`

// done is the event that a service emits: order-intake emits OrderIntakeDone.
func done(service string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(service, func(r rune) bool { return r == '-' || r == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String() + "Done"
}
