package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"rampa/internal/db"
)

// Insert puts a job into tx: it is there after the commit, and only then. It is due at the given time; the zero time, or
// one that has passed, means now.
func (r *Runner) Insert(_ context.Context, tx db.Tx, args Args, at time.Time) error {
	k, ok := r.registry.kind(args.Kind())
	if !ok {
		return fmt.Errorf("job: no handler for kind %q", args.Kind())
	}
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("write the job's arguments: %w", err)
	}
	opts := river.InsertOpts{MaxAttempts: k.policy.MaxAttempts}
	if at.After(r.moment()) {
		opts.ScheduledAt = ceil(at.UTC())
	}
	if k.policy.Unique {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unfinished}
	}
	tx.Collect(r, river.InsertManyParams{Args: rawArgs{kind: k.name, body: body}, InsertOpts: &opts})
	return nil
}

// Flush inserts the jobs of one commit with one statement; package db calls it just before the commit.
func (r *Runner) Flush(ctx context.Context, raw any, items []any) error {
	var plain, unique []river.InsertManyParams
	seen := make(map[string]bool)
	for _, item := range items {
		p := item.(river.InsertManyParams)
		if p.InsertOpts.UniqueOpts.ByArgs {
			args := p.Args.(rawArgs)
			if key := args.kind + string(args.body); !seen[key] {
				seen[key] = true
				unique = append(unique, p)
			}
			continue
		}
		plain = append(plain, p)
	}
	if err := r.engine.insert(ctx, raw, plain, unique); err != nil {
		return fmt.Errorf("insert %d jobs: %w", len(items), err)
	}
	return nil
}

// unfinished are the states in which a unique job stands in the way of another.
var unfinished = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled}

// rawArgs carries any kind's arguments through River as the JSON that they are.
type rawArgs struct {
	kind string
	body json.RawMessage
}

func (a rawArgs) Kind() string                 { return a.kind }
func (a rawArgs) MarshalJSON() ([]byte, error) { return a.body, nil }
func (a *rawArgs) UnmarshalJSON([]byte) error  { return nil } // the attempt reads the row's own bytes
