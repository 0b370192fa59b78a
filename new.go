package main

import "github.com/spf13/cobra"

func (a *app) newCommand() *cobra.Command {
	var ci string
	cmd := &cobra.Command{
		Use:   "new --ci HOST",
		Short: "A CI workflow that tests scenarios",
		Example: `  edasim new --ci github > .github/workflows/edasim.yaml
  edasim new --ci pre-commit > .pre-commit-config.yaml`,
		Long: `Prints a workflow that builds edasim, tests a folder of scenarios and compares
changed ones with the branch that they are meant for: --ci github or gitlab. With
--ci pre-commit it prints hooks that do the same before a commit and a push.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("ci") {
				return usagef("new needs --ci github, gitlab or pre-commit")
			}
			text, err := workflow(ci)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		},
	}
	cmd.Flags().StringVar(&ci, "ci", "", "print a workflow for `HOST`: github, gitlab or pre-commit")
	return cmd
}
