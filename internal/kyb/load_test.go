package kyb_test

import (
	"testing"

	"rampa/internal/kyb"
)

func TestTheEmbeddedRulesLoad(t *testing.T) {
	t.Parallel()
	kyb.Rules()
}
