// Package app wires the process: it opens the storage, builds the domains and edges, serves them, and stops them in the
// reverse order. It decides nothing that a domain or an edge should.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"rampa/internal/config"
	"rampa/internal/sandbox"
)

// Running is a server that has become ready. Credentials are a sandbox's only.
type Running struct {
	BaseURL     string // of the API, with /api
	PublicURL   string
	Credentials *Credentials // nil in production
}

// lastCalls is how long a draining server still takes calls, so that whoever balances the load sees it in /readyz first.
const lastCalls = time.Second

// Run serves until ctx ends, then drains and returns nil. It calls ready once, when /readyz is 200; an error of ready
// ends the server and is returned.
func Run(ctx context.Context, cfg *config.Config, log *slog.Logger, ready func(Running) error) (err error) {
	data, cleanup, err := dataFolder(cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cleanup()) }()
	listener, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	door := &door{}
	server := &http.Server{Handler: door, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, WriteTimeout: 5 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer server.Close()

	a, err := start(ctx, cfg, log, place{data, listener.Addr().String()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.stop()) }()
	door.open(a.front)
	if err := ready(a.running); err != nil {
		return err
	}
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return a.drain(server, cfg.HTTP.DrainTimeout)
}

// place is where a server keeps its data and listens.
type place struct {
	data    string
	address string
}

// door answers for a server that is still starting.
type door struct{ behind atomic.Pointer[http.Handler] }

func (d *door) open(h http.Handler) { d.behind.Store(&h) }

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := d.behind.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	if r.URL.Path == "/healthz" {
		_, _ = w.Write([]byte("ok\n"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`{"status":"error","error":"unavailable"}`))
}

// dataFolder prepares the data folder, a temporary one for an ephemeral sandbox.
func dataFolder(cfg *config.Config) (data string, cleanup func() error, err error) {
	if cfg.Storage.Ephemeral {
		if data, err = os.MkdirTemp("", "rampa-"); err != nil {
			return "", nil, err
		}
		return data, func() error { return os.RemoveAll(data) }, nil
	}
	if data, err = filepath.Abs(cfg.Storage.Data); err != nil {
		return "", nil, err
	}
	if cfg.Storage.DB.Engine() == config.Postgres { // nodes may share the folder of documents
		return data, func() error { return nil }, os.MkdirAll(data, 0o700)
	}
	release, err := lock(data)
	return data, release, err
}

// app is a started process.
type app struct {
	world
	storage  *storage
	services *services
	front    front
	running  Running
}

func start(ctx context.Context, cfg *config.Config, log *slog.Logger, at place) (a *app, err error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if _, _, err := migrate(ctx, source(cfg, at.data)); err != nil {
		return nil, err
	}
	a = &app{world: world{cfg: cfg, log: log, now: wallClock, metrics: registry, serves: true, publicURL: cfg.HTTP.PublicURL}}
	if a.publicURL == "" {
		a.publicURL = "http://" + at.address
	}
	a.publicURL = strings.TrimRight(a.publicURL, "/")
	if a.storage, err = openStorage(ctx, cfg, at.data, registry); err != nil {
		return nil, err
	}
	opened := a.storage // a is nil by then
	defer func() {
		if err != nil {
			_ = opened.Close()
		}
	}()
	var clock *sandbox.Clock
	if a.sandbox() {
		if clock, err = sandbox.OpenClock(ctx, a.storage.store); err != nil {
			return nil, err
		}
		a.now = clock.Now
	}
	if a.services, err = newServices(&a.world, a.storage); err != nil {
		return nil, err
	}
	if err = a.services.ledger.Register(ctx, a.services.matrix.Assets()); err != nil {
		return nil, err
	}
	if clock != nil {
		clock.Drive(a.services.jobs.Leap)
	}
	if err = a.fundTreasury(ctx); err != nil {
		return nil, err
	}
	a.running = Running{BaseURL: a.publicURL + "/api", PublicURL: a.publicURL}
	if a.sandbox() {
		if a.running.Credentials, err = a.seed(ctx); err != nil {
			return nil, err
		}
		if err = a.seedList(ctx); err != nil {
			return nil, err
		}
		a.running.Credentials.RPCURL = a.services.node.URL()
	}
	if a.front, err = a.newFront(clock, registry); err != nil {
		return nil, err
	}
	go a.services.prices.Run(ctx)
	go a.services.sendPayouts(ctx)
	return a, a.services.jobs.Start(ctx)
}

func wallClock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// drain refuses new work, lets what runs end, and gives up after the timeout.
func (a *app) drain(server *http.Server, timeout time.Duration) error {
	a.log.Info("draining")
	a.front.Drain()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	select {
	case <-time.After(min(lastCalls, timeout/2)):
	case <-ctx.Done():
	}
	server.SetKeepAlivesEnabled(false)
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("drain: %w", err)
	}
	return nil
}

// stop ends the jobs and closes the storage.
func (a *app) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), a.cfg.HTTP.DrainTimeout)
	defer cancel()
	return errors.Join(a.services.jobs.Stop(ctx), a.services.chain.Close(ctx), a.storage.Close())
}
