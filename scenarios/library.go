package scenarios

import (
	"embed"
	"strings"
)

//go:embed library/*.yaml
var library embed.FS

// Builtin is the text of a built-in scenario.
func Builtin(name string) ([]byte, bool) {
	if strings.ContainsAny(name, `/\`) {
		return nil, false
	}
	text, err := library.ReadFile("library/" + name + ".yaml")
	return text, err == nil
}

// BuiltinNames are the names of the built-in scenarios, sorted.
func BuiltinNames() []string {
	entries, err := library.ReadDir("library")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}
