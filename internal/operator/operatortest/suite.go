package operatortest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/operator"
)

// Suite is what every operator.Store must do. open gives an empty one.
func Suite(t *testing.T, open func(t *testing.T) operator.Store) {
	t.Run("an operator is read back as written", func(t *testing.T) {
		t.Parallel()
		s, o := open(t), sample("ana@rampa.test")
		do(t, s, func(tx operator.Tx) error { return tx.InsertOperator(t.Context(), o) })
		got, err := s.OperatorByEmail(t.Context(), "ana@rampa.test")
		if err != nil || cmp.Diff(o, got) != "" {
			t.Fatal(err, cmp.Diff(o, got))
		}
		o.Role, o.Secret, o.LastStep, o.OneTimeUntil = operator.Viewer, nil, 77, time.Time{}
		do(t, s, func(tx operator.Tx) error { return tx.UpdateOperator(t.Context(), o) })
		do(t, s, func(tx operator.Tx) error {
			got, err = tx.LockOperator(t.Context(), o.ID)
			return err
		})
		if diff := cmp.Diff(o, got); diff != "" {
			t.Fatal(diff)
		}
	})
	t.Run("an e-mail belongs to one operator", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		do(t, s, func(tx operator.Tx) error { return tx.InsertOperator(t.Context(), sample("ana@rampa.test")) })
		err := s.InTx(t.Context(), func(_ context.Context, tx operator.Tx) error {
			return tx.InsertOperator(t.Context(), sample("ana@rampa.test"))
		})
		if !errors.Is(err, operator.ErrEmail) {
			t.Fatalf("got %v", err)
		}
		do(t, s, func(tx operator.Tx) error { return tx.InsertOperator(t.Context(), sample("berta@rampa.test")) })
		all, err := s.Operators(t.Context())
		if err != nil || len(all) != 2 || all[0].Email != "ana@rampa.test" || all[1].Email != "berta@rampa.test" {
			t.Fatal(err, all)
		}
	})
	t.Run("what is not there is not found", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		if _, err := s.OperatorByEmail(t.Context(), "x@rampa.test"); !errors.Is(err, operator.ErrNotFound) {
			t.Errorf("by e-mail: %v", err)
		}
		err := s.InTx(t.Context(), func(_ context.Context, tx operator.Tx) error {
			_, err := tx.LockOperator(t.Context(), "none")
			return err
		})
		if !errors.Is(err, operator.ErrNotFound) {
			t.Errorf("by id: %v", err)
		}
		if _, _, err := s.Session(t.Context(), []byte("none")); !errors.Is(err, operator.ErrSession) {
			t.Errorf("session: %v", err)
		}
	})
	t.Run("sessions open, are touched and end", func(t *testing.T) {
		t.Parallel()
		sessions(t, open(t))
	})
	t.Run("failed logins are counted and forgotten", func(t *testing.T) {
		t.Parallel()
		attempts(t, open(t))
	})
	t.Run("a failed transaction leaves nothing behind", func(t *testing.T) {
		t.Parallel()
		s, oops := open(t), errors.New("oops")
		err := s.InTx(t.Context(), func(_ context.Context, tx operator.Tx) error {
			if err := tx.InsertOperator(t.Context(), sample("ana@rampa.test")); err != nil {
				return err
			}
			return oops
		})
		if !errors.Is(err, oops) {
			t.Fatalf("got %v", err)
		}
		if all, err := s.Operators(t.Context()); err != nil || len(all) != 0 {
			t.Fatal(err, all)
		}
	})
}

func sessions(t *testing.T, s operator.Store) {
	o := sample("ana@rampa.test")
	hash := func(c string) []byte { return []byte(strings.Repeat(c, 32)) }
	one := &operator.Session{Hash: hash("a"), OperatorID: o.ID, Full: true, CreatedAt: at(0), SeenAt: at(0), ExpiresAt: at(8), Address: "192.0.2.1", UserAgent: "Firefox"}
	two := &operator.Session{Hash: hash("b"), OperatorID: o.ID, CreatedAt: at(0), SeenAt: at(0), ExpiresAt: at(100)}
	do(t, s, func(tx operator.Tx) error {
		return errors.Join(tx.InsertOperator(t.Context(), o), tx.InsertSession(t.Context(), one), tx.InsertSession(t.Context(), two),
			tx.TouchSession(t.Context(), one.Hash, at(1)))
	})
	one.SeenAt = at(1)
	got, who, err := s.Session(t.Context(), one.Hash)
	if err != nil || cmp.Diff(one, got) != "" || cmp.Diff(o, who) != "" {
		t.Fatal(err, cmp.Diff(one, got), cmp.Diff(o, who))
	}
	gone := func(hash []byte) bool {
		_, _, err := s.Session(t.Context(), hash)
		return errors.Is(err, operator.ErrSession)
	}
	do(t, s, func(tx operator.Tx) error { return tx.SweepLogins(t.Context(), at(50)) })
	if !gone(one.Hash) || gone(two.Hash) {
		t.Fatal("the sweep takes expired sessions only")
	}
	do(t, s, func(tx operator.Tx) error { return tx.InsertSession(t.Context(), one) })
	do(t, s, func(tx operator.Tx) error { return tx.EndSession(t.Context(), one.Hash) })
	if !gone(one.Hash) || gone(two.Hash) {
		t.Fatal("one session ends, the other stays")
	}
	do(t, s, func(tx operator.Tx) error { return tx.EndSessions(t.Context(), o.ID) })
	if !gone(two.Hash) {
		t.Fatal("all sessions of the operator end")
	}
}

func attempts(t *testing.T, s operator.Store) {
	read := func() (a operator.Attempts) {
		do(t, s, func(tx operator.Tx) (err error) {
			a, err = tx.LockAttempts(t.Context(), "account:x")
			return err
		})
		return a
	}
	if diff := cmp.Diff(operator.Attempts{Key: "account:x"}, read()); diff != "" {
		t.Fatal(diff)
	}
	want := operator.Attempts{Key: "account:x", Failures: 5, LastAt: at(0), LockedUntil: at(1)}
	do(t, s, func(tx operator.Tx) error { return tx.SaveAttempts(t.Context(), want) })
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Fatal(diff)
	}
	do(t, s, func(tx operator.Tx) error { return tx.SweepLogins(t.Context(), at(1)) })
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Fatal("still locked:", diff)
	}
	do(t, s, func(tx operator.Tx) error { return tx.SweepLogins(t.Context(), at(2)) })
	if diff := cmp.Diff(operator.Attempts{Key: "account:x"}, read()); diff != "" {
		t.Fatal(diff)
	}
}

func do(t *testing.T, s operator.Store, f func(operator.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), func(_ context.Context, tx operator.Tx) error { return f(tx) }); err != nil {
		t.Fatal(err)
	}
}

func at(hours int) time.Time {
	return time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC).Add(time.Duration(hours) * time.Hour)
}

func sample(email string) *operator.Operator {
	return &operator.Operator{
		ID: "id-" + email, Email: email, Name: "Ana Ruiz", Role: operator.Compliance, PasswordHash: "$argon2id$…", OneTimeUntil: at(168),
		Secret: []byte{0, 1, 255}, EnrolledAt: at(1), LastStep: 3, LastLoginAt: at(2), CreatedAt: at(0), UpdatedAt: at(2),
	}
}
