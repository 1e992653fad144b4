package payout

import "testing"

// TestEveryStateTakesTheseEventsAndNoOthers is the whole table, the refused ones included.
func TestEveryStateTakesTheseEventsAndNoOthers(t *testing.T) {
	t.Parallel()
	want := map[State]map[Event]State{
		Created:   {SetAside: Reserved, Withdrawn: Cancelled},
		Reserved:  {Prepared: Signed, Withdrawn: Cancelled, Refused: Failed},
		Signed:    {Sent: Broadcast, Included: Seen, Confirmed: Final, Reverted: Failed},
		Broadcast: {Included: Seen, Confirmed: Final, Reverted: Failed},
		Seen:      {Vanished: Broadcast, Confirmed: Final, Reverted: Failed},
		Final:     {Vanished: Broadcast},
	}
	for _, from := range States {
		for _, e := range Events {
			to, err := next(from, e)
			if goal, allowed := want[from][e]; allowed != (err == nil) || allowed && to != goal || !allowed && to != from {
				t.Errorf("%s in %s leads to %s (%v), want %s", e, from, to, err, want[from][e])
			}
		}
	}
}
