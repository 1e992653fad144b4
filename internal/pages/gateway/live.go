package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"sync"
	"time"

	"rampa/internal/onramp"
)

const (
	liveFor   = 15 * time.Second // then the browser asks again: a server that ends waits for nobody longer
	liveEvery = time.Second
	liveMost  = 20 // streams to one address at a time; beyond them pages stay as they are until they are loaded again
)

// events tells when the payment is no more what the page shows (server-sent events).
func (v *visit) events() error {
	control := http.NewResponseController(v.W)
	if err := control.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if !v.h.live.enter(v.h.Address(v.R)) {
		v.W.WriteHeader(http.StatusNoContent) // to a browser: do not come again
		return nil
	}
	defer v.h.live.leave(v.h.Address(v.R))
	v.W.Header().Set("Content-Type", "text/event-stream")
	ctx, cancel := context.WithTimeout(v.R.Context(), liveFor)
	defer cancel()
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	seen, now := v.R.URL.Query().Get("seen"), v.Pay
	for {
		if mark(&now.Payment) != seen {
			_, _ = v.W.Write([]byte("event: changed\ndata: " + string(now.Payment.Status) + "\n\n"))
			_ = control.Flush()
			return nil
		}
		if _, err := v.W.Write([]byte(": here\n\n")); err != nil || control.Flush() != nil {
			return nil // nobody listens
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		var err error
		if now, err = v.h.Payments.Visit(ctx, v.Pay.Payment.ID); err != nil {
			return nil // the browser comes again
		}
	}
}

// mark is what a payer would see a difference in, in short: the page carries it, so that no change between the page and its events is missed.
func mark(p *onramp.Payment) string {
	m := string(p.Status) + "/" + string(p.Pause) + "/" + p.Received.Decimal() + "/" + p.TxHash
	for _, r := range p.Refunds {
		m += "/" + string(r.State)
	}
	sum := sha256.Sum256([]byte(m))
	return hex.EncodeToString(sum[:6])
}

// liveURL is where the page asks whether the payment has changed since.
func (v *visit) liveURL() string { return v.home() + "/events?seen=" + mark(&v.Pay.Payment) }

// streams counts the open streams of each address.
type streams struct {
	mu   sync.Mutex
	open map[string]int
}

func (s *streams) enter(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[address] >= liveMost {
		return false
	}
	s.open[address]++
	return true
}

func (s *streams) leave(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[address]--; s.open[address] <= 0 {
		delete(s.open, address)
	}
}
