package bench_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/bench"
)

var smallScreening = bench.ScreeningSize{People: 1500, Companies: 500, Variants: 1500, Clean: 1500}

func TestScreeningFindsVariantsAndLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= 3; seed++ {
		r, err := (&bench.Env{}).RunScreening(t.Context(), seed, smallScreening)
		if err != nil {
			t.Fatal(err)
		}
		if r.Recall < 98 || r.FalseHitsPer1000 > 5 {
			t.Errorf("seed %d: recall %.2f %%, %.2f false hits per 1,000\nmissed %q\nwrong %q", seed, r.Recall, r.FalseHitsPer1000, r.Missed, r.Wrong)
		}
		if r.Variants != smallScreening.Variants || r.Clean != smallScreening.Clean || r.NearMisses < r.Clean/3 || len(r.Classes) < 25 {
			t.Errorf("seed %d: %d variants, %d clean, %d near misses in %d classes", seed, r.Variants, r.Clean, r.NearMisses, len(r.Classes))
		}
	}
}

func TestTheSameSeedMakesTheSameNames(t *testing.T) {
	t.Parallel()
	size := bench.ScreeningSize{People: 200, Companies: 100, Variants: 300, Clean: 300}
	var runs []bench.Screening
	for range 2 {
		r, err := (&bench.Env{}).RunScreening(t.Context(), 7, size)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, r)
	}
	if diff := cmp.Diff(runs[0], runs[1], cmpopts.IgnoreFields(bench.Screening{}, "NamesPerSecond", "SlowestMS")); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}
