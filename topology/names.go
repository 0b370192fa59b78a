package topology

// Nearest is the known name that a misspelt one most likely stands for: the
// first of those with the fewest letters wrong, missing, too many or swapped,
// if these are at most a third of the name.
func Nearest(name string, known []string) (string, bool) {
	const longest = 100 // nobody misspells more; keeps the table small
	if len(name) > longest {
		return "", false
	}
	best, fewest := "", len(name)/3+1
	if len(name) < 3 {
		fewest = 2 // one letter of a short name
	}
	for _, k := range known {
		if len(k) > longest || k == name || k == "" {
			continue
		}
		if d := editDistance(name, k); d < fewest && d < max(len(name), len(k)) {
			best, fewest = k, d
		}
	}
	return best, best != ""
}

// editDistance is the optimal string alignment distance: letters changed, put
// in, left out, or two neighbours swapped. Letters of another case are half
// the same: they cost nothing.
func editDistance(a, b string) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if lower(a[i-1]) == lower(b[j-1]) {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
