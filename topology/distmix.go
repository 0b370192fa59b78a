package topology

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

func parseMix(body string, readFile func(string) ([]byte, error), depth int) (*Dist, error) {
	a := distArgs{name: "mix", items: splitArgs(body)}
	if len(a.items) == 0 || len(a.items)%2 != 0 {
		return nil, a.badForm()
	}
	d := &Dist{law: mixLaw}
	sum := 0.0
	var texts []string
	for i := 0; i < len(a.items); i += 2 {
		share, err := ParseProbability(a.items[i])
		if err != nil {
			return nil, fmt.Errorf("mix: each item is a share and a distribution: %w", err)
		}
		item, err := parseDist(a.items[i+1], readFile, depth+1)
		if err != nil {
			return nil, fmt.Errorf("mix: %w", err)
		}
		if share == 0 {
			return nil, fmt.Errorf("mix: the share of %s is 0: leave it out", item)
		}
		sum += share
		d.parts = append(d.parts, part{share: share, upTo: threshold(sum), dist: item})
		texts = append(texts, formatPercent(share)+" "+item.String())
	}
	if math.Abs(sum-1) > 1e-9 {
		return nil, fmt.Errorf("mix: the shares add up to %s: they must add up to 100%%", formatPercent(sum))
	}
	d.parts[len(d.parts)-1].upTo = math.MaxUint64
	d.text = "mix(" + strings.Join(texts, ", ") + ")"
	return d, nil
}

// threshold is the last hash of a share of all hashes.
func threshold(share float64) uint64 {
	if share >= 1 {
		return math.MaxUint64
	}
	return uint64(float64(share*0x1p53))<<11 - 1
}

// parseEmpirical reads a file of one duration a line. Empty lines and those
// that begin with # are skipped.
func parseEmpirical(name string, readFile func(string) ([]byte, error)) (*Dist, error) {
	name = strings.Trim(name, `"'`)
	switch {
	case name == "":
		return nil, errors.New("empirical needs a file: write empirical(latencies.csv)")
	case readFile == nil:
		return nil, fmt.Errorf("empirical(%s): no file can be read here: write a distribution by its parameters", name)
	}
	content, err := readFile(name)
	if err != nil {
		return nil, fmt.Errorf("empirical(%s): %w", name, err)
	}
	d := &Dist{law: empiricalLaw, text: "empirical(" + name + ")"}
	line := 0
	for text := range bytes.Lines(content) {
		line++
		text = bytes.TrimSpace(text)
		if len(text) == 0 || text[0] == '#' {
			continue
		}
		t, err := ParseDuration(string(text))
		if err == nil && t > Longest {
			err = errTooLong
		}
		if err != nil {
			return nil, fmt.Errorf("empirical(%s): line %d: %w", name, line, err)
		}
		d.times = append(d.times, t)
	}
	if len(d.times) == 0 {
		return nil, fmt.Errorf("empirical(%s): the file has no duration: write one a line, such as 5ms", name)
	}
	slices.Sort(d.times)
	return d, nil
}
