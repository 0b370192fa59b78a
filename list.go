package main

import (
	"cmp"
	"fmt"
	"slices"
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
		Long: `Lists the built-in scenarios by what people fear, with what each is about. With
a WORD only those whose name or text contains it.`,
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

// fears are the groups of the library in the order of the list; what is in none
// of them comes last.
var fears = []string{
	"Lost and late", "Twice", "Out of order", "Stale", "Schema", "Overload",
	"Crashes", "Security", "Sagas", "Whole systems",
}

// listed is a built-in scenario as one line.
type listed struct{ name, group, about string }

func (a *app) list(word string) error {
	found, err := builtins(word)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return usagef("no built-in scenario contains %q", word)
	}
	var lines strings.Builder
	group := ""
	for i, l := range found {
		if i == 0 || l.group != group {
			if group = l.group; i > 0 {
				lines.WriteByte('\n')
			}
			fmt.Fprintf(&lines, "%s\n", cmp.Or(group, "Others"))
		}
		fmt.Fprintf(&lines, "  %-24s %s\n", l.name, l.about)
	}
	_, err = fmt.Fprint(a.stdout, lines.String())
	return err
}

// builtins are the built-in scenarios whose name or text contains a word, by
// group and name.
func builtins(word string) ([]listed, error) {
	var found []listed
	for _, name := range scenarios.BuiltinNames() {
		text, _ := scenarios.Builtin(name)
		if !strings.Contains(strings.ToLower(name+"\n"+string(text)), strings.ToLower(word)) {
			continue
		}
		sc, err := scenarios.Load(text, name+".yaml", scenarios.LoadOptions{})
		if err != nil {
			return nil, err
		}
		found = append(found, listed{name, sc.Group, firstSentence(sc.About)})
	}
	slices.SortStableFunc(found, func(x, y listed) int {
		return cmp.Or(cmp.Compare(rank(x.group), rank(y.group)), cmp.Compare(x.group, y.group))
	})
	return found, nil
}

func rank(group string) int {
	if i := slices.Index(fears, group); i >= 0 {
		return i
	}
	return len(fears)
}

// firstSentence is the first sentence of a text, on one line.
func firstSentence(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if end := strings.Index(line, ". "); end >= 0 {
		return line[:end+1]
	}
	return line
}
