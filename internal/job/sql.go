package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"rampa/internal/db"
)

// All of our own statements on River's table. Every job is in the default queue with priority 1, which lets River's index
// (state, queue, priority, scheduled_at, id) find the next due one at once.

// dialect holds what the engines do not share: River stores times and errors in different types.
type dialect struct {
	name   string
	stamp  func(time.Time) any
	micros func(column string) string // SQL for a time in microseconds
	fail   string
}

var postgresDialect = dialect{
	name:   "postgres",
	stamp:  func(t time.Time) any { return t.UTC().Truncate(time.Millisecond) },
	micros: func(c string) string { return "CAST(EXTRACT(EPOCH FROM " + c + ") * 1000000 AS BIGINT)" },
	fail: `UPDATE river_job SET state = CAST($1 AS river_job_state), finalized_at = $2, scheduled_at = $3,
		errors = array_append(errors, CAST($4 AS jsonb))
		WHERE id = $5 AND attempt = $6 AND state = 'running'`,
}

var sqliteDialect = dialect{
	name:  "sqlite",
	stamp: func(t time.Time) any { return t.UTC().Truncate(time.Millisecond).Format("2006-01-02 15:04:05.000") },
	micros: func(c string) string {
		return "CAST(ROUND(unixepoch(" + c + ", 'subsec') * 1000) AS INTEGER) * 1000"
	},
	fail: `UPDATE river_job SET state = $1, finalized_at = $2, scheduled_at = $3,
		errors = jsonb(json_insert(json(coalesce(errors, jsonb('[]'))), '$[#]', json($4)))
		WHERE id = $5 AND attempt = $6 AND state = 'running'`,
}

const (
	sqlComplete = `UPDATE river_job SET state = 'completed', finalized_at = $1
		WHERE id = $2 AND attempt = $3 AND state = 'running'`
	// sqlGiveBack undoes a fetch: the attempt was cut off by a shutdown and does not count.
	sqlGiveBack = `UPDATE river_job SET state = 'available', scheduled_at = $1, attempt = attempt - 1
		WHERE id = $2 AND attempt = $3 AND state = 'running'`
	sqlSchedule = `UPDATE river_job SET state = 'available' WHERE id IN (
		SELECT id FROM river_job WHERE state IN ('scheduled', 'retryable') AND queue = 'default' AND priority = 1
		AND scheduled_at <= $1 ORDER BY scheduled_at LIMIT 1000)`
	sqlRescue = `UPDATE river_job SET state = 'available', scheduled_at = $1
		WHERE state = 'running' AND kind = $2 AND attempted_at < $3 AND attempt < max_attempts`
	sqlBury = `UPDATE river_job SET state = 'discarded', finalized_at = $1
		WHERE state = 'running' AND kind = $2 AND attempted_at < $3 AND attempt >= max_attempts`
	sqlRecover = `UPDATE river_job SET state = 'available',
		max_attempts = CASE WHEN attempt >= max_attempts THEN attempt + 1 ELSE max_attempts END WHERE state = 'running'`
	sqlClean = `DELETE FROM river_job WHERE id IN (SELECT id FROM river_job
		WHERE state = '%s' AND finalized_at < $1 ORDER BY finalized_at LIMIT 500)`
)

// due gives the instant at which the next job waits or waited to be worked.
func (r *Runner) due(ctx context.Context) (time.Time, bool, error) {
	kinds := make([]string, 0, 8)
	for _, k := range r.registry.all() {
		kinds = append(kinds, "'"+k.name+"'") // their form is checked, see kindName
	}
	if len(kinds) == 0 {
		return time.Time{}, false, nil
	}
	next := func(state string) string {
		return "(SELECT " + r.dialect.micros("scheduled_at") + " FROM river_job WHERE state = '" + state +
			"' AND queue = 'default' AND priority = 1 AND kind IN (" + strings.Join(kinds, ", ") +
			") ORDER BY scheduled_at LIMIT 1)"
	}
	var available, scheduled, retryable *int64
	err := r.db.QueryRow(ctx, "SELECT "+next("available")+", "+next("scheduled")+", "+next("retryable")).
		Scan(&available, &scheduled, &retryable)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return time.Time{}, false, fmt.Errorf("find the next due job: %w", err)
	}
	var first time.Time
	for _, m := range []*int64{available, scheduled, retryable} {
		if m != nil && (first.IsZero() || time.UnixMicro(*m).Before(first)) {
			first = time.UnixMicro(*m).UTC()
		}
	}
	return first, !first.IsZero(), nil
}

// schedule makes the jobs available whose time has come.
func (r *Runner) schedule(ctx context.Context) error {
	at, any, err := r.due(ctx)
	if err != nil || !any || at.After(r.moment()) {
		return err
	}
	for moved := int64(1000); moved == 1000; {
		if moved, err = r.db.Exec(ctx, sqlSchedule, r.dialect.stamp(r.now())); err != nil {
			return fmt.Errorf("schedule jobs: %w", err)
		}
	}
	r.engine.wake(ctx)
	return nil
}

// moment is now in whole milliseconds, the precision of River's times on SQLite. Now is cut down and due times are rounded
// up (see ceil), on both engines, so that no job is worked before its time.
func (r *Runner) moment() time.Time { return r.now().Truncate(time.Millisecond) }

func ceil(t time.Time) time.Time {
	return t.Add(time.Millisecond - time.Nanosecond).Truncate(time.Millisecond)
}

// rescue gives the jobs of workers that died to others, by each kind's timeout.
func (r *Runner) rescue(ctx context.Context) error {
	now := r.now()
	for _, k := range r.registry.all() {
		horizon := r.dialect.stamp(now.Add(-k.policy.Timeout - time.Minute))
		for _, statement := range []string{sqlRescue, sqlBury} {
			n, err := r.db.Exec(ctx, statement, r.dialect.stamp(now), k.name, horizon)
			if err != nil {
				return fmt.Errorf("rescue jobs: %w", err)
			}
			if n > 0 {
				r.log.WarnContext(ctx, "jobs of a dead worker", "kind", k.name, "jobs", n, "discarded", statement == sqlBury)
			}
		}
	}
	return nil
}

// clean deletes ended jobs: completed ones after an hour, the discarded, which people may want to see, after 30 days.
func (r *Runner) clean(ctx context.Context) error {
	for state, keep := range map[string]time.Duration{"completed": time.Hour, "cancelled": time.Hour, "discarded": 30 * 24 * time.Hour} {
		for n := int64(500); n == 500; {
			var err error
			if n, err = r.db.Exec(ctx, fmt.Sprintf(sqlClean, state), r.dialect.stamp(r.now().Add(-keep))); err != nil {
				return fmt.Errorf("clean jobs: %w", err)
			}
		}
	}
	return nil
}
