-- +goose Up
-- Payments of the on-ramp; see package onramp. Amounts are in the ledger units of their assets.
CREATE TABLE payments (
    number         BIGSERIAL PRIMARY KEY, -- the order of lists
    id             TEXT NOT NULL UNIQUE,
    integration_id BIGINT NOT NULL,
    customer_id    BIGINT NOT NULL,
    external_id    TEXT,                  -- NULL: none
    fingerprint    BYTEA NOT NULL,        -- of the call that made it
    token_hash     BYTEA NOT NULL,        -- SHA-256 of the gateway token
    guided         BIGINT NOT NULL,
    method         TEXT NOT NULL,
    fiat           TEXT NOT NULL,
    fiat_scale     BIGINT NOT NULL,
    coin           TEXT NOT NULL,
    coin_scale     BIGINT NOT NULL,
    chain          TEXT NOT NULL,
    amount         BIGINT NOT NULL CHECK (amount > 0),
    received       BIGINT NOT NULL CHECK (received >= 0),
    returned       BIGINT NOT NULL CHECK (returned >= 0),
    spent          BIGINT NOT NULL CHECK (spent >= 0),
    owed           BIGINT NOT NULL CHECK (owed >= 0), -- coins bought and not sent yet
    status         TEXT NOT NULL,
    pause          TEXT NOT NULL,
    labels         TEXT NOT NULL, -- JSON
    tx_hash        TEXT NOT NULL,
    detail         TEXT NOT NULL, -- JSON: terms, offer, wallet, concept, history, refunds and what nobody looks for
    sealed         BYTEA,         -- the payer's name and IBAN; NULL: none
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    due_at         BIGINT,        -- when the sweep looks at it; NULL: never
    UNIQUE (integration_id, external_id)
);
CREATE INDEX payments_list ON payments (integration_id, number);
CREATE INDEX payments_status ON payments (integration_id, status, number);
CREATE INDEX payments_customer ON payments (customer_id, number);
CREATE UNIQUE INDEX payments_token ON payments (token_hash);
CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;
