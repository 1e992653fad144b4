package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

const (
	// batchUnits bounds a commit: measured, more gains nothing and costs latency.
	batchUnits = 64
	// checkpointPages is how long the WAL gets between two checkpoints: SQLite's own default. Longer gains little and makes
	// a checkpoint a pause that callers feel.
	checkpointPages = 1000
)

// unit is one caller's transaction on its way through the writer.
type unit struct {
	ctx  context.Context
	f    func(ctx context.Context, tx Tx) error
	done chan error
	err  error
}

// writerLoop commits whatever is queued: each unit in a savepoint of its own, the answers after the commit. So 64 callers
// wait for one fsync, not for 64, and a unit that fails takes no other with it.
type writerLoop struct {
	db      *sql.DB
	metrics *metrics
	units   chan *unit
	quit    chan struct{}
	once    sync.Once     // Close may be called twice
	ended   chan struct{} // closed when nobody will be answered any more
	written int           // statements since the last checkpoint
	enough  int           // statements that make about checkpointPages, learnt from the last checkpoint
}

var errClosed = errUnavailable.Because(errors.New("db: closed"))

func startWriter(pool *sql.DB, m *metrics) *writerLoop {
	w := &writerLoop{db: pool, metrics: m, units: make(chan *unit, 4*batchUnits), quit: make(chan struct{}), ended: make(chan struct{})}
	go w.loop()
	return w
}

func (w *writerLoop) run(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	u := &unit{ctx: ctx, f: f, done: make(chan error, 1)}
	select {
	case <-w.quit:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	case w.units <- u:
	}
	select { // not ctx: once queued, only the writer knows whether it happened
	case err := <-u.done:
		return err
	case <-w.ended:
	}
	select {
	case err := <-u.done:
		return err
	default: // queued behind the last batch, while the writer ended
		return errClosed
	}
}

func (w *writerLoop) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
}

func (w *writerLoop) loop() {
	defer close(w.ended)
	batch := make([]*unit, 0, batchUnits)
	for {
		select {
		case u := <-w.units:
			batch = append(batch[:0], u)
		case <-w.quit:
			w.refuseRest()
			return
		}
		for more := true; more && len(batch) < batchUnits; {
			select {
			case u := <-w.units:
				batch = append(batch, u)
			default:
				more = false
			}
		}
		w.commit(batch)
		w.checkpoint()
	}
}

func (w *writerLoop) refuseRest() {
	for {
		select {
		case u := <-w.units:
			u.done <- errClosed
		default:
			return
		}
	}
}

// commit runs the batch in one transaction. When the transaction as a whole is lost (a full disk, a collector that
// failed), its units run again one by one, so that each gets the answer that is its own.
func (w *writerLoop) commit(batch []*unit) {
	lost := w.attempt(batch)
	if lost == nil {
		for _, u := range batch {
			u.done <- u.err
		}
		return
	}
	for _, u := range batch {
		if len(batch) > 1 {
			w.metrics.retries.Inc()
			if lost = w.attempt([]*unit{u}); lost == nil {
				u.done <- u.err
				continue
			}
		}
		u.done <- lost
	}
}

// attempt gives an error when nothing of the batch was committed; otherwise each unit's err says how that unit ended.
func (w *writerLoop) attempt(batch []*unit) (lost error) {
	ctx := context.Background() // a caller that goes away must not take the batch with it
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return errUnavailable.Because(err)
	}
	defer tx.Rollback()
	var jobs collected
	for _, u := range batch {
		if u.err = u.ctx.Err(); u.err != nil {
			continue
		}
		h := &sqliteTx{sqlHandle: sqlHandle{tx}}
		if err := w.runUnit(ctx, tx, u, h); err != nil {
			return err
		}
		if u.err == nil {
			jobs.merge(&h.jobs)
		}
		w.written += h.writes
	}
	if err := jobs.flush(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return errUnavailable.Because(err)
	}
	w.metrics.commits.Inc()
	w.metrics.fsyncs.Inc()
	w.metrics.units.Observe(float64(len(batch)))
	return nil
}

// runUnit sets u.err; what it returns is an error of the whole transaction.
func (w *writerLoop) runUnit(ctx context.Context, tx *sql.Tx, u *unit, h *sqliteTx) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT unit"); err != nil {
		return errUnavailable.Because(err)
	}
	u.err = call(u, h)
	if u.err == nil {
		u.err = h.err // a statement failed and the unit did not say so
	}
	h.err = errors.New("db: statement outside its transaction")
	if u.err != nil {
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO unit"); err != nil {
			return errUnavailable.Because(errors.Join(u.err, err))
		}
	}
	if _, err := tx.ExecContext(ctx, "RELEASE unit"); err != nil {
		return errUnavailable.Because(err)
	}
	return nil
}

func call(u *unit, h *sqliteTx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a unit of work: %v\n%s", p, debug.Stack())
		}
	}()
	return u.f(withTx(context.WithoutCancel(u.ctx), h), h)
}

// checkpoint moves the WAL into the file now and then; readers are not disturbed. Only a checkpoint tells how many pages
// the WAL has, so the statements until the next are reckoned from it.
func (w *writerLoop) checkpoint() {
	if w.written < w.enough {
		return
	}
	var busy, log, moved int
	if err := w.db.QueryRow("PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &log, &moved); err == nil && moved > 0 {
		w.metrics.checkpoints.Inc()
		w.metrics.fsyncs.Add(3) // the WAL, the file, and the header of the WAL that starts again
		w.enough = min(max(w.written*checkpointPages/log, checkpointPages/2), 10*checkpointPages)
	}
	w.written = 0
}

// sqliteTx is a unit's handle. Its first error sticks, so that nothing runs after a failure.
type sqliteTx struct {
	sqlHandle
	jobs   collected
	writes int
	err    error
}

func (t *sqliteTx) Collect(c Collector, item any) { t.jobs.add(c, item) }

func (t *sqliteTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if t.err != nil {
		return 0, t.err
	}
	t.writes++
	n, err := t.sqlHandle.Exec(context.WithoutCancel(ctx), query, args...)
	t.err = err
	return n, err
}

func (t *sqliteTx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if t.err != nil {
		return nil, t.err
	}
	t.writes++ // DELETE … RETURNING comes this way
	rows, err := t.sqlHandle.Query(context.WithoutCancel(ctx), query, args...)
	if t.err = err; err != nil {
		return nil, err
	}
	return stickyRows{rows, t}, nil
}

func (t *sqliteTx) QueryRow(ctx context.Context, query string, args ...any) Row {
	if t.err != nil {
		return failedRow{t.err}
	}
	t.writes++ // INSERT … RETURNING comes this way
	return stickyRow{t.sqlHandle.QueryRow(context.WithoutCancel(ctx), query, args...), t}
}

type stickyRows struct {
	Rows
	tx *sqliteTx
}

func (r stickyRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	if err := r.Rows.Err(); err != nil {
		r.tx.err = err
	}
	return false
}

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

type stickyRow struct {
	Row
	tx *sqliteTx
}

func (r stickyRow) Scan(dest ...any) error {
	err := r.Row.Scan(dest...)
	if err != nil && !errors.Is(err, ErrNoRows) {
		r.tx.err = err
	}
	return err
}
