package verification_test

import (
	"errors"
	"strings"
	"testing"

	"rampa/internal/verification"
)

// table says what every event does in every stage; "-" is refused.
const table = `
                  opened            submitted  taken      approved  rejected  correction        reopened          expired  renewed  due
draft             in_progress       -          -          -         -         -                 -                 expired  -    -
in_progress       in_progress       submitted  -          -         -         -                 -                 expired  -    -
submitted         -                 -          in_review  approved  rejected  needs_correction  -                 -        -    -
in_review         -                 -          in_review  approved  rejected  needs_correction  -                 -        -    -
needs_correction  needs_correction  submitted  -          -         -         -                 -                 expired  -    -
approved          -                 -          -          -         -         -                 -                 -        -    needs_correction
rejected          -                 -          -          -         -         -                 needs_correction  -        -    -
expired           -                 -          -          -         -         -                 needs_correction  -        draft  -
`

func TestEveryEventInEveryStage(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	events := strings.Fields(lines[0])
	if len(events) != len(verification.Events()) || len(lines)-1 != len(verification.Stages()) {
		t.Fatalf("the table has %d events and %d stages, the machine %d and %d", len(events), len(lines)-1, len(verification.Events()), len(verification.Stages()))
	}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		from := verification.Stage(cells[0])
		for i, event := range events {
			got, err := from.After(verification.Event(event))
			switch want := cells[i+1]; {
			case want == "-" && (!errors.Is(err, verification.ErrTransition) || got != from):
				t.Errorf("%s in %s: %s, %v; want a refusal", event, from, got, err)
			case want != "-" && (err != nil || string(got) != want):
				t.Errorf("%s in %s: %s, %v; want %s", event, from, got, err, want)
			}
		}
	}
}

func TestEveryStageHasOneOfThePartnersStatuses(t *testing.T) {
	t.Parallel()
	n := 0
	for status, want := range map[string]int{"unused": 2, "processing": 4, "valid": 1, "fail": 1, "approved": 0, "": 0} {
		stages := verification.StagesOf(status)
		if n += len(stages); len(stages) != want {
			t.Errorf("%q stands for %v, want %d stages", status, stages, want)
		}
	}
	if n != len(verification.Stages()) {
		t.Errorf("%d stages have a status, of %d", n, len(verification.Stages()))
	}
}
