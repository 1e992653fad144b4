package kyc

import (
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"slices"
)

// The movements that may be asked before the camera. They are done by everybody who can see the page; a person who cannot
// do one sends what he can, and the operator decides.
const (
	LookStraight = "look_straight"
	TurnLeft     = "turn_left"
	TurnRight    = "turn_right"
	LookUp       = "look_up"
	Smile        = "smile"
	CloseEyes    = "close_eyes"
)

// Movements is every movement that may be asked.
var Movements = []string{LookStraight, TurnLeft, TurnRight, LookUp, Smile, CloseEyes}

// movementsAsked is how many are asked of one person: 120 orders of them, which no photo found on the web has ready.
const movementsAsked = 3

// AskLiveness draws the movements of one person, each at most once, in an order that cannot be foretold. random is
// crypto/rand.Reader outside tests.
func AskLiveness(random io.Reader) ([]string, error) {
	left, asked := slices.Clone(Movements), []string{}
	for range movementsAsked {
		i, err := rand.Int(random, big.NewInt(int64(len(left))))
		if err != nil {
			return nil, fmt.Errorf("draw liveness movements: %w", err)
		}
		asked = append(asked, left[i.Int64()])
		left = slices.Delete(left, int(i.Int64()), int(i.Int64())+1)
	}
	return asked, nil
}
