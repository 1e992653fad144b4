// Package integration is the tenants: partners that call the API, their credentials, tokens, and what each may do.
// It must not know HTTP or SQL.
package integration

import (
	"context"
	"net/netip"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
)

// Mode says which world an integration lives in.
type Mode string

// The modes.
const (
	Sandbox    Mode = "sandbox"
	Production Mode = "production"
)

// Integration is a partner.
type Integration struct {
	ID           int64
	UUID         string
	Name         string
	Mode         Mode
	DelegatedKYC bool
	AllowedIPs   []netip.Prefix // empty: any
	AllowedURLs  []string       // prefixes of return URLs; empty: any https
	LogoType     string         // media type, "" = no logo
	CreatedAt    time.Time
}

// Admits reports whether a client at addr may use the integration's credentials.
func (i *Integration) Admits(addr netip.Addr) bool {
	if len(i.AllowedIPs) == 0 {
		return true
	}
	addr = addr.Unmap()
	for _, p := range i.AllowedIPs {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Credential is a pair of api_key and api_secret. The secret is also a webhook signing key, so it is sealed, not hashed.
type Credential struct {
	APIKey        string
	IntegrationID int64
	SealedSecret  []byte
	CreatedAt     time.Time
	ExpiresAt     time.Time // zero: none
}

// Keys is a new pair, shown once.
type Keys struct {
	APIKey    string
	APISecret string
}

// Token is a bearer token as given out; only its hash is stored.
type Token struct {
	Value     string
	ExpiresAt time.Time
}

// Grant is a stored token with what it needs to be judged.
type Grant struct {
	Hash        string
	APIKey      string
	Integration Integration
	CreatedAt   time.Time
	ExpiresAt   time.Time
	KeyExpires  time.Time // the credential's own end, zero: none
}

// The errors of this package.
var (
	ErrAuthorization = errs.New(errs.Unauthorized, "authorization_incorrect", "The token or the pair of api_key and api_secret is not valid here.")
	ErrNotFound      = errs.New(errs.NotFound, "integration_not_found", "There is no such integration. See: rampa integration list")
	ErrNameTaken     = errs.New(errs.Conflict, "integration_name_taken", "An integration with this name exists already. Choose another name.")
)

// Store is where integrations live.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	Credential(ctx context.Context, apiKey string) (Credential, Integration, error)
	Grant(ctx context.Context, hash string) (Grant, error)
	Integration(ctx context.Context, ref string) (Integration, error) // by UUID or name
	Integrations(ctx context.Context) ([]Integration, error)
}

// Logos reads the integrations' logos.
type Logos interface {
	Logo(ctx context.Context, uuid string) (mediaType string, image []byte, err error)
}

// Tx is one change of integrations.
type Tx interface {
	tenants
	credentials
	audit.Writer
}

type tenants interface {
	InsertIntegration(ctx context.Context, i *Integration, logo []byte) (inserted bool, err error) // sets the ID
	UpdateAllowed(ctx context.Context, i Integration) error
}

type credentials interface {
	InsertCredential(ctx context.Context, c Credential) error
	ExpireCredentials(ctx context.Context, integrationID int64, at time.Time) error // those without an end get it
	InsertToken(ctx context.Context, g Grant) error
	DeleteTokens(ctx context.Context, expiredBefore time.Time) error
}
