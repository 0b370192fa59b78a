package main

import (
	"github.com/spf13/cobra"
)

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show SCENARIO",
		Short: "Print a built-in scenario",
		Example: `  edasim show checkout
  edasim show checkout > mine.yaml`,
		Long: "Prints the text of a scenario, to read it or to change a copy of it.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("show takes one scenario, got %d", len(args))
			}
			return atLeastOneScenario(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			found, err := a.sources(args)
			if err != nil {
				return err
			}
			for _, s := range found {
				if _, err := a.stdout.Write(s.text); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
