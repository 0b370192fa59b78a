package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"edasim/topology"
)

// checkExpressions checks the names and types of every expression.
func (b *build) checkExpressions() {
	for _, r := range b.refs.handlers {
		s, h := r.service, r.handler
		names := func(n *topology.Node) (topology.Type, *topology.ExprError) { return b.stateFor(s, n) }
		b.condition(h.When, names)
		effects := h.Effects
		if h.Refuses != nil {
			effects = slices.Concat(effects, h.Refuses.Effects)
		}
		for i := range effects {
			b.assigned(s, &effects[i], names)
		}
	}
	for i := range b.sys.Invariants {
		b.condition(b.sys.Invariants[i].Expr, b.stateOrOutcome)
		b.outcomeWords(b.sys.Invariants[i].Expr)
	}
	for i := range b.sys.Monitors {
		b.condition(b.sys.Monitors[i].Check, b.stateOrOutcome)
		b.outcomeWords(b.sys.Monitors[i].Check)
	}
	for i := range b.sys.Alerts {
		b.condition(b.sys.Alerts[i].When, b.alertName)
	}
}

// naming is the type of a name in an expression.
type naming func(n *topology.Node) (topology.Type, *topology.ExprError)

func (b *build) condition(e *topology.Expr, names naming) {
	if e != nil {
		b.exprProblems(e, e.CheckBool(names))
	}
}

func (b *build) exprProblems(e *topology.Expr, list []*topology.ExprError) {
	place, known := b.exprNodes[e]
	for _, wrong := range list {
		if known {
			b.exprFails(place.node, place.offset, wrong)
		}
	}
}

// assigned checks that an expression gives what its state is.
func (b *build) assigned(s *topology.Service, e *topology.Effect, names naming) {
	if e.Op != topology.SetExpr {
		return
	}
	t, list := e.Expr.Check(names)
	b.exprProblems(e.Expr, list)
	state := stateOf(s, e.State)
	if len(list) > 0 || state == nil {
		return
	}
	want := topology.Number
	if state.IsWord {
		want = topology.Word
	}
	if t != want {
		b.exprProblems(e.Expr, []*topology.ExprError{{
			Len: len(e.Expr.Text), Msg: fmt.Sprintf("the state %s is %s, and the expression gives %s", quoted(e.State), want, t),
		}})
	}
}

// stateFor is the type of a name in a handler: its service's own states are
// bare.
func (b *build) stateFor(s *topology.Service, n *topology.Node) (topology.Type, *topology.ExprError) {
	if strings.Contains(n.Text, ".") {
		return b.stateNamed(n.Text)
	}
	if st := stateOf(s, n.Text); st != nil {
		return typeOf(st), nil
	}
	wrong := &topology.ExprError{Msg: fmt.Sprintf("%s has no state %s", quoted(s.Name), quoted(n.Text)), Hint: b.meantState(n.Text, stateNames(s))}
	if n.Text == "outcome" {
		wrong.Msg, wrong.Hint = "a handler does not know the outcome of its flow", "only invariants and monitors do; keep a state"
	}
	return 0, wrong
}

// meantState is the nearest state, or the service that has one of that name.
func (b *build) meantState(name string, known []string) string {
	if near, ok := nearest(name, known); ok {
		return "did you mean " + quoted(near) + "?"
	}
	for _, s := range b.sys.Services {
		if stateOf(s, name) != nil {
			return "write " + s.Name + "." + name
		}
	}
	return ""
}

func typeOf(st *topology.State) topology.Type {
	if st.IsWord {
		return topology.Word
	}
	return topology.Number
}

// stateNamed is the type of service.state.
func (b *build) stateNamed(full string) (topology.Type, *topology.ExprError) {
	service, name, _ := strings.Cut(full, ".")
	s := b.serviceNamed(service)
	if s == nil {
		return 0, &topology.ExprError{Msg: "there is no service " + quoted(service), Hint: meant(service, b.serviceNames())}
	}
	if st := stateOf(s, name); st != nil {
		return typeOf(st), nil
	}
	hint := ""
	if near, ok := nearest(name, stateNames(s)); ok {
		hint = "did you mean " + quoted(near) + "?"
	} else if len(s.State) == 0 {
		hint = "it has no state at all"
	}
	return 0, &topology.ExprError{Msg: fmt.Sprintf("%s has no state %s", quoted(service), quoted(name)), Hint: hint}
}

// stateOrOutcome is the type of a name in an invariant or a monitor.
func (b *build) stateOrOutcome(n *topology.Node) (topology.Type, *topology.ExprError) {
	switch {
	case n.Text == "outcome":
		return topology.Word, nil
	case strings.Contains(n.Text, "."):
		return b.stateNamed(n.Text)
	}
	hint := b.meantState(n.Text, []string{"outcome"})
	return 0, &topology.ExprError{Msg: "outside a handler a state is service.name, and " + quoted(n.Text) + " is not", Hint: hint}
}

// outcomeWords checks the words that outcome is compared with: a misspelt one
// would never be equal.
func (b *build) outcomeWords(e *topology.Expr) {
	if e == nil {
		return
	}
	known := []string{failedOutcome}
	for _, o := range b.sys.Outcomes {
		known = append(known, o.Name)
	}
	var walk func(n *topology.Node)
	walk = func(n *topology.Node) {
		compared := n.Kind == topology.InNode || n.Kind == topology.BinaryNode && n.Op.IsComparison()
		isOutcome := func(a *topology.Node) bool { return a.Kind == topology.NameNode && a.Text == "outcome" }
		for _, arg := range n.Args {
			if compared && slices.ContainsFunc(n.Args, isOutcome) && arg.Kind == topology.WordNode &&
				arg.Text != "" && !slices.Contains(known, arg.Text) {
				b.exprProblems(e, []*topology.ExprError{{
					Offset: arg.Offset, Len: arg.Len, Msg: "there is no outcome " + quoted(arg.Text), Hint: meant(arg.Text, known),
				}})
			}
			walk(arg)
		}
	}
	walk(e.Root)
}

// failedOutcome is the outcome of a flow that its coordinator has undone.
const failedOutcome = "failed"

// alertName is the type of a figure of an alert.
func (b *build) alertName(n *topology.Node) (topology.Type, *topology.ExprError) {
	function, inner, _ := strings.Cut(strings.TrimSuffix(n.Text, ")"), "(")
	kind, name, _ := strings.Cut(inner, ".")
	var known []string
	switch {
	case function == "rate" && kind == "event":
		for _, u := range topology.EventUses(b.sys) {
			known = append(known, u.Event)
		}
	case function == "rate" && kind == "anomaly":
		known = anomalyNames
	case function == "rate" && kind == "service":
		name = strings.TrimSuffix(name, ".handled")
		known = b.serviceNames()
	case function == "queue" && kind == "service":
		known = b.serviceNames()
	default:
		return 0, &topology.ExprError{Msg: "an alert has no figure " + quoted(n.Text),
			Hint: "write rate(event.X), rate(service.S.handled), rate(anomaly.A) or queue(service.S)"}
	}
	if !slices.Contains(known, name) {
		return 0, &topology.ExprError{Msg: fmt.Sprintf("there is no %s %s", kind, quoted(name)), Hint: meant(name, known)}
	}
	return topology.Number, nil
}
