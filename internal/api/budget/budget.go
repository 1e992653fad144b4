// Package budget protects the partner's edge: how many requests an integration may make, and how authenticate slows down after failures.
// It must not know what is asked.
package budget

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"rampa/internal/errs"
)

// Limits protect the API. Zero is no limit.
type Limits struct {
	PerSecond    int // requests per integration
	Burst        int
	AuthFailures int // wrong pairs per minute, by key and by address, before authenticate slows down
}

// Limiter counts requests by integration, in this process.
type Limiter struct {
	Limits
	mu      sync.Mutex
	buckets map[int64]*rate.Limiter
}

func NewLimiter(l Limits) *Limiter { return &Limiter{Limits: l, buckets: map[int64]*rate.Limiter{}} }

// Admit takes one request from the integration's budget and says what is left of it.
func (l *Limiter) Admit(h http.Header, integrationID int64) bool {
	if l.PerSecond <= 0 {
		return true
	}
	l.mu.Lock()
	b, ok := l.buckets[integrationID]
	if !ok {
		b = rate.NewLimiter(rate.Limit(l.PerSecond), max(l.Burst, 1))
		l.buckets[integrationID] = b
	}
	l.mu.Unlock()
	ok = b.Allow()
	left := math.Max(b.Tokens(), 0)
	full := (float64(b.Burst()) - left) / float64(l.PerSecond) // seconds until the budget is whole again
	h.Set("RateLimit-Limit", strconv.Itoa(b.Burst()))
	h.Set("RateLimit-Remaining", strconv.Itoa(int(left)))
	h.Set("RateLimit-Reset", strconv.Itoa(int(math.Ceil(full))))
	return ok
}

// RetryError is a refusal that says how long to wait.
type RetryError struct {
	Cause *errs.Error
	After time.Duration
}

func (e *RetryError) Error() string { return e.Cause.Error() }

func (e *RetryError) Unwrap() error { return e.Cause }

func (e *RetryError) Seconds() string { return strconv.Itoa(int(math.Ceil(e.After.Seconds()))) }

const (
	throttleKeys    = 10_000 // bounds the memory; beyond it the oldest knowledge goes
	addressFactor   = 4      // an address may stand for several clients
	longestThrottle = 5 * time.Minute
	throttleForget  = 15 * time.Minute
)

// Throttle slows authentication down after failures: by key and by address, for longer with each further one.
type Throttle struct {
	free int // failures without consequence
	now  func() time.Time
	mu   sync.Mutex
	seen map[string]*failures
}

type failures struct {
	count int
	until time.Time
	last  time.Time
}

func NewThrottle(free int, now func() time.Time) *Throttle {
	return &Throttle{free: free, now: now, seen: map[string]*failures{}}
}

// Wait gives how long this key from this address has to wait, 0 for not at all.
func (t *Throttle) Wait(key, address string) time.Duration {
	if t.free <= 0 {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var longest time.Duration
	for _, k := range []string{"key " + key, "address " + address} {
		if f := t.seen[k]; f != nil {
			longest = max(longest, f.until.Sub(t.now()))
		}
	}
	return longest
}

func (t *Throttle) Failed(key, address string) {
	if t.free <= 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.seen) >= throttleKeys {
		clear(t.seen)
	}
	t.count("key "+key, t.free)
	t.count("address "+address, t.free*addressFactor)
}

func (t *Throttle) count(k string, free int) {
	now := t.now()
	f := t.seen[k]
	if f == nil || now.Sub(f.last) > throttleForget {
		f = &failures{}
		t.seen[k] = f
	}
	f.count++
	f.last = now
	if over := f.count - free; over >= 0 {
		f.until = now.Add(min(time.Second<<min(over, 10), longestThrottle))
	}
}

// Succeeded forgets the failures of a key; those of the address stay, or one good key would cover the guessing of others.
func (t *Throttle) Succeeded(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, "key "+key)
}
