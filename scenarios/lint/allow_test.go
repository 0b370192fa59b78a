package lint

import (
	"strings"
	"testing"
)

const allowable = `edasim: 1
services:
  payment:
    state: {charged: 0}
    handlers:
      charge:
        consumes: OrderPlaced
        effects: {charged: +1}
        emits: PaymentCharged
      again:
        consumes: OrderPlaced
        effects: {charged: +1}
delivery: {max_deliveries: 3}
workload:
  OrderPlaced: {rate: 5/s, for: 1m}
`

// A comment silences a rule on its line, below it, or in the whole file, if it gives a
// reason; one that silences nothing is told.
func TestAllowComments(t *testing.T) {
	for _, c := range []struct {
		name, comment, line string // put above that line, or behind it if it begins with +
		left                int    // findings of not-idempotent
		told                string // of allow-comment
	}{
		{"none", "", "", 2, ""},
		{"beside", "# lint: allow not-idempotent, twice is fine", "+        effects: {charged: +1}\n        emits", 1, ""},
		{"above the line", "        # lint: allow not-idempotent, twice is fine", "        effects: {charged: +1}\n        emits", 1, ""},
		{"above the handler", "      # lint: allow not-idempotent, twice is fine", "      charge:", 1, ""},
		{"beside the handler", "# lint: allow not-idempotent: twice is fine", "+      charge:", 1, ""},
		{"above the service", "  # lint: allow not-idempotent, twice is fine", "  payment:", 0, ""},
		{"whole file", "# lint: allow not-idempotent, twice is fine", "edasim: 1", 0, ""},
		{"two comments in a row", "# lint: allow not-idempotent, twice is fine\n# and something else", "edasim: 1", 0, ""},
		{"without a reason", "# lint: allow not-idempotent", "edasim: 1", 2, "A reason is missing"},
		{"unknown rule", "# lint: allow not-idempotend, a reason", "edasim: 1", 2, "did you mean not-idempotent?"},
		{"not understood", "# lint: ignore everything", "edasim: 1", 2, "not understood"},
		{"nothing to silence", "# lint: allow endless-cycle, a reason", "edasim: 1", 2, "not found here"},
		{"elsewhere", "# lint: allow not-idempotent, a reason", "delivery:", 2, "not found here"},
	} {
		text := allowable
		switch line, beside := strings.CutPrefix(c.line, "+"); {
		case beside:
			first, _, _ := strings.Cut(line, "\n")
			text = strings.Replace(text, line, first+" "+c.comment+line[len(first):], 1)
		case c.line != "":
			text = strings.Replace(text, line, c.comment+"\n"+line, 1)
		}
		result := Check(loadText(t, "x.yaml", text), "")
		left, told := 0, ""
		for _, f := range result.Findings {
			switch f.Rule.Name {
			case "not-idempotent":
				left++
			case "allow-comment":
				told += f.What
			}
		}
		if left != c.left || (told == "") != (c.told == "") || !strings.Contains(told, c.told) {
			t.Errorf("%s: %d left, want %d; told %q, want %q\n%s", c.name, left, c.left, told, c.told, text)
		}
		if c.told == "" && result.Silenced != 2-c.left {
			t.Errorf("%s: %d allowed, want %d", c.name, result.Silenced, 2-c.left)
		}
	}
}
