package integration

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/id"
)

// cacheFor is how long a judged token is trusted without asking the database: a revoked one is dead at the latest then.
const (
	cacheFor  = time.Second
	cacheSize = 10_000
)

// Sealer encrypts secrets for storage.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Sealer    Sealer
	Now       func() time.Time
	TokenLife time.Duration
}

// Service keeps the integrations.
type Service struct {
	Config
	mu    sync.RWMutex
	cache map[[sha256.Size]byte]cached
}

type cached struct {
	grant Grant
	read  time.Time // real time: the cache must not outlive a revocation because the sandbox clock stands still
}

// New makes a Service.
func New(c Config) *Service {
	return &Service{Config: c, cache: make(map[[sha256.Size]byte]cached)}
}

// New integrations, and what the command line does to them.

// Spec describes a new integration.
type Spec struct {
	Name         string
	Mode         Mode
	DelegatedKYC bool
	LogoType     string
	Logo         []byte
}

// Create makes an integration with its first pair of keys.
func (s *Service) Create(ctx context.Context, spec Spec, by audit.Actor) (Integration, Keys, error) {
	now := s.Now()
	i := Integration{UUID: id.UUID(now), Name: spec.Name, Mode: spec.Mode, DelegatedKYC: spec.DelegatedKYC, LogoType: spec.LogoType, CreatedAt: now}
	keys := newKeys(spec.Mode)
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		inserted, err := tx.InsertIntegration(ctx, &i, spec.Logo)
		if err != nil {
			return err
		}
		if !inserted {
			return ErrNameTaken
		}
		if err := s.addKeys(ctx, tx, i.ID, keys); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, s.entry(i, by, "integration.created", nil))
	})
	return i, keys, err
}

func newKeys(mode Mode) Keys {
	world := "live"
	if mode == Sandbox {
		world = "sandbox"
	}
	return Keys{APIKey: "pk_" + world + "_" + id.Alphanumeric(24), APISecret: "sk_" + world + "_" + id.Alphanumeric(40)}
}

func (s *Service) addKeys(ctx context.Context, tx Tx, integrationID int64, keys Keys) error {
	sealed, err := s.Sealer.Seal([]byte(keys.APISecret), secretContext(keys.APIKey))
	if err != nil {
		return err
	}
	return tx.InsertCredential(ctx, Credential{APIKey: keys.APIKey, IntegrationID: integrationID, SealedSecret: sealed, CreatedAt: s.Now()})
}

func secretContext(apiKey string) []byte { return []byte("credentials/" + apiKey) }

func (s *Service) entry(i Integration, by audit.Actor, action string, detail map[string]string) audit.Entry {
	return audit.Entry{At: s.Now(), IntegrationID: i.ID, Actor: by, Action: action, Object: "integration", ObjectID: i.UUID, Detail: detail}
}

// Rotate gives an integration (by UUID or name) a new pair; the old ones stay valid for the overlap.
func (s *Service) Rotate(ctx context.Context, ref string, overlap time.Duration, by audit.Actor) (Integration, Keys, error) {
	i, err := s.Store.Integration(ctx, ref)
	if err != nil {
		return i, Keys{}, err
	}
	keys := newKeys(i.Mode)
	now := s.Now()
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.ExpireCredentials(ctx, i.ID, now.Add(overlap)); err != nil {
			return err
		}
		if err := s.addKeys(ctx, tx, i.ID, keys); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, s.entry(i, by, "integration.rotated", map[string]string{"overlap": overlap.String()}))
	})
	return i, keys, err
}

// Update changes the allow-lists of an integration (by UUID or name).
func (s *Service) Update(ctx context.Context, ref string, change func(*Integration) error, by audit.Actor) (Integration, error) {
	i, err := s.Store.Integration(ctx, ref)
	if err != nil {
		return i, err
	}
	if err := change(&i); err != nil {
		return i, err
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.UpdateAllowed(ctx, i); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, s.entry(i, by, "integration.allow_lists_changed",
			map[string]string{"ips": strconv.Itoa(len(i.AllowedIPs)), "urls": strconv.Itoa(len(i.AllowedURLs))}))
	})
	return i, err
}

// List gives all integrations, oldest first.
func (s *Service) List(ctx context.Context) ([]Integration, error) { return s.Store.Integrations(ctx) }

// Tokens.

// Authenticate exchanges a pair of keys for a token. A wrong pair costs the same work as a right one, a write included,
// so that the time of the answer tells nothing.
func (s *Service) Authenticate(ctx context.Context, keys Keys, from netip.Addr) (Token, error) {
	now := s.Now()
	c, i, err := s.Store.Credential(ctx, keys.APIKey)
	known := err == nil
	if !known && errs.KindOf(err) != errs.NotFound {
		return Token{}, err
	}
	right := known && s.secretMatches(c, keys.APISecret)
	right = right && (c.ExpiresAt.IsZero() || now.Before(c.ExpiresAt)) && i.Admits(from)
	token := Token{Value: id.Token(), ExpiresAt: now.Add(s.TokenLife)}
	by := audit.Actor{Kind: "integration", ID: i.UUID, Address: from.String()}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if !right {
			return tx.AppendAudit(ctx, s.entry(i, by, "integration.authentication_failed", nil))
		}
		if err := tx.InsertToken(ctx, Grant{Hash: hashText(token.Value), APIKey: c.APIKey, Integration: i, CreatedAt: now, ExpiresAt: token.ExpiresAt}); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, s.entry(i, by, "integration.authenticated", nil))
	})
	if err != nil {
		return Token{}, err
	}
	if !right {
		return Token{}, ErrAuthorization
	}
	return token, nil
}

func (s *Service) secretMatches(c Credential, secret string) bool {
	want, err := s.Sealer.Open(c.SealedSecret, secretContext(c.APIKey))
	if err != nil {
		return false
	}
	a, b := sha256.Sum256(want), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// Resolve gives the integration behind a token presented from an address, or ErrAuthorization.
func (s *Service) Resolve(ctx context.Context, token string, from netip.Addr) (*Integration, error) {
	if len(token) != 43 {
		return nil, ErrAuthorization
	}
	g, err := s.grant(ctx, token)
	if errs.KindOf(err) == errs.NotFound {
		return nil, ErrAuthorization
	}
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if !now.Before(g.ExpiresAt) || !g.KeyExpires.IsZero() && !now.Before(g.KeyExpires) || !g.Integration.Admits(from) {
		return nil, ErrAuthorization
	}
	return &g.Integration, nil
}

func (s *Service) grant(ctx context.Context, token string) (Grant, error) {
	sum := sha256.Sum256([]byte(token))
	s.mu.RLock()
	c, ok := s.cache[sum]
	s.mu.RUnlock()
	if ok && time.Since(c.read) < cacheFor {
		return c.grant, nil
	}
	read := time.Now()
	g, err := s.Store.Grant(ctx, encodeHash(sum))
	if err != nil {
		return g, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cache) >= cacheSize {
		clear(s.cache)
	}
	s.cache[sum] = cached{g, read}
	return g, nil
}

// Sweep forgets tokens that are long over.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.DeleteTokens(ctx, s.Now().Add(-time.Hour))
	})
}

func hashText(token string) string { return encodeHash(sha256.Sum256([]byte(token))) }

func encodeHash(sum [sha256.Size]byte) string { return base64.RawURLEncoding.EncodeToString(sum[:]) }
