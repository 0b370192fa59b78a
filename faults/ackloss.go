package faults

// AckLoss loses an ack: the message is handled, but the broker does not know.
type AckLoss struct{}

// Kind is "ack_loss".
func (AckLoss) Kind() string { return "ack_loss" }

// Point is AtAck.
func (AckLoss) Point() Point { return AtAck }

// Decide loses the ack.
func (AckLoss) Decide(Hop, Draws) Effect { return Effect{AckLost: true} }
