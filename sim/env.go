package sim

// env is what an expression sees: the state of one flow, what is shared, what
// the message carried, and the flow's outcome.
type env struct {
	flow    *flow
	shared  []float64
	carried []float64
	outcome float64 // a word's number; 0: none
}

// eval is a compiled expression. A truth is 1 or 0, a word its number.
type eval func(*env) float64

// condition is a compiled expression that is true or not. A number is true unless it is 0.
type condition func(*env) bool
