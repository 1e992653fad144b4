-- +goose Up
-- Charges at payment service providers; see package psp. Amounts are in the ledger units of their currency.
CREATE TABLE psp_charges (
    id             TEXT NOT NULL PRIMARY KEY,
    integration_id BIGINT NOT NULL,
    payment_id     TEXT NOT NULL,
    method         TEXT NOT NULL,
    provider       TEXT NOT NULL,
    reference      TEXT,            -- the provider's; NULL until a session was opened
    currency       TEXT NOT NULL,
    scale          BIGINT NOT NULL,
    amount         BIGINT NOT NULL,
    collected      BIGINT NOT NULL,
    description    TEXT NOT NULL,
    return_url     TEXT NOT NULL,
    language       TEXT NOT NULL,
    state          TEXT NOT NULL,
    reason         TEXT NOT NULL,
    sealed         BYTEA,           -- the payer's name; NULL: not given
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (provider, reference)
);
CREATE INDEX psp_charges_payment ON psp_charges (payment_id, created_at);

-- What providers told: each once.
CREATE TABLE psp_notices (
    provider   TEXT NOT NULL,
    id         TEXT NOT NULL,
    reference  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    told_at    BIGINT NOT NULL,
    PRIMARY KEY (provider, id)
);

CREATE TABLE psp_refunds (
    id         TEXT NOT NULL PRIMARY KEY,
    charge_id  TEXT NOT NULL REFERENCES psp_charges (id),
    amount     BIGINT NOT NULL CHECK (amount > 0),
    state      TEXT NOT NULL,
    reference  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    try_at     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX psp_refunds_charge ON psp_refunds (charge_id);
CREATE INDEX psp_refunds_due ON psp_refunds (try_at) WHERE state = 'requested';

-- What the sandbox's provider will tell later.
CREATE TABLE sandbox_notices (
    id     TEXT NOT NULL PRIMARY KEY,
    body   TEXT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX sandbox_notices_due ON sandbox_notices (due_at);
