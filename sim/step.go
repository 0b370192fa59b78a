package sim

import "edasim/topology"

// A step is a thing that the engine will do at an instant: a plain value of a
// kind, and the ticket of what it is about.
type step struct {
	at   topology.Time
	what uint64 // kind 8 bits, of which class 2, ticket 56 bits
}

func (s step) kind() stepKind { return stepKind(s.what >> kindShift) }
func (s step) class() uint64  { return s.what >> classShift }
func (s step) ticket() ticket { return ticket(s.what) & ticketMask }
func (s step) index() uint32  { return uint32(s.what) }

const (
	kindShift  = 56
	classShift = 62
)

// A ticket is the index of a thing, 32 bits, and before it its epoch, 24 bits: a step that
// has been overtaken is known by holding the ticket of an earlier one. A thing that is
// never overtaken has its index for a ticket.
type ticket uint64

const (
	ticketMask = ticket(1)<<kindShift - 1
	nobodys    = ^ticket(0)
)

func (t ticket) index() uint32 { return uint32(t) }

// next is the ticket of the next epoch.
func (t ticket) next() ticket { return (t + 1<<32) & ticketMask }

// stepKind says what a step does. Its first two bits are its class, which orders
// the steps of one instant: what ends, then what expires, then what arrives.
type stepKind uint8

const (
	expiry  stepKind = 1 << 6
	arrival stepKind = 2 << 6
	classes          = 3
)

const (
	finishes stepKind = iota // a run's service time is over
	proceeds                 // a run goes on after the gap between its writes
	crashes                  // a run's worker dies
	restarts                 // a crashed worker is back
)

const (
	expires    = expiry + iota // the head of a list of deadlines
	returns                    // a delivery's redelivery delay is over
	elapses                    // a timer of the business, or a request's retry delay
	opens                      // a fault's window on a service
	closes                     // its end
	replays                    // a dead letter is put back
	relays                     // an outbox relay looks
	polls                      // a consumer looks at its queue
	settles                    // a service commits its offsets
	confirms                   // a publish has not been confirmed in time
	reconciles                 // a monitor or an alert ticks
	samples                    // a bin of the time series ends
)

const (
	arrives = arrival + iota // a flow starts
	reaches                  // a message reaches its queue
	brings                   // an answer reaches its caller
	forges                   // a forged event appears
)
