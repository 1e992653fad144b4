package store

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"rampa/internal/integration"
	"rampa/internal/store/row"
)

// Integrations is the store of package integration.
func (s *Store) Integrations() IntegrationStore {
	return IntegrationStore{domain[integration.Tx]{s, func(tx Tx) integration.Tx { return tx }}}
}

// IntegrationStore implements integration.Store and integration.Logos.
type IntegrationStore struct{ domain[integration.Tx] }

const integrationColumns = `i.id, i.uuid, i.name, i.mode, i.delegated_kyc, i.logo_type, i.allowed_ips, i.allowed_urls, i.created_at`

// integrationRow receives integrationColumns.
type integrationRow struct {
	integration.Integration
	mode               string
	delegated, created int64
	ips, urls          string
}

func (r *integrationRow) dest() []any {
	return []any{&r.ID, &r.UUID, &r.Name, &r.mode, &r.delegated, &r.LogoType, &r.ips, &r.urls, &r.created}
}

func (r *integrationRow) value() (integration.Integration, error) {
	i := r.Integration
	i.Mode, i.DelegatedKYC, i.CreatedAt = integration.Mode(r.mode), r.delegated != 0, row.FromMicros(r.created)
	i.AllowedURLs = strings.Fields(r.urls)
	for _, text := range strings.Fields(r.ips) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return i, err
		}
		i.AllowedIPs = append(i.AllowedIPs, p)
	}
	return i, nil
}

func scanIntegration(from row.Scanner) (integration.Integration, error) {
	var r integrationRow
	if err := from.Scan(r.dest()...); err != nil {
		return r.Integration, row.OrElse(err, integration.ErrNotFound)
	}
	return r.value()
}

// Integration finds one by UUID or name.
func (s IntegrationStore) Integration(ctx context.Context, ref string) (integration.Integration, error) {
	return scanIntegration(s.db.QueryRow(ctx, `SELECT `+integrationColumns+` FROM integrations i WHERE i.uuid = $1 OR i.name = $1`, ref))
}

// Integrations gives all, oldest first.
func (s IntegrationStore) Integrations(ctx context.Context) ([]integration.Integration, error) {
	rows, err := s.db.Query(ctx, `SELECT `+integrationColumns+` FROM integrations i ORDER BY i.id`)
	return row.Collect(rows, err, scanIntegration)
}

// Credential finds a pair by its public key.
func (s IntegrationStore) Credential(ctx context.Context, apiKey string) (integration.Credential, integration.Integration, error) {
	var c integration.Credential
	var r integrationRow
	var created, expires int64
	dest := append([]any{&c.APIKey, &c.IntegrationID, &c.SealedSecret, &created, &expires}, r.dest()...)
	err := s.db.QueryRow(ctx, `SELECT c.api_key, c.integration_id, c.sealed_secret, c.created_at, c.expires_at, `+integrationColumns+`
		FROM credentials c JOIN integrations i ON i.id = c.integration_id WHERE c.api_key = $1`, apiKey).Scan(dest...)
	if err != nil {
		return c, r.Integration, row.OrElse(err, integration.ErrNotFound)
	}
	c.CreatedAt, c.ExpiresAt = row.FromMicros(created), row.FromMicros(expires)
	i, err := r.value()
	return c, i, err
}

// Grant finds a token by its hash.
func (s IntegrationStore) Grant(ctx context.Context, hash string) (integration.Grant, error) {
	g := integration.Grant{Hash: hash}
	var r integrationRow
	var created, expires, keyExpires int64
	dest := append([]any{&g.APIKey, &created, &expires, &keyExpires}, r.dest()...)
	err := s.db.QueryRow(ctx, `SELECT t.api_key, t.created_at, t.expires_at, c.expires_at, `+integrationColumns+`
		FROM tokens t JOIN credentials c ON c.api_key = t.api_key JOIN integrations i ON i.id = t.integration_id WHERE t.hash = $1`, hash).Scan(dest...)
	if err != nil {
		return g, row.OrElse(err, integration.ErrNotFound)
	}
	g.CreatedAt, g.ExpiresAt, g.KeyExpires = row.FromMicros(created), row.FromMicros(expires), row.FromMicros(keyExpires)
	g.Integration, err = r.value()
	return g, err
}

// Logo gives an integration's logo.
func (s IntegrationStore) Logo(ctx context.Context, uuid string) (mediaType string, image []byte, err error) {
	err = s.db.QueryRow(ctx, `SELECT logo_type, logo FROM integrations WHERE uuid = $1 AND logo_type <> ''`, uuid).Scan(&mediaType, &image)
	return mediaType, image, row.OrElse(err, integration.ErrNotFound)
}

// InsertIntegration adds one, setting its ID; false when the name is taken.
func (t Tx) InsertIntegration(ctx context.Context, i *integration.Integration, logo []byte) (bool, error) {
	err := t.QueryRow(ctx, `INSERT INTO integrations (uuid, name, mode, delegated_kyc, logo_type, logo, allowed_ips, allowed_urls, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO NOTHING RETURNING id`,
		i.UUID, i.Name, string(i.Mode), row.Flag(i.DelegatedKYC), i.LogoType, logo, prefixes(i.AllowedIPs), strings.Join(i.AllowedURLs, " "), row.Micros(i.CreatedAt)).Scan(&i.ID)
	return row.Inserted(err)
}

// UpdateAllowed stores the allow-lists.
func (t Tx) UpdateAllowed(ctx context.Context, i integration.Integration) error {
	_, err := t.Exec(ctx, `UPDATE integrations SET allowed_ips = $2, allowed_urls = $3 WHERE id = $1`, i.ID, prefixes(i.AllowedIPs), strings.Join(i.AllowedURLs, " "))
	return err
}

// InsertCredential adds a pair.
func (t Tx) InsertCredential(ctx context.Context, c integration.Credential) error {
	_, err := t.Exec(ctx, `INSERT INTO credentials (api_key, integration_id, sealed_secret, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		c.APIKey, c.IntegrationID, c.SealedSecret, row.Micros(c.CreatedAt), row.Micros(c.ExpiresAt))
	return err
}

// ExpireCredentials gives an end to the pairs that have none, or a later one.
func (t Tx) ExpireCredentials(ctx context.Context, integrationID int64, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE credentials SET expires_at = $2 WHERE integration_id = $1 AND (expires_at = 0 OR expires_at > $2)`, integrationID, row.Micros(at))
	return err
}

// InsertToken adds a token.
func (t Tx) InsertToken(ctx context.Context, g integration.Grant) error {
	_, err := t.Exec(ctx, `INSERT INTO tokens (hash, integration_id, api_key, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		g.Hash, g.Integration.ID, g.APIKey, row.Micros(g.CreatedAt), row.Micros(g.ExpiresAt))
	return err
}

// DeleteTokens forgets tokens that ended before an instant.
func (t Tx) DeleteTokens(ctx context.Context, expiredBefore time.Time) error {
	_, err := t.Exec(ctx, `DELETE FROM tokens WHERE expires_at < $1`, row.Micros(expiredBefore))
	return err
}

func prefixes(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
	}
	return strings.Join(texts, " ")
}
