package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"edasim/scenarios"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "The version, and that of the rules it simulates by",
		Example: `  edasim version
  edasim version --help`,
		Long: `Prints edasim's version and the number of the rules by which it simulates.
Two results can be equal only where that number is.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.stdout, "edasim %s, semantics %d\n", scenarios.Version, scenarios.Semantics)
			return err
		},
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, got %q", cmd.Name(), args[0])
	}
	return nil
}
