package ticker_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/price"
	"rampa/internal/ticker"
)

// TestTwoHonestSourcesOutliveAllOthers asks places of every bad kind at once and is told the truth in time.
func TestTwoHonestSourcesOutliveAllOthers(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	dead := httptest.NewServer(nil)
	dead.Close()
	const form = `{"symbol":"X","price":"%s"}`
	places := map[string]string{
		"honest-1": serve(t, text(fmt.Sprintf(form, "52600"))),
		"honest-2": serve(t, text(fmt.Sprintf(form, "52610"))),
		"liar":     serve(t, text(fmt.Sprintf(form, "5260000"))),
		"negative": serve(t, text(fmt.Sprintf(form, "-52605"))),
		"nan":      serve(t, text(fmt.Sprintf(form, "NaN"))),
		"huge":     serve(t, text(fmt.Sprintf(form, "1e400"))),
		"nothing":  serve(t, text(fmt.Sprintf(form, "0"))),
		"dead":     dead.URL,
		"failing":  serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }),
		"hanging":  serve(t, func(http.ResponseWriter, *http.Request) { <-release }),
		"flood": serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for _, err := io.WriteString(w, "["); err == nil; _, err = w.Write(make([]byte, 1<<16)) {
			}
		}),
	}
	t.Cleanup(func() { close(release) }) // before the servers close
	var file strings.Builder
	file.WriteString("version: 1\nevery: 15s\ntimeout: 3s\nbackoff: 5m\nage: 2m\nquorum: 2\noutlier: 2\n" +
		"jump: {percent: 5, within: 15m, rounds: 3, hold: 45s, sources: 3}\nbridges: [EUR]\nsources:\n")
	for name, url := range places {
		fmt.Fprintf(&file, "  - {name: %s, kind: binance, url: %q, pairs: {BTC/EUR: X}}\n", name, url)
	}
	stale := serve(t, text(`<E><Cube><Cube time="2026-11-02"><Cube currency="USD" rate="1.5"/></Cube></Cube></E>`))
	for _, name := range []string{"stale-1", "stale-2"} {
		fmt.Fprintf(&file, "  - {name: %s, kind: ecb, url: %q, age: 126h, pairs: {EUR/USD: USD}}\n", name, stale)
	}
	rules, err := price.LoadRules([]byte(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	sources, err := price.Sources(rules, ticker.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	var now atomic.Pointer[time.Time]
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	now.Store(&at)
	book := price.New(price.Config{Rules: rules, Sources: sources, Now: func() time.Time { return *now.Load() }})
	err = book.Refresh(t.Context())
	for _, bad := range []string{"negative", "nan", "huge", "nothing", "dead", "failing", "hanging", "flood"} {
		if err == nil || !strings.Contains(err.Error(), "price source "+bad+": ") {
			t.Errorf("nobody says that %s failed: %v", bad, err)
		}
	}
	p, err := book.Price(t.Context(), price.Pair{Base: "BTC", Quote: "EUR"})
	if err != nil || p.Rate.String() != "52605" || len(p.Used) != 2 {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := book.Price(t.Context(), price.Pair{Base: "EUR", Quote: "USD"}); !errors.Is(err, price.ErrUnavailable) {
		t.Errorf("a rate of three weeks ago is served: %+v", p)
	}
	later := at.Add(2*time.Minute + time.Microsecond)
	now.Store(&later)
	if p, err := book.Price(t.Context(), price.Pair{Base: "BTC", Quote: "EUR"}); !errors.Is(err, price.ErrUnavailable) {
		t.Errorf("an old price is served: %+v", p)
	}
}
