package main

import "embed"

//go:embed workflows/*.yaml
var workflows embed.FS

// ciHosts are what there is a workflow for.
var ciHosts = []string{"github", "gitlab", "pre-commit"}

// workflow is the file that runs edasim test on a CI host, or before a commit.
func workflow(host string) ([]byte, error) {
	text, err := workflows.ReadFile("workflows/" + host + ".yaml")
	if err != nil {
		return nil, unknown("CI system", host, ciHosts, "known: github, gitlab, pre-commit")
	}
	return text, nil
}
