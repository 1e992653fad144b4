package customer_test

import (
	"testing"
	"time"
)

func TestTheOwnersOfADecidedFileAreJudgedByTheLawOfItsDay(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		decided, waiting := w.submitted("Acme"), w.submitted("Remesas")
		decided.read()
		w.must(w.Approve(w.Context(), decided.id, decided.decision()))
		w.now = time.Date(2027, 7, 10, 0, 0, 0, 0, time.UTC)
		if got := decided.read().Ownership; got.Rules.Code != "directive" || !got.Day.Equal(noon) {
			t.Errorf("the decided file: %s as of %s", got.Rules.Code, got.Day)
		}
		if got := waiting.read().Ownership; got.Rules.Code != "regulation" || len(got.Owners) != 1 {
			t.Errorf("the waiting file: %s, %d owners", got.Rules.Code, len(got.Owners))
		}
	})
}
