package price_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rampa/internal/price"
)

func TestADeadSourceLeavesTheOthersAndIsAskedLessAndLess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b", "c")
	dead := w.sources[2]
	dead.err = errors.New("connection refused")
	for range 40 { // ten minutes
		w.say("100", "101", "")
		w.want("100.5")
	}
	if dead.asked() != 6 { // at 0:15 0:30 1:00 2:00 4:00 8:00
		t.Errorf("the dead one was asked %d times", dead.asked())
	}
	if w.sources[0].asked() != 40 {
		t.Errorf("a living one was asked %d times", w.sources[0].asked())
	}
	dead.err = nil
	for range 20 { // five minutes, the longest pause
		w.say("100", "101", "100.2")
	}
	w.want("100.2")
	asked := dead.asked()
	w.say("100", "101", "100.2")
	if dead.asked() != asked+1 {
		t.Error("it lives and is not asked in each round")
	}
}

func TestAFailureIsToldAndTheRestIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "quorum: 2\n", "quorum: 1\n"), "a", "b")
	w.sources[0].says, w.sources[0].err = map[string]string{"BTC/EUR": "100"}, errors.New("EUR/USD is missing")
	for range 4 {
		w.now = w.now.Add(15 * time.Second)
		err := w.book.Refresh(t.Context())
		if err == nil || !strings.Contains(err.Error(), "source a: EUR/USD is missing") {
			t.Errorf("%v", err)
		}
		w.want("100")
	}
	if n := w.sources[0].asked(); n != 4 {
		t.Errorf("asked %d times in 4 rounds, although it gives a price", n)
	}
}

func TestAnEndIsNoFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rules(t), "a", "b")
		w.sources[0].err = context.Canceled
		ctx, end := context.WithCancel(t.Context())
		end()
		for range 3 {
			if err := w.book.Refresh(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
			synctest.Wait()
		}
		if n := w.sources[0].asked(); n != 3 {
			t.Errorf("it is left alone after %d questions that were not waited for", n)
		}
	})
}

func TestASourceKeepsItsOwnPace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "one", "two") // one is asked every minute
	for range 8 {
		w.say("100", "100")
	}
	if w.sources[0].asked() != 2 || w.sources[1].asked() != 8 {
		t.Errorf("asked %d and %d times", w.sources[0].asked(), w.sources[1].asked())
	}
}

func TestOneThatHangsHoldsNobodyUpForLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rules(t), "a", "b", "c")
		hang := make(chan struct{})
		w.sources[2].hang = hang
		began := time.Now()
		w.say("100", "101", "1")
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("the round took %s", took)
		}
		w.want("100.5")
		began = time.Now()
		for range 100 {
			w.say("100", "101", "1")
		}
		if took := time.Since(began); took != 0 || w.sources[2].asked() != 1 {
			t.Errorf("it is asked %d times while it hangs, and costs %s", w.sources[2].asked(), took)
		}
		w.sources[2].mu.Lock()
		w.sources[2].hang = nil
		w.sources[2].mu.Unlock()
		close(hang)
		synctest.Wait()
		w.want("100.5") // what came late is not taken
		w.now = w.now.Add(time.Hour)
		w.say("100", "101", "100.2")
		w.want("100.2")
	})
}

func TestARunningBookAsksUntilItIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "a", says: map[string]string{"BTC/EUR": "100"}}
		book := price.New(price.Config{Rules: rules(t, "quorum: 2\n", "quorum: 1\n"), Sources: []price.Source{f}, Now: time.Now})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); book.Run(ctx) }()
		synctest.Wait()
		if _, err := book.Price(ctx, price.Pair{Base: "BTC", Quote: "EUR"}); err != nil {
			t.Error(err)
		}
		<-time.After(time.Minute + time.Second)
		if f.asked() != 5 {
			t.Errorf("asked %d times in a minute", f.asked())
		}
		stop()
		<-done
	})
}
