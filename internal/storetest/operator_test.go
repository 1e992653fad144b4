package storetest_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/db"
	"rampa/internal/mail"
	"rampa/internal/mail/mailtest"
	"rampa/internal/operator"
	"rampa/internal/operator/operatortest"
	"rampa/internal/store"
	"rampa/internal/storetest"
	"rampa/internal/testenv"
)

// fresh opens a database of its own for each case of a domain's suite.
var fresh = map[string]func(t *testing.T) *store.Store{
	"sqlite": func(t *testing.T) *store.Store {
		return storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "rampa.db")).Store
	},
	"postgresql": func(t *testing.T) *store.Store {
		source := testenv.PostgresFrom(t, "rampa", func(dsn string) error {
			_, _, err := db.Migrate(context.Background(), db.Options{Source: dsn})
			return err
		})
		return storetest.Open(t, "postgresql", source).Store
	},
}

func TestOperatorsAreKeptAlikeOnBothEngines(t *testing.T) {
	t.Parallel()
	for engine, open := range fresh {
		t.Run(engine, func(t *testing.T) {
			operatortest.Suite(t, func(t *testing.T) operator.Store { return open(t).Operators() })
		})
	}
}

// outbox is the store with a transaction for each message.
type outbox struct {
	store.MailStore
	tx store.OperatorStore
}

func (o outbox) AppendMail(ctx context.Context, m mail.Message) error {
	return o.tx.InTx(ctx, func(ctx context.Context, tx operator.Tx) error { return tx.(store.Tx).AppendMail(ctx, m) })
}

func TestTheOutboxIsKeptAlikeOnBothEngines(t *testing.T) {
	t.Parallel()
	for engine, open := range fresh {
		t.Run(engine, func(t *testing.T) {
			mailtest.Suite(t, func(t *testing.T) mailtest.Outbox {
				s := open(t)
				return outbox{s.Mails(), s.Operators()}
			})
		})
	}
}

func TestTwoNodesNeverClaimTheSameMessage(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		box := outbox{d.Store.Mails(), d.Store.Operators()}
		for n := range 60 {
			m := mail.Message{ID: fmt.Sprintf("0199aaaa-0000-7000-8000-%012d", n), CreatedAt: noon, NextAt: noon}
			if err := box.AppendMail(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		claims := map[string]int{}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 10 {
					got, err := d.Store.Mails().ClaimMail(t.Context(), noon, 7, func(int) time.Time { return noon.Add(time.Hour) })
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, m := range got {
						claims[m.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for id, n := range claims {
			if n != 1 {
				t.Errorf("%s was claimed %d times", id, n)
			}
		}
		if len(claims) != 60 {
			t.Errorf("%d of 60 were claimed", len(claims))
		}
	})
}

// sealNothing stands for the vault: what is tested here is the lock, not the secret.
type sealNothing struct{}

func (sealNothing) Seal(plaintext, _ []byte) ([]byte, error) { return plaintext, nil }
func (sealNothing) Open(sealed, _ []byte) ([]byte, error)    { return sealed, nil }

func TestParallelLoginsShareNeitherACodeNorALimit(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		passwords := operator.NewPasswords(operator.Params{Memory: 64, Passes: 1, Threads: 1}, 4)
		s := operator.New(operator.Deps{Store: d.Store.Operators(), Sealer: sealNothing{}, Passwords: passwords}, operator.Defaults(), func() time.Time { return noon })
		if _, err := s.CreateEnrolled(t.Context(), operator.Entrant{Email: "ana@rampa.test", Name: "Ana", Role: operator.Admin}, audit.System("test")); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				_, _ = s.Login(context.Background(), operator.Login{Email: "ana@rampa.test", Password: "wrong", Address: fmt.Sprintf("192.0.2.%d", i)})
			})
		}
		wg.Wait()
		var failed int64
		if err := d.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_entries WHERE action = 'operator.login_failed'`).Scan(&failed); err != nil || failed != 5 {
			t.Fatalf("%d guesses were looked at, %v", failed, err)
		}
		var kept string
		if err := d.DB.QueryRow(t.Context(), `SELECT MIN(key) FROM operator_attempts`).Scan(&kept); err != nil || strings.Contains(kept, "@") {
			t.Fatalf("%q, %v", kept, err)
		}
	})
}
