package topology

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// tree writes a node with every bracket, so that a test can see its shape.
func tree(n *Node) string {
	var args []string
	for _, a := range n.Args {
		args = append(args, tree(a))
	}
	switch n.Kind {
	case NumberNode:
		return fmt.Sprint(n.Number)
	case BoolNode:
		return fmt.Sprint(n.Number == 1)
	case WordNode:
		return fmt.Sprintf("%q", n.Text)
	case NameNode:
		return n.Text
	case UnaryNode:
		return "(" + n.Op.String() + " " + args[0] + ")"
	case BinaryNode:
		return "(" + args[0] + " " + n.Op.String() + " " + args[1] + ")"
	case ConditionNode:
		return "(" + args[0] + " ? " + args[1] + " : " + args[2] + ")"
	case CallNode:
		return n.Text + "(" + strings.Join(args, ", ") + ")"
	}
	return "(" + args[0] + " in [" + strings.Join(args[1:], ", ") + "])"
}

func TestParseExpr(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`payment.charged <= 1 && outcome != "cancelled"`, `((payment.charged <= 1) and (outcome != "cancelled"))`},
		{"a or b and not c == 1", "(a or (b and (not (c == 1))))"},
		{"a || b && !c", "(a or (b and (not c)))"},
		{"1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"},
		{"8 / 4 / 2", "((8 / 4) / 2)"},
		{"-a + +b", "((- a) + b)"},
		{"a-b - c", "(a-b - c)"},
		{"a -1", "(a - 1)"},
		{"a- b", "(a - b)"},
		{"5 % 2", "(5 % 2)"},
		{"5%", "0.05"},
		{"x < 0.7%", "(x < 0.007)"},
		{"a > 1 ? b : c > 2 ? d : e", "((a > 1) ? b : ((c > 2) ? d : e))"},
		{`s in ["new", 'paid']`, `(s in ["new", "paid"])`},
		{`s not in ("new")`, `(not (s in ["new"]))`},
		{"not s in [1, 2]", "(not (s in [1, 2]))"},
		{"max(a, b + 1) - abs(-2)", "(max(a, (b + 1)) - abs((- 2)))"},
		{"latency.p99 < 2s", "(latency.p99 < 2)"},
		{"latency.over.2s < 1m30s", "(latency.over.2s < 90)"},
		{"latency.over.1.5s == 0", "(latency.over.1.5s == 0)"},
		{"a > 40/s", "(a > 40)"},
		{"a > 6/min", "(a > 0.1)"},
		{"a > 4 / 2", "(a > (4 / 2))"},
		{"a/2 > 4/b", "((a / 2) > (4 / b))"},
		{"1e-3 + .5", "(0.001 + 0.5)"},
		{"3ds.charged == 0", "(3ds.charged == 0)"},
		{"state.stock.min >= 0", "(state.stock.min >= 0)"},
		{"(a < b) == (c < d)", "((a < b) == (c < d))"},
		{"true or false", "(true or false)"},
		{"  ((a))  ", "a"},
	} {
		e, err := ParseExpr(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if got := tree(e.Root); got != test.want {
			t.Errorf("%s: got %s, want %s", test.text, got, test.want)
		}
	}
}

func TestParseExprSyntax(t *testing.T) {
	e, err := ParseExpr("*.orchestration.stuck * 2 > 2 * base.*.stuck", Wildcards)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tree(e.Root), "((*.orchestration.stuck * 2) > (2 * base.*.stuck))"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	e, err = ParseExpr("rate(event.RefundIssued) < 40/s and queue( service.a-b ) > 5", Rates)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tree(e.Root), "((rate(event.RefundIssued) < 40) and (queue(service.a-b) > 5))"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := len(e.Names()); got != 2 {
		t.Errorf("got %d names, want 2", got)
	}
}

func TestParseExprErrors(t *testing.T) {
	for _, test := range []struct {
		text   string
		offset int
		want   string
	}{
		{"", 0, "empty"},
		{"a = 1", 2, "write =="},
		{"a < b < c", 6, "write a < b and b < c"},
		{"(a) < (b) < c", 10, "chained"},
		{`a == "x`, 5, `end it with "`},
		{"a b", 2, "operator is missing"},
		{"a == new order", 9, "put a word in quotes"},
		{"(a", 0, "never closed"},
		{"a)", 1, "closes nothing"},
		{"maxx(a, b)", 0, "did you mean max?"},
		{"count(a)", 0, "the functions are min, max and abs"},
		{"rate(event.X) > 1", 0, "only alerts"},
		{"a +", 3, "ends too early"},
		{"a and or b", 6, "write a value before it"},
		{"a == not b", 5, "brackets"},
		{"5%2", 2, "spaces round %"},
		{"5-3", 0, "5 - 3"},
		{"a > 5x", 4, "unit of time"},
		{"a ? b", 5, "condition ? this : that"},
		{"a : b", 2, "condition ? this : that"},
		{"a in 5", 5, "in needs a list"},
		{"abs(a, b)", 0, "one argument"},
		{"a & b", 2, "&&"},
		{"a ≤ b", 2, "write <="},
		{"a # b", 2, "no meaning"},
		{strings.Repeat("(", 5000), 200, "nested too deeply"},
		{strings.Repeat("!", 5000), 199, "nested too deeply"},
		{strings.Repeat("(", 1<<20), 0, "at most 10000"},
	} {
		_, err := ParseExpr(test.text)
		var e *ExprError
		if !errors.As(err, &e) {
			t.Errorf("%.20s: got %v, want an ExprError", test.text, err)
			continue
		}
		if !strings.Contains(e.Error(), test.want) || e.Offset != test.offset {
			t.Errorf("%.20s: got %q at %d, want %q at %d", test.text, e.Error(), e.Offset, test.want, test.offset)
		}
	}
	if _, err := ParseExpr("rate() > 1", Rates); err == nil || !strings.Contains(err.Error(), "rate(event.NAME)") {
		t.Errorf("rate(): got %v", err)
	}
}

// shop is the type of names for the tests.
func shop(n *Node) (Type, *ExprError) {
	switch n.Text {
	case "status", "outcome":
		return Word, nil
	case "paid":
		return Bool, nil
	case "charged", "stock":
		return Number, nil
	}
	return 0, &ExprError{Msg: "unknown name " + n.Text}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		text string
		want Type
		errs []string
	}{
		{`charged <= 1 and status != "new"`, Bool, nil},
		{"charged + 1", Number, nil},
		{`paid ? "a" : status`, Word, nil},
		{"status == 1", Bool, []string{"status is a word and 1 is a number: put a word in quotes"}},
		{`charged == "1"`, Bool, []string{"write 1 without quotes"}},
		{"charged-1 == 0", Bool, []string{"to subtract write charged - 1"}},
		{"status < 3", Bool, []string{"< needs a number, and status is a word"}},
		{"charged and paid", Bool, []string{"and needs true or false, and charged is a number: compare it: charged > 0"}},
		{"!charged == 0", Bool, []string{"not needs true or false, and charged is a number: write not (charged > 0)"}},
		{"nope + nope > 1", Bool, []string{"unknown name nope"}},
		{`nope == 1 or status in ["a", 2]`, Bool, []string{"unknown name nope", "differ"}},
		{`min(status, 1) > 0`, Bool, []string{"min needs a number"}},
	} {
		e, err := ParseExpr(test.text)
		if err != nil {
			t.Fatal(err)
		}
		got, errs := e.Check(shop)
		if len(errs) == 0 && got != test.want {
			t.Errorf("%s: got %s, want %s", test.text, got, test.want)
		}
		if len(errs) != len(test.errs) {
			t.Errorf("%s: got %v, want %q", test.text, errs, test.errs)
			continue
		}
		for i, want := range test.errs {
			if !strings.Contains(errs[i].Error(), want) {
				t.Errorf("%s: got %q, want %q", test.text, errs[i], want)
			}
		}
	}
	e, _ := ParseExpr("charged + 1")
	if errs := e.CheckBool(shop); len(errs) != 1 || !strings.Contains(errs[0].Error(), "not a condition: compare it: charged + 1 > 0") {
		t.Errorf("CheckBool: got %v", errs)
	}
}

func TestEval(t *testing.T) {
	lookup := func(name string) Value {
		switch name {
		case "status":
			return Value{Type: Word, Word: "paid"}
		case "paid":
			return Value{Type: Bool, True: true}
		}
		return Value{Number: 7}
	}
	for _, test := range []struct {
		text string
		want Value
	}{
		{"n % 4 + 2 * 3", Value{Number: 9}},
		{"-n / 2", Value{Number: -3.5}},
		{"-n % 4", Value{Number: -3}},
		{"n > 6 and n >= 7 and n < 8 and n <= 7 and n == 7 and n != 6", truth(true)},
		{`status in ["new", "paid"]`, truth(true)},
		{`status not in ["new", "paid"]`, truth(false)},
		{`paid ? status : "no"`, Value{Type: Word, Word: "paid"}},
		{"!paid or n == 7", truth(true)},
		{"max(1, n, 3) - min(4, 2) + abs(2 - n)", Value{Number: 10}},
		{`status == "paid" and paid == true`, truth(true)},
	} {
		e, err := ParseExpr(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Eval(lookup); got != test.want {
			t.Errorf("%s: got %v, want %v", test.text, got, test.want)
		}
	}
}

func FuzzParseExpr(f *testing.F) {
	for _, seed := range []string{`a <= 1 && b != "c"`, "a ? b : c", "x in [1, 2]", "*.a < 5%", "rate(event.X) < 40/s", "((", "1..2", "5--", "a.-b", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseExpr(text, Wildcards, Rates)
		if err != nil {
			var x *ExprError
			if !errors.As(err, &x) || x.Offset < 0 || x.Len < 0 || x.Offset+x.Len > len(text) {
				t.Fatalf("a bad place: %#v", err)
			}
			return
		}
		e.Check(shop)
		e.Eval(func(string) Value { return Value{} })
	})
}
