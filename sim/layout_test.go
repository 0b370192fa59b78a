package sim

import "testing"

// What one flow may need has places of its own, however flows of different triggers share
// handlers.
func TestPlaced(t *testing.T) {
	lists := [][]int32{{0, 1, 2}, {3, 4}, {2, 3}, {5}, {1, 4, 5}}
	at, sizes := placed(7, lists)
	for l, list := range lists {
		seen := map[int32]bool{}
		for _, i := range list {
			if seen[at[i]] || at[i] < 0 || int(at[i]) >= sizes[l] {
				t.Errorf("list %d: %d has place %d of %d, places %v", l, i, at[i], sizes[l], at)
			}
			seen[at[i]] = true
		}
	}
	if at[6] != -1 {
		t.Errorf("what is in no list has place %d", at[6])
	}
	if at[0] != 0 || at[1] != 1 || at[2] != 2 || sizes[0] != 3 {
		t.Errorf("a list alone needs a place for each: %v, %v", at, sizes)
	}
}
