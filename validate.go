package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"edasim/scenarios"
)

func (a *app) validateCommand() *cobra.Command {
	var sets runFlags
	cmd := &cobra.Command{
		Use:   "validate SCENARIO...",
		Short: "Say everything that is wrong with a scenario, without running it",
		Example: `  edasim validate orders.yaml
  edasim validate scenarios --set payment.replicas=2`,
		Long: `Loads every scenario and says everything that is wrong, with what to write
instead. Nothing is simulated. Exit status: 0 valid, 2 not.`,
		Args: atLeastOneScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := sets.check(); err != nil {
				return err
			}
			list, err := a.load(args, &sets)
			if err != nil {
				return err
			}
			for _, sc := range list {
				if err := a.describe(sc.Scenario); err != nil {
					return err
				}
			}
			return nil
		},
	}
	sets.registerSets(cmd)
	return cmd
}

// describe says in one line what a valid scenario has, and what the loader
// warns of.
func (a *app) describe(sc *scenarios.Scenario) error {
	handlers := 0
	for _, s := range sc.System.Services {
		handlers += len(s.Handlers)
	}
	_, err := fmt.Fprintf(a.stdout, "%s: valid: %s, %s, %s, %s, %s\n", sc.File,
		count(len(sc.System.Services), "service"), count(handlers, "handler"), count(len(sc.Faults), "fault"),
		count(len(sc.Variants), "variant"), count(len(sc.Expect), "expectation"))
	for _, w := range sc.Warnings {
		a.note("%s: warning: %s", sc.File, w)
	}
	return err
}

// count is "1 fault" or "3 faults".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
