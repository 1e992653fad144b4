package trade

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/quote"
	"rampa/internal/store/row"
)

const quoteColumns = `id, integration_id, side, chain, method, fiat, fiat_scale, coin, coin_scale, amount, tokens, price,
	service_fee, network_fee, partner_fee, used, created_at, expires_at`

// InsertQuote adds a locked quote.
func (s *Store) InsertQuote(ctx context.Context, q quote.Quote) error {
	used, err := encodeUsed(q.Used)
	if err != nil {
		return err
	}
	fiat, coin := q.Amount.Asset(), q.Tokens.Asset()
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO quotes (`+quoteColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
			q.ID, q.IntegrationID, string(q.Side), q.Chain, q.Method, fiat.Code, fiat.Scale, coin.Code, coin.Scale, q.Amount.Units(), q.Tokens.Units(),
			q.Price.String(), q.ServiceFee.Units(), q.NetworkFee.Units(), q.PartnerFee.Units(), used, row.Micros(q.CreatedAt), row.Micros(q.ExpiresAt))
		return err
	})
}

// Quote gives an integration's quote.
func (s *Store) Quote(ctx context.Context, integrationID int64, id string) (quote.Quote, error) {
	q, err := scanQuote(s.db.QueryRow(ctx, `SELECT `+quoteColumns+` FROM quotes WHERE id = $1 AND integration_id = $2`, id, integrationID))
	if errors.Is(err, db.ErrNoRows) {
		return q, quote.ErrNotFound
	}
	return q, err
}

// DeleteQuotes removes the quotes that expired before an instant, a batch at a time.
func (s *Store) DeleteQuotes(ctx context.Context, expiredBefore time.Time) error {
	for {
		var n int64
		err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			n, err = tx.Exec(ctx, `DELETE FROM quotes WHERE id IN (SELECT id FROM quotes WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)`, row.Micros(expiredBefore))
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

func scanQuote(from row.Scanner) (q quote.Quote, err error) {
	var side, rate, used string
	var fiat, coin money.Asset
	var amount, tokens, service, network, partner, created, expires int64
	if err = from.Scan(&q.ID, &q.IntegrationID, &side, &q.Chain, &q.Method, &fiat.Code, &fiat.Scale, &coin.Code, &coin.Scale, &amount, &tokens, &rate,
		&service, &network, &partner, &used, &created, &expires); err != nil {
		return q, err
	}
	q.Side, q.Amount, q.Tokens = quote.Side(side), money.New(amount, fiat), money.New(tokens, coin)
	q.ServiceFee, q.NetworkFee, q.PartnerFee = money.New(service, fiat), money.New(network, fiat), money.New(partner, fiat)
	q.CreatedAt, q.ExpiresAt = row.FromMicros(created), row.FromMicros(expires)
	if q.Price, err = money.ParseRate(rate); err != nil {
		return q, err
	}
	q.Used, err = decodeUsed(used)
	return q, err
}

// usedRow is an observation as it stands in the database.
type usedRow struct {
	Source string `json:"source"`
	Base   string `json:"base"`
	Quote  string `json:"quote"`
	Rate   string `json:"rate"`
	At     int64  `json:"at"` // microseconds
}

func encodeUsed(all []price.Observation) (string, error) {
	rows := make([]usedRow, len(all))
	for i, o := range all {
		rows[i] = usedRow{o.Source, o.Pair.Base, o.Pair.Quote, o.Rate.String(), row.Micros(o.At)}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

func decodeUsed(text string) ([]price.Observation, error) {
	var rows []usedRow
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, err
	}
	all := make([]price.Observation, len(rows))
	for i, r := range rows {
		rate, err := money.ParseRate(r.Rate)
		if err != nil {
			return nil, err
		}
		all[i] = price.Observation{Source: r.Source, Pair: price.Pair{Base: r.Base, Quote: r.Quote}, Rate: rate, At: row.FromMicros(r.At)}
	}
	return all, nil
}
