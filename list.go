package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"edasim/scenarios"
)

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [WORD]",
		Short: "The built-in scenarios",
		Example: `  edasim list
  edasim list payment`,
		Long: `Lists the built-in scenarios with what each is about. With a WORD only those
whose name or text contains it.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("list takes one word, got %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return a.list(strings.Join(args, ""))
		},
	}
}

func (a *app) list(word string) error {
	var lines strings.Builder
	for _, name := range scenarios.BuiltinNames() {
		text, _ := scenarios.Builtin(name)
		if !strings.Contains(strings.ToLower(name+"\n"+string(text)), strings.ToLower(word)) {
			continue
		}
		sc, err := scenarios.Load(text, name+".yaml", scenarios.LoadOptions{})
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%-16s %s\n", name, strings.Join(strings.Fields(sc.About), " "))
	}
	if lines.Len() == 0 {
		return usagef("no built-in scenario contains %q", word)
	}
	_, err := fmt.Fprint(a.stdout, lines.String())
	return err
}
