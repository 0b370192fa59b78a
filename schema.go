package main

import (
	"github.com/spf13/cobra"

	"edasim/scenarios"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "The JSON Schema of scenario files, for editors",
		Example: `  edasim schema > ` + scenarios.SchemaFile + `
  edasim schema | jq .definitions.handler`,
		Long: `Prints the JSON Schema of scenario files. With it an editor completes keys, shows
what each means and its default, and underlines what is wrong. Keep it beside the
scenarios, and let each begin with

  # yaml-language-server: $schema=./` + scenarios.SchemaFile + `

which the YAML extensions of VS Code, Neovim, Emacs and others read. Names, and
whether the whole makes sense, only edasim validate checks.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			text, err := scenarios.Schema()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		},
	}
}
