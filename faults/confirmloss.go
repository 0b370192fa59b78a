package faults

// ConfirmLoss loses the broker's confirmation: the message is published, but
// its producer does not know.
type ConfirmLoss struct{}

// Kind is "confirm_loss".
func (ConfirmLoss) Kind() string { return "confirm_loss" }

// Point is AtPublish.
func (ConfirmLoss) Point() Point { return AtPublish }

// Decide loses the confirmation.
func (ConfirmLoss) Decide(Hop, Draws) Effect { return Effect{ConfirmLost: true} }
