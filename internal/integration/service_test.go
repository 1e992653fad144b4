package integration_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/integration"
	"rampa/internal/storetest"
	"rampa/internal/vault"
)

var (
	noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	home = netip.MustParseAddr("192.0.2.1")
)

// world is a Service over a real store, with a clock.
type world struct {
	*integration.Service
	*testing.T
	storetest.Database
	now time.Time
}

func worlds(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{T: t, Database: d, now: noon}
		w.Service = integration.New(integration.Config{Store: d.Store.Integrations(), Sealer: sealer, Now: func() time.Time { return w.now }, TokenLife: time.Hour})
		test(w)
	})
}

func (w *world) create(name string) (integration.Integration, integration.Keys) {
	w.Helper()
	i, keys, err := w.Create(w.Context(), integration.Spec{Name: name, Mode: integration.Sandbox}, audit.System("test"))
	if err != nil {
		w.Fatal(err)
	}
	return i, keys
}

func (w *world) token(keys integration.Keys) string {
	w.Helper()
	token, err := w.Authenticate(w.Context(), keys, home)
	if err != nil {
		w.Fatal(err)
	}
	return token.Value
}

func (w *world) expect(what string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (w *world) resolves(token string, from netip.Addr) error {
	_, err := w.Resolve(w.Context(), token, from)
	return err
}

func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	if err := w.DB.QueryRow(w.Context(), query, args...).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

func TestANewIntegrationsKeysGiveATokenThatResolvesToIt(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		i, keys := w.create("Remesas del Sur")
		if !strings.HasPrefix(keys.APIKey, "pk_sandbox_") || !strings.HasPrefix(keys.APISecret, "sk_sandbox_") {
			w.Errorf("keys do not tell their world: %+v", keys)
		}
		got, err := w.Resolve(w.Context(), w.token(keys), home)
		if err != nil || got.ID != i.ID || got.Name != "Remesas del Sur" {
			w.Errorf("resolved to %+v, %v", got, err)
		}
		if n := w.count(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('integration.created', 'integration.authenticated')`); n != 2 {
			w.Errorf("%d audit entries, want 2", n)
		}
	})
}

func TestANameIsTakenOnce(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		w.create("Remesas del Sur")
		_, _, err := w.Create(w.Context(), integration.Spec{Name: "Remesas del Sur", Mode: integration.Production}, audit.System("test"))
		w.expect("the second", err, integration.ErrNameTaken)
		if n := w.count(`SELECT COUNT(*) FROM credentials`); n != 1 {
			w.Errorf("%d credentials, want the first one's only", n)
		}
	})
}

func TestAllThatIsWrongWithAPairLooksTheSame(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		i, keys := w.create("a")
		_, foreign := w.create("b")
		allow := func(change *integration.Integration) error {
			change.AllowedIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}
			return nil
		}
		if _, err := w.Update(w.Context(), i.UUID, allow, audit.System("test")); err != nil {
			w.Fatal(err)
		}
		for name, c := range map[string]struct {
			keys integration.Keys
			from netip.Addr
		}{
			"unknown key":       {integration.Keys{APIKey: "pk_sandbox_unknown", APISecret: keys.APISecret}, home},
			"wrong secret":      {integration.Keys{APIKey: keys.APIKey, APISecret: keys.APISecret + "x"}, home},
			"empty":             {integration.Keys{}, home},
			"of another":        {integration.Keys{APIKey: keys.APIKey, APISecret: foreign.APISecret}, home},
			"from elsewhere":    {keys, netip.MustParseAddr("192.0.2.2")},
			"from no address":   {keys, netip.Addr{}},
			"key in other case": {integration.Keys{APIKey: strings.ToUpper(keys.APIKey), APISecret: keys.APISecret}, home},
		} {
			token, err := w.Authenticate(w.Context(), c.keys, c.from)
			if err == nil || err.Error() != integration.ErrAuthorization.Error() || token != (integration.Token{}) {
				w.Errorf("%s: %v, %v", name, token, err)
			}
		}
		if n := w.count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'integration.authentication_failed'`); n != 7 {
			w.Errorf("%d refusals are on record, want 7", n)
		}
		if n := w.count(`SELECT COUNT(*) FROM tokens`); n != 0 {
			w.Errorf("%d tokens were made", n)
		}
		w.token(keys)
	})
}

func TestATokenIsOfNoUseElsewhere(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		i, keys := w.create("a")
		token := w.token(keys)
		if n := w.count(`SELECT COUNT(*) FROM tokens WHERE hash = $1`, token); n != 0 {
			w.Error("the token itself is stored")
		}
		for _, wrong := range []string{"", "x", token + "x", strings.Repeat("A", 43)} {
			w.expect(wrong, w.resolves(wrong, home), integration.ErrAuthorization)
		}
		allow := func(change *integration.Integration) error {
			change.AllowedIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
			change.AllowedURLs = []string{"https://shop.example/a", "https://shop.example/b"}
			return nil
		}
		if _, err := w.Update(w.Context(), i.Name, allow, audit.System("test")); err != nil {
			w.Fatal(err)
		}
		w.expect("from elsewhere", w.resolves(token, netip.MustParseAddr("198.51.100.1")), integration.ErrAuthorization)
		w.expect("from home", w.resolves(token, home), nil)
		list, err := w.List(w.Context())
		if err != nil || len(list) != 1 || len(list[0].AllowedURLs) != 2 || len(list[0].AllowedIPs) != 1 {
			w.Errorf("listed %+v, %v", list, err)
		}
	})
}

func TestATokenEndsWithItsTime(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		_, keys := w.create("a")
		token := w.token(keys)
		w.now = noon.Add(time.Hour - time.Microsecond)
		w.expect("just before", w.resolves(token, home), nil)
		w.now = noon.Add(time.Hour)
		w.expect("at its end", w.resolves(token, home), integration.ErrAuthorization)
		w.now = noon.Add(2*time.Hour + time.Second)
		if err := w.Sweep(w.Context()); err != nil || w.count(`SELECT COUNT(*) FROM tokens`) != 0 {
			w.Errorf("a token that is long over is kept (%v)", err)
		}
	})
}

func TestOldKeysLiveForTheOverlapOfARotation(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		i, old := w.create("a")
		token := w.token(old)
		w.TokenLife = 48 * time.Hour
		long := w.token(old)
		_, next, err := w.Rotate(w.Context(), i.UUID, 24*time.Hour, audit.System("test"))
		if err != nil {
			w.Fatal(err)
		}
		w.expect("old keys during the overlap", authenticates(w, old), nil)
		w.expect("new keys", authenticates(w, next), nil)
		w.expect("a token of the old keys", w.resolves(token, home), nil)
		w.now = noon.Add(24 * time.Hour)
		w.expect("old keys after the overlap", authenticates(w, old), integration.ErrAuthorization)
		// The cache may know the pair as it was; a Service that asks anew does not.
		fresh := integration.New(w.Config)
		_, err = fresh.Resolve(w.Context(), long, home)
		w.expect("a token of the old keys after the overlap", err, integration.ErrAuthorization)
		w.expect("new keys after the overlap", authenticates(w, next), nil)
		if _, _, err := w.Rotate(w.Context(), "nobody", 0, audit.System("test")); !errors.Is(err, integration.ErrNotFound) {
			w.Errorf("rotate nobody: %v", err)
		}
		if _, _, err := w.Rotate(w.Context(), "a", 0, audit.System("test")); err != nil {
			w.Fatal(err)
		}
		w.expect("keys after a rotation without overlap", authenticates(w, next), integration.ErrAuthorization)
	})
}

func authenticates(w *world, keys integration.Keys) error {
	_, err := w.Authenticate(w.Context(), keys, home)
	return err
}

// grants is a store of one token that can be revoked.
type grants struct {
	integration.Store
	revoked atomic.Bool
	reads   atomic.Int64
}

func (g *grants) Grant(context.Context, string) (integration.Grant, error) {
	g.reads.Add(1)
	if g.revoked.Load() {
		return integration.Grant{}, integration.ErrNotFound
	}
	return integration.Grant{ExpiresAt: noon.Add(time.Hour)}, nil
}

func TestARevokedTokenIsDeadWithinASecondEvenWhenTheClockStandsStill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &grants{}
		s := integration.New(integration.Config{Store: store, Now: func() time.Time { return noon }})
		token := strings.Repeat("A", 43)
		resolve := func() error { _, err := s.Resolve(t.Context(), token, home); return err }
		for range 100 {
			if err := resolve(); err != nil {
				t.Fatal(err)
			}
		}
		if n := store.reads.Load(); n != 1 {
			t.Errorf("the database was asked %d times for 100 requests", n)
		}
		store.revoked.Store(true)
		<-time.After(time.Second)
		if err := resolve(); errs.KindOf(err) != errs.Unauthorized {
			t.Errorf("a second after its revocation: %v", err)
		}
	})
}
