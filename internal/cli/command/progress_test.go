package command

import (
	"strings"
	"testing"
)

func TestProgressWritesNothingWhereNobodyWatches(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	bar := NewProgress(&out, "working", 10)
	bar.Add(5)
	bar.Done()
	if out.String() != "" {
		t.Errorf("wrote %q", out.String())
	}
}
