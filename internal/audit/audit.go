// Package audit is the append-only record of who did what to whom: entries are written in the transaction of the change
// they tell of, and a hash chain is closed over committed entries in batches, so that no later edit goes unseen.
// It knows nothing of what the actions mean.
package audit

import (
	"context"
	"time"
)

// Actor is who acted: "integration", "customer", "operator" or "system", with its id and client address.
type Actor struct {
	Kind    string
	ID      string
	Address string // client address, "" when there is none
}

// System is the actor of jobs and of the command line.
func System(id string) Actor { return Actor{Kind: "system", ID: id} }

// Entry is one act. Detail is short and holds no personal data and no secrets: codes, counts, names of fields.
type Entry struct {
	ID            int64
	At            time.Time // UTC, microseconds
	IntegrationID int64     // 0: no tenant
	Actor         Actor
	Action        string // "customer.registered"
	Object        string // "customer"
	ObjectID      string
	Detail        map[string]string
	RequestID     string
}

// Writer appends entries within a transaction.
type Writer interface {
	AppendAudit(ctx context.Context, e Entry) error
}
