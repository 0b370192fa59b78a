package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"edasim/scenarios"
)

var update = flag.Bool("update", false, "write testdata/digests.txt anew")

// TestGoldenDigests makes a change of results a deliberate act: every measure of
// every built-in scenario has the digest that stands in the file. It is that of
// the snapshot, so a comment changes nothing.
//
// If results are meant to change, raise scenarios.Semantics, say it in the release
// notes, and write the file with  go test . -run TestGoldenDigests -update
func TestGoldenDigests(t *testing.T) {
	const file = "testdata/digests.txt"
	var now strings.Builder
	fmt.Fprintf(&now, "semantics %d\n", scenarios.Semantics)
	for _, name := range scenarios.BuiltinNames() {
		fmt.Fprintf(&now, "%s %s\n", name, digestOf(t, name))
	}
	if *update {
		if err := os.WriteFile(file, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != now.String() {
		t.Errorf("results have changed; %s has\n%s\nand they are\n%s", file, kept, now.String())
	}
}

// digestOf simulates a built-in scenario with two replications in each of its
// styles and variants.
func digestOf(t *testing.T, name string) string {
	t.Helper()
	text, _ := scenarios.Builtin(name)
	sc, err := scenarios.Load(text, name+".yaml", scenarios.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sc.Run.Replications, sc.Run.UntilDecided = 2, false
	r, err := scenarios.Execute(context.Background(), sc, scenarios.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := r.Snapshot()
	s.Edasim = "" // a release alone changes no result
	encoded, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(encoded)
	return "sha256:" + hex.EncodeToString(sum[:])
}
