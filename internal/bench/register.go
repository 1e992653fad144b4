package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"rampa/internal/api"
	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/id"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/store"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// Register is what `rampa bench register` measures.
type Register struct {
	RequestsPerSecond    float64 `json:"requests_per_second"`
	P50                  float64 `json:"p50_ms"`
	P99                  float64 `json:"p99_ms"`
	RequestsPerFsync     float64 `json:"requests_per_fsync"`
	StatementsPerRequest float64 `json:"statements_per_request"`
	AllocsPerRequest     float64 `json:"allocs_per_request"`
	BareLimitPerSecond   float64 `json:"bare_limit_per_second"`
	RatioToLimit         float64 `json:"ratio_to_limit"`
	Connections          int     `json:"connections"`
	Requests             int     `json:"requests"`
}

// RunRegister registers companies over HTTP in a closed loop, and inserts the same rows without HTTP in the same run: half
// of the bare time before, half after, so that a machine that slows down meanwhile is fair to both.
func (e *Env) RunRegister(ctx context.Context, connections int, d time.Duration) (Register, error) {
	dir, err := os.MkdirTemp(e.Dir, "rampa-bench-")
	if err != nil {
		return Register{}, err
	}
	defer os.RemoveAll(dir)
	bare := func(name string) (float64, error) {
		defer e.Progress("bare limit: the same rows without HTTP", -1).Done()
		return e.bareLimit(ctx, filepath.Join(dir, name), connections, d/4)
	}
	before, err := bare("bare1")
	if err != nil {
		return Register{}, err
	}
	bar := e.Progress("registering over HTTP", -1)
	out, err := e.overHTTP(ctx, filepath.Join(dir, "server"), connections, d)
	bar.Done()
	if err != nil {
		return out, err
	}
	after, err := bare("bare2")
	out.BareLimitPerSecond = (before + after) / 2
	out.RatioToLimit = out.RequestsPerSecond / out.BareLimitPerSecond
	return out, err
}

func (e *Env) overHTTP(ctx context.Context, data string, connections int, d time.Duration) (out Register, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return out, err
	}
	s, err := e.startServer(ctx, data)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	var n atomic.Int64
	run := id.Alphanumeric(6)
	worker := func() (func(context.Context) error, error) {
		c, err := s.client("POST", "/register/company")
		return func(context.Context) error {
			_, err := c.call(fmt.Appendf(nil, `{"email":"%s.%d@company-%d.example","company_name":"Company %[2]d S.L."}`, run, n.Add(1), n.Load()%1000))
			return err
		}, err
	}
	if _, err := loop(ctx, connections, max(d/10, time.Second), worker); err != nil { // warm
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
	after, err := s.counters()
	if err != nil {
		return out, err
	}
	requests := float64(len(times))
	delta := func(name string) float64 { return after[name] - before[name] }
	return Register{RequestsPerSecond: requests / took.Seconds(), P50: percentile(times, .5), P99: percentile(times, .99),
		RequestsPerFsync: requests / max(delta("rampa_db_fsyncs_total"), 1), StatementsPerRequest: delta("rampa_db_statements_total") / requests,
		AllocsPerRequest: delta("go_memstats_mallocs_total") / requests, Connections: connections, Requests: len(times)}, nil
}

// bareLimit inserts the rows of a registration from n goroutines and gives units per second.
func (e *Env) bareLimit(ctx context.Context, data string, n int, d time.Duration) (float64, error) {
	s, tenant, closeDB, err := e.openBare(ctx, data)
	if err != nil {
		return 0, err
	}
	defer closeDB()
	customers := s.Customers()
	var serial atomic.Int64
	run := id.Alphanumeric(6)
	start := time.Now()
	times, err := loop(ctx, n, d, func() (func(context.Context) error, error) {
		return func(ctx context.Context) error {
			return customers.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
				return insertRegistration(ctx, tx, registration{tenant, fmt.Sprintf("%s.%d", run, serial.Add(1)), false})
			})
		}, nil
	})
	return float64(len(times)) / time.Since(start).Seconds(), err
}

func (e *Env) openBare(ctx context.Context, data string) (s *store.Store, tenant int64, closeDB func() error, err error) {
	o := db.Options{Source: filepath.Join(data, "rampa.db")}
	if db.IsPostgres(e.DB) {
		o.Source = e.DB
	} else if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, 0, nil, err
	}
	if _, _, err = db.Migrate(ctx, o); err != nil {
		return nil, 0, nil, err
	}
	d, err := db.Open(ctx, o)
	if err != nil {
		return nil, 0, nil, err
	}
	s = store.New(d)
	i := integration.Integration{UUID: id.UUID(time.Now()), Name: "bench " + id.Alphanumeric(8), Mode: integration.Sandbox, CreatedAt: time.Now()}
	err = s.Integrations().InTx(ctx, func(ctx context.Context, tx integration.Tx) error {
		_, err := tx.InsertIntegration(ctx, &i, nil)
		return err
	})
	return s, i.ID, d.Close, err
}

var (
	bareMAC  = make([]byte, 32)
	bareData = sync.OnceValue(func() []byte { // as large as the event of a real registration
		return api.EventData(customer.Standing{Customer: customer.Customer{ID: 1, Kind: customer.Company, Stage: verification.Draft},
			Requirements: kyb.Rules().Missing(&kyb.File{}, nil, time.Now())})
	})
)

// registration is one to insert.
type registration struct {
	tenant    int64
	name      string
	unaudited bool
}

// insertRegistration writes the rows of one registration with values that cost nothing to make.
func insertRegistration(ctx context.Context, tx customer.Tx, r registration) error {
	now, tenant, name := time.Now(), r.tenant, r.name
	c := customer.Customer{UUID: id.UUID(now), IntegrationID: tenant, Kind: customer.Company, Name: name, Email: name + "@company.example",
		EmailKey: name + "@company.example", Stage: verification.Draft, CreatedAt: now, UpdatedAt: now}
	if inserted, err := tx.InsertCustomer(ctx, &c); err != nil || !inserted {
		return fmt.Errorf("insert a customer: %v %w", inserted, err)
	}
	l := customer.Link{UUID: id.UUID(now), CustomerID: c.ID, IntegrationID: tenant, PasswordMAC: bareMAC, CreatedAt: now, ExpiresAt: now.Add(2160 * time.Hour)}
	key := fmt.Sprint(c.ID)
	if !r.unaudited {
		err := tx.AppendAudit(ctx, audit.Entry{At: now, IntegrationID: tenant, Actor: audit.System("bench"), Action: "customer.registered", Object: "customer", ObjectID: key})
		if err != nil {
			return err
		}
	}
	return errors.Join(
		tx.InsertRecord(ctx, customer.Record{CustomerID: c.ID, IntegrationID: tenant, Version: 1, UpdatedAt: now}),
		tx.InsertLink(ctx, l, now.Add(1992*time.Hour)),
		tx.Tally(ctx, tenant, customer.TallyCustomers, 1),
		tx.AppendEvent(ctx, webhook.Event{IntegrationID: tenant, Type: webhook.CustomerCreated, Object: "customer", ObjectID: key, Sequence: 1, Data: bareData(), CreatedAt: now}),
	)
}
