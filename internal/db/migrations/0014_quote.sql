-- +goose Up
-- Quotes that were locked; see package quote. Amounts are in the ledger units of their assets, rates exact decimals.
CREATE TABLE quotes (
    id             TEXT NOT NULL PRIMARY KEY,
    integration_id BIGINT NOT NULL,
    side           TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    chain          TEXT NOT NULL,
    method         TEXT NOT NULL, -- '' for a sale
    fiat           TEXT NOT NULL,
    fiat_scale     BIGINT NOT NULL,
    coin           TEXT NOT NULL,
    coin_scale     BIGINT NOT NULL,
    amount         BIGINT NOT NULL,
    tokens         BIGINT NOT NULL,
    price          TEXT NOT NULL,
    service_fee    BIGINT NOT NULL,
    network_fee    BIGINT NOT NULL,
    partner_fee    BIGINT NOT NULL,
    used           TEXT NOT NULL, -- the observations that the price was made of
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX quotes_expiry ON quotes (expires_at);
