package bench

import (
	"context"
	"errors"
	"math"
	"os"
	"rampa/internal/bench/payments"
	"time"
)

// Quote is what `rampa bench quote` measures.
type Quote struct {
	P50               float64 `json:"p50_ms"` // as the client sees it, the socket included
	P99               float64 `json:"p99_ms"`
	RequestsPerSecond float64 `json:"requests_per_second"`
	WritesPerRequest  float64 `json:"writes_per_request"` // units of work that the database commits, to a hundredth
	AllocsPerRequest  float64 `json:"allocs_per_request"`
	Connections       int     `json:"connections"`
	Requests          int     `json:"requests"`
}

// quotePath is the quote that is asked for, again and again.
const quotePath = "/quote?amount=150&symbol=USDC&chain=polygon&payment_type=card"

// RunQuote asks a server of its own for quotes over HTTP, in a closed loop. Writes are counted while it is asked and for
// as long while it is not: periodic work writes too, and is no quote's.
func (e *Env) RunQuote(ctx context.Context, connections int, d time.Duration) (out Quote, err error) {
	dir, err := os.MkdirTemp(e.Dir, "rampa-bench-")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	s, err := e.startServer(ctx, dir)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	worker := func() (func(context.Context) error, error) {
		c, err := s.client("GET", quotePath)
		return func(context.Context) error {
			_, err := c.call(nil)
			return err
		}, err
	}
	bar := e.Progress("quotes over HTTP", -1)
	defer bar.Done()
	if _, err := loop(ctx, connections, max(d/10, 100*time.Millisecond), worker); err != nil { // warm
		return out, err
	}
	before, err := s.counters()
	if err != nil {
		return out, err
	}
	start := time.Now()
	times, err := loop(ctx, connections, d, worker)
	took := time.Since(start)
	if err != nil {
		return out, err
	}
	busy, err := s.counters()
	if err != nil {
		return out, err
	}
	select {
	case <-time.NewTimer(took).C:
	case <-ctx.Done():
		return out, ctx.Err()
	}
	idle, err := s.counters()
	if err != nil {
		return out, err
	}
	const units, allocs = "rampa_db_commit_units_sum", "go_memstats_mallocs_total"
	requests := float64(len(times))
	// To a hundredth: work of every few seconds may fall once more in one half than in the other.
	writes := math.Round(100*max(busy[units]-before[units]-(idle[units]-busy[units]), 0)/requests) / 100
	return Quote{P50: percentile(times, .5), P99: percentile(times, .99), RequestsPerSecond: requests / took.Seconds(), WritesPerRequest: writes,
		AllocsPerRequest: (busy[allocs] - before[allocs]) / requests, Connections: connections, Requests: len(times)}, nil
}

// RunPayments creates, pays and sends n payments of each kind.
func (e *Env) RunPayments(ctx context.Context, n, connections int) (payments.Result, error) {
	return payments.RunOn(ctx, payments.Place{Dir: e.Dir, Source: e.DB}, payments.Size{Payments: n, Connections: connections})
}
