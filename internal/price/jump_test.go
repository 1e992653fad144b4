package price_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rampa/internal/price"
)

func TestASmallStepIsServedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	for _, r := range []string{"100", "105", "99.75", "104.7375"} { // 5 per cent at most, each time
		w.say(r, r)
		w.want(r)
	}
}

func TestAJumpWaitsForThreeRoundsAndItsTime(t *testing.T) {
	t.Parallel()
	for name, jumped := range map[string]string{"up": "105.01", "down": "94.99", "a hundredfold": "10000"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, rules(t), "a", "b")
			w.say("100", "100")
			for range 3 { // at 0, 15 and 30 seconds: three rounds, but not yet 45 seconds
				w.say(jumped, jumped)
				w.want("")
			}
			w.say(jumped, jumped)
			w.want(jumped)
			w.say("100", "100") // and back again is a jump too
			if name == "a hundredfold" {
				w.want("")
			}
		})
	}
}

func TestAJumpThatWasAMistakeIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.say("100", "100")
	w.say("120", "120")
	w.want("")
	w.say("101", "101")
	w.want("101")
	for range 3 {
		w.say("120", "120") // begins anew
		w.want("")
	}
}

func TestRoundsThatDisagreeConfirmNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.say("100", "100")
	for range 8 {
		w.say("120", "120")
		w.want("")
		w.say("150", "150")
		w.want("")
	}
}

func TestAJumpThatGoesOnIsConfirmedByItsTrend(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.say("100", "100")
	for _, r := range []string{"110", "111", "112.2"} {
		w.say(r, r)
		w.want("")
	}
	w.say("113.4", "113.4")
	w.want("113.4")
}

func TestTheSameObservationsConfirmNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.say("100", "100")
	w.sources[0].at, w.sources[1].at = w.now.Add(time.Second), w.now.Add(time.Second)
	for range 7 { // what they say stays of one instant
		w.say("120", "120")
		w.want("")
	}
}

func TestEnoughSourcesConfirmAJumpAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b", "c")
	w.say("100", "100", "100")
	w.say("120", "120", "100")
	w.want("") // two of three
	w.say("120", "120", "120")
	w.want("120")
}

func TestNoNumberOfSourcesConfirmsWhereNoneIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "sources: 3}", "sources: 0}"), "a", "b", "c", "d")
	w.say("100", "100", "100", "100")
	w.say("120", "120", "120", "120")
	w.want("")
}

func TestARateOfLongAgoIsNoMeasure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.say("100", "100")
	w.now = w.now.Add(14*time.Minute + 45*time.Second)
	w.say("120", "120")
	w.want("") // of 15 minutes ago
	w.say("150", "150")
	w.want("150")
}

func TestAPairMayJumpAsTheRulesSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "EUR/ARS: {quorum: 1, outlier: 1.5, jump: 0}", "EUR/ARS: {quorum: 1, outlier: 1.5, jump: 20}"), "a")
	step := func(rate, want string) {
		t.Helper()
		w.now = w.now.Add(15 * time.Second)
		w.sources[0].say("EUR/ARS", rate)
		_ = w.book.Refresh(t.Context())
		w.wantOf("EUR/ARS", want)
	}
	step("1000", "1000")
	step("1200", "1200")
	step("1441", "")
	free := newWorld(t, rules(t), "a") // a jump of 0: as far as it likes
	w = free
	step("1000", "1000")
	step("9999", "9999")
}

func TestACrossIsHeldWithItsLeg(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "quorum: 2\n", "quorum: 1\n"), "a")
	w.sources[0].says = map[string]string{"BTC/EUR": "100", "EUR/USD": "1.1", "EUR/ARS": "1500"}
	_ = w.book.Refresh(t.Context())
	w.wantOf("BTC/ARS", "150000")
	w.now = w.now.Add(15 * time.Second)
	w.sources[0].says = map[string]string{"BTC/EUR": "130", "EUR/USD": "1.1", "EUR/ARS": "1500"}
	_ = w.book.Refresh(t.Context())
	w.wantOf("BTC/ARS", "")
	w.wantOf("BTC/USD", "")
	w.wantOf("USD/ARS", "1363.636363636364")
}

func TestReadingAndWaitingConfirmNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.say("100", "100")
	w.say("120", "120")
	for range 110 {
		w.now = w.now.Add(time.Second)
		w.want("")
	}
}

func TestAHeldPriceIsLoggedOnceAndItsReturnToo(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	now := noon
	a, b := &fake{name: "a"}, &fake{name: "b"}
	book := price.New(price.Config{Rules: rules(t), Sources: []price.Source{a, b}, Now: func() time.Time { return now },
		Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, r := range []string{"100", "120", "120", "120", "120", "120"} {
		now = now.Add(15 * time.Second)
		a.say("BTC/EUR", r)
		b.say("BTC/EUR", r)
		if err := book.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if held, served := strings.Count(log.String(), "is held"), strings.Count(log.String(), "is served again"); held != 1 || served != 1 {
		t.Error(log.String())
	}
}
