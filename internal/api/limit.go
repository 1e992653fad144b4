package api

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

// limiter counts requests by integration, in this process.
type limiter struct {
	Limits
	mu      sync.Mutex
	buckets map[int64]*rate.Limiter
}

func newLimiter(l Limits) *limiter { return &limiter{Limits: l, buckets: map[int64]*rate.Limiter{}} }

// admit takes one request from the integration's budget and says what is left of it.
func (l *limiter) admit(h http.Header, integrationID int64) bool {
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

// retryError is a refusal that says how long to wait.
type retryError struct {
	cause *errs.Error
	wait  time.Duration
}

func (e *retryError) Error() string { return e.cause.Error() }

func (e *retryError) Unwrap() error { return e.cause }

func (e *retryError) seconds() string { return strconv.Itoa(int(math.Ceil(e.wait.Seconds()))) }

const (
	throttleKeys    = 10_000 // bounds the memory; beyond it the oldest knowledge goes
	addressFactor   = 4      // an address may stand for several clients
	longestThrottle = 5 * time.Minute
	throttleForget  = 15 * time.Minute
)

// throttle slows authentication down after failures: by key and by address, for longer with each further one.
type throttle struct {
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

func newThrottle(free int, now func() time.Time) *throttle {
	return &throttle{free: free, now: now, seen: map[string]*failures{}}
}

// wait gives how long this key from this address has to wait, 0 for not at all.
func (t *throttle) wait(key, address string) time.Duration {
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

func (t *throttle) failed(key, address string) {
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

func (t *throttle) count(k string, free int) {
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

// succeeded forgets the failures of a key; those of the address stay, or one good key would cover the guessing of others.
func (t *throttle) succeeded(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, "key "+key)
}
