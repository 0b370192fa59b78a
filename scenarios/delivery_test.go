package scenarios

import (
	"slices"
	"strings"
	"testing"
)

// What cannot act where messages are acked before they are handled is warned of;
// what a handler takes over from the top is not.
func TestAckBeforeIgnoresReturns(t *testing.T) {
	sc := load(t, small+"delivery: {ack: before, max_deliveries: 5, latency: 2ms}\n")
	warned := func(w string) bool { return strings.Contains(w, "max_deliveries changes nothing") }
	if n := len(slices.DeleteFunc(slices.Clone(sc.Warnings), func(w string) bool { return !warned(w) })); n != 1 {
		t.Errorf("%q", sc.Warnings)
	}
	text := strings.Replace(small, "        takes: 5ms\n", "        takes: 5ms\n        delivery: {ack: before}\n", 1)
	if sc := load(t, text+"delivery: {max_deliveries: 5}\n"); slices.ContainsFunc(sc.Warnings, warned) {
		t.Errorf("%q", sc.Warnings)
	}
}
