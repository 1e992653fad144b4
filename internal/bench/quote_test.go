package bench_test

import (
	"path/filepath"
	"testing"
	"time"

	"rampa/internal/bench"
)

func TestQuotesAreNotMeasuredWithoutAServer(t *testing.T) {
	t.Parallel()
	e := &bench.Env{Dir: t.TempDir(), Executable: "/bin/false", Progress: func(string, int64) bench.Bar { return noBar{} }}
	if r, err := e.RunQuote(t.Context(), 1, time.Millisecond); err == nil {
		t.Errorf("%+v", r)
	}
	if left, _ := filepath.Glob(filepath.Join(e.Dir, "*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
