package payout

// Event is what moves a payout from one state to another.
type Event string

// The events.
const (
	SetAside  Event = "set_aside" // the treasury's coins are held
	Prepared  Event = "prepared"  // a transaction is signed and kept
	Sent      Event = "sent"      // it was given to the chain's nodes, or is found there
	Included  Event = "included"  // it is in a block
	Confirmed Event = "confirmed" // deep enough
	Vanished  Event = "vanished"  // it is in no block any more
	Reverted  Event = "reverted"  // it is in a block, deep enough, and moved nothing
	Withdrawn Event = "withdrawn" // its owner takes it back
	Refused   Event = "refused"   // no transaction can do it: the coin's contract refuses the recipient
)

// Events and States are all of them.
var (
	Events = []Event{SetAside, Prepared, Sent, Included, Confirmed, Vanished, Reverted, Withdrawn, Refused}
	States = []State{Created, Reserved, Signed, Broadcast, Seen, Final, Failed, Cancelled}
)

// moves is the whole state machine: what is not in it is refused. From Signed on nothing can be taken back: somebody may have seen it.
var moves = map[State]map[Event]State{
	Created:   {SetAside: Reserved, Withdrawn: Cancelled},
	Reserved:  {Prepared: Signed, Withdrawn: Cancelled, Refused: Failed},
	Signed:    {Sent: Broadcast, Included: Seen, Confirmed: Final, Reverted: Failed},
	Broadcast: {Included: Seen, Confirmed: Final, Reverted: Failed},
	Seen:      {Vanished: Broadcast, Confirmed: Final, Reverted: Failed},
	Final:     {Vanished: Broadcast}, // a reorganisation deeper than what counts as final
	Failed:    {},
	Cancelled: {},
}

// next gives the state that an event leads to. Errors: ErrState.
func next(from State, e Event) (State, error) {
	to, ok := moves[from][e]
	if !ok {
		return from, ErrState
	}
	return to, nil
}
