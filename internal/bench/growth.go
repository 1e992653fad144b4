package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"rampa/internal/customer"
	"rampa/internal/id"
)

// Growth is what `rampa bench growth` measures: the cost of each call with many customers present, relative to few.
type Growth struct {
	Small    int                `json:"small"`
	Large    int                `json:"large"`
	SmallMS  map[string]float64 `json:"small_ms"` // median milliseconds a call
	LargeMS  map[string]float64 `json:"large_ms"`
	Ratios   map[string]float64 `json:"ratios"`
	MaxRatio float64            `json:"max_ratio"`
}

const loadUnit = 500 // registrations in one transaction while loading

// RunGrowth measures registering and listing with small and with large numbers of customers present.
func (e *Env) RunGrowth(ctx context.Context, small, large int, d time.Duration) (Growth, error) {
	g := Growth{Small: small, Large: large, Ratios: map[string]float64{}}
	dir, err := os.MkdirTemp(e.Dir, "rampa-growth-")
	if err != nil {
		return g, err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return g, err
	}
	if g.SmallMS, err = e.measureWith(ctx, data, small, d); err != nil {
		return g, err
	}
	if g.LargeMS, err = e.measureWith(ctx, data, large-small, d); err != nil {
		return g, err
	}
	for name, ms := range g.LargeMS {
		g.Ratios[name] = ms / g.SmallMS[name]
		g.MaxRatio = max(g.MaxRatio, g.Ratios[name])
	}
	return g, nil
}

// measureWith adds customers of the sandbox's integration and measures each call for d.
func (e *Env) measureWith(ctx context.Context, data string, add int, d time.Duration) (out map[string]float64, err error) {
	if err := e.startAndStop(ctx, data); err != nil { // makes the database and its integration
		return nil, err
	}
	if err := e.load(ctx, data, add); err != nil {
		return nil, err
	}
	s, err := e.startServer(ctx, data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	defer e.Progress("measuring", -1).Done()
	var n atomic.Int64
	run := id.Alphanumeric(6)
	calls := []struct {
		name, method, path string
		payload            func() []byte
	}{
		{"register", "POST", "/register/company", func() []byte {
			return fmt.Appendf(nil, `{"email":"%s.%d@growth.example","company_name":"Company %[2]d"}`, run, n.Add(1))
		}},
		{"list", "GET", "/customers/list", func() []byte { return nil }},
		{"list_by_status", "GET", "/customers/list?kyc_status=processing", func() []byte { return nil }},
		{"search_rare", "GET", "/customers/list?search=.777%40", func() []byte { return nil }},
		{"search_common", "GET", "/customers/list?search=company", func() []byte { return nil }},
		{"search_none", "GET", "/customers/list?search=zebra", func() []byte { return nil }},
	}
	out = map[string]float64{}
	for _, c := range calls {
		work := func() (func(context.Context) error, error) {
			conn, err := s.client(c.method, c.path)
			return func(context.Context) error {
				_, err := conn.call(c.payload())
				return err
			}, err
		}
		if _, err := loop(ctx, 4, d/4, work); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		times, err := loop(ctx, 4, d, work)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		slices.Sort(times)
		out[c.name] = percentile(times, .5)
	}
	return out, nil
}

func (e *Env) startAndStop(ctx context.Context, data string) error {
	s, err := e.startServer(ctx, data)
	if err != nil {
		return err
	}
	return s.stop()
}

// load inserts registrations of the sandbox's integration, many to a transaction. It leaves their audit entries out: a server
// would spend its first half-minute, which is measured, closing the chain over a million of them.
func (e *Env) load(ctx context.Context, data string, n int) error {
	s, _, closeDB, err := e.openBare(ctx, data)
	if err != nil {
		return err
	}
	all, err := s.Integrations().Integrations(ctx)
	if err != nil {
		return errors.Join(err, closeDB())
	}
	tenant, run, customers := all[0].ID, id.Alphanumeric(6), s.Customers()
	bar := e.Progress("loading customers", int64(n))
	defer bar.Done()
	for done := 0; done < n && err == nil; done += loadUnit {
		bar.Add(loadUnit)
		err = customers.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
			for i := range min(loadUnit, n-done) {
				if err := insertRegistration(ctx, tx, registration{tenant, fmt.Sprintf("%s.%d", run, done+i), true}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return errors.Join(err, s.FoldTallies(ctx), closeDB())
}
