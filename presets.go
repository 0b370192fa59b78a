package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"edasim/scenarios"
)

func (a *app) presetsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "presets [NAME]",
		Short: "Defaults of real brokers and orchestrators, with their sources",
		Example: `  edasim presets
  edasim presets sqs-standard`,
		Long: `Lists what delivery: {preset: NAME} and orchestration: {preset: NAME} can name.
With a NAME: each value that it fills in, where that is documented and when it was
read. What is marked "not verified" was derived, or has no source that could be read.`,
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := presetsText(args)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.stdout, text)
			return err
		},
	}
}

// presetGroup is the key that presets are of.
type presetGroup struct {
	key     string
	presets []scenarios.Preset
}

func presetGroups() []presetGroup {
	return []presetGroup{{"delivery", scenarios.DeliveryPresets()}, {"orchestration", scenarios.OrchestrationPresets()}}
}

func presetsText(args []string) (string, error) {
	if len(args) > 1 {
		return "", usagef("presets takes one name, got %d", len(args))
	}
	var b strings.Builder
	var names []string
	for i, g := range presetGroups() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: {preset: NAME}\n", g.key)
		for _, p := range g.presets {
			names = append(names, p.Name)
			fmt.Fprintf(&b, "  %-20s %s%s\n", p.Name, count(len(p.Values), "value"), unverified(&p))
			if len(args) == 1 && args[0] == p.Name {
				return presetText(g.key, &p), nil
			}
		}
	}
	if len(args) == 1 {
		return "", unknown("preset", args[0], names, `"edasim presets" lists them`)
	}
	return b.String(), nil
}

func unverified(p *scenarios.Preset) string {
	verified := slices.DeleteFunc(slices.Clone(p.Values), func(v scenarios.PresetValue) bool { return !v.Verified })
	if n := len(p.Values) - len(verified); n > 0 {
		return fmt.Sprintf(", %d not verified", n)
	}
	return ""
}

// presetText is every value of a preset, each with its source below it.
func presetText(key string, p *scenarios.Preset) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: {preset: %s} fills in\n", key, p.Name)
	for _, v := range p.Values {
		mark := ""
		if !v.Verified {
			mark = "   (not verified)"
		}
		fmt.Fprintf(&b, "\n  %s: %s%s\n      %s\n", v.Key, v.Value, mark, v.Source)
	}
	return b.String()
}
