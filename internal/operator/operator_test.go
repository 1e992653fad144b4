package operator_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rampa/internal/operator"
)

func TestEveryRoleMayDoExactlyThis(t *testing.T) {
	t.Parallel()
	table := map[operator.Action]string{
		operator.ReadQueue:     "admin compliance support viewer",
		operator.ReadFile:      "admin compliance support viewer",
		operator.ReadDocuments: "admin compliance viewer",
		operator.Decide:        "admin compliance",
		operator.Reopen:        "admin compliance",
		operator.ReadMail:      "admin",
		operator.ReadAlerts:    "admin compliance viewer",
		operator.DecideAlerts:  "admin compliance",
		operator.Ban:           "admin compliance",
	}
	if len(table) != len(operator.Actions()) {
		t.Fatal("an action is missing in this table")
	}
	for _, a := range operator.Actions() {
		for _, r := range append(operator.Roles(), "", "root") {
			want := r != "" && strings.Contains(" "+table[a]+" ", " "+string(r)+" ")
			if r.May(a) != want {
				t.Errorf("%q may %s: %v", r, a, !want)
			}
		}
	}
}

func TestAPasswordVerifiesOnlyAgainstItsOwnHash(t *testing.T) {
	t.Parallel()
	h := operator.NewPasswords(operator.Params{Memory: 64, Passes: 1, Threads: 1}, 2)
	hash, err := h.Hash(t.Context(), "contraseña larga") // composed
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(hash, err)
	}
	for password, want := range map[string]bool{"contraseña larga": true, "contrasen\u0303a larga": true, "Contraseña larga": false, "": false} {
		if got, err := h.Verify(t.Context(), password, hash); got != want || err != nil {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	for _, password := range []string{"", "x"} {
		if ok, err := h.Verify(t.Context(), password, ""); ok || err != nil {
			t.Errorf("no account: %v %v", ok, err)
		}
	}
}

// The hash is a test vector of the reference implementation (phc-winner-argon2, src/test.c).
func TestAHashOfTheReferenceImplementationVerifies(t *testing.T) {
	t.Parallel()
	h := operator.NewPasswords(operator.DefaultParams(), 1)
	const hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	ok, err := h.Verify(t.Context(), "password", hash)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if !h.Stale(hash) {
		t.Fatal("weaker than today's")
	}
}

func TestADamagedHashIsAnErrorAndNeverALogin(t *testing.T) {
	t.Parallel()
	h := operator.NewPasswords(operator.Params{Memory: 64, Passes: 1, Threads: 1}, 1)
	good, _ := h.Hash(t.Context(), "password")
	for _, hash := range []string{
		"x", "$argon2i$" + good[10:], strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "m=64", "m=9999999", 1),
		strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=", 1), good[:len(good)-4], good + "!",
	} {
		if ok, err := h.Verify(t.Context(), "password", hash); ok || err == nil {
			t.Errorf("%q: %v %v", hash, ok, err)
		}
	}
}

func TestWaitingForASlotEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	h := operator.NewPasswords(operator.Params{Memory: 64, Passes: 1, Threads: 1}, 0) // no slot ever
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "password"); !errors.Is(err, operator.ErrBusy) {
		t.Fatal(err)
	}
}
