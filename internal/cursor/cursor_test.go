package cursor_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/cursor"
)

func TestAPlaceIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.SliceOfN(rapid.Int64Min(1), 1, 4).Draw(t, "place")
		got, err := cursor.Read(cursor.Of(place...), len(place))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(place, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWhatOfDidNotWriteIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "!", "MQ==", cursor.Of(), cursor.Of(1, 2), cursor.Of(0), cursor.Of(-5), "enp6enp6enp6enp6enp6eg"} {
		if _, err := cursor.Read(text, 1); !errors.Is(err, cursor.ErrInvalid) {
			t.Errorf("%q was read: %v", text, err)
		}
	}
}
