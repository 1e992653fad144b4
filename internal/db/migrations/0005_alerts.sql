-- +goose Up
-- What an operator must judge about a customer; a customer has each key once.
CREATE TABLE alerts (
    id             BIGSERIAL PRIMARY KEY,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    kind           TEXT NOT NULL,
    fact           TEXT NOT NULL, -- the alert's key
    sealed_summary BYTEA NOT NULL,
    holds          BIGINT NOT NULL DEFAULT 0,
    state          TEXT NOT NULL CHECK (state IN ('open', 'cleared', 'confirmed')),
    raised_at      BIGINT NOT NULL,
    decided_at     BIGINT NOT NULL DEFAULT 0,
    decided_by     TEXT NOT NULL DEFAULT '',
    sealed_reason  BYTEA,
    UNIQUE (customer_id, fact)
);
CREATE INDEX alerts_open ON alerts (raised_at, id) WHERE state = 'open';

-- Uses of a customer's limits; cents of EUR. A released one counts no more.
CREATE TABLE limit_uses (
    reference      TEXT NOT NULL PRIMARY KEY,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    rail           TEXT NOT NULL,
    amount         BIGINT NOT NULL,
    used_at        BIGINT NOT NULL,
    released_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX limit_uses_customer ON limit_uses (customer_id, used_at) WHERE released_at = 0;

-- One row a customer: whoever checks and records uses holds it.
CREATE TABLE limit_locks (
    customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    taken       BIGINT NOT NULL DEFAULT 0
);

-- Transactions as monitoring saw them; cents of EUR.
CREATE TABLE monitored (
    reference   TEXT NOT NULL PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    rail        TEXT NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    amount      BIGINT NOT NULL,
    country     TEXT NOT NULL DEFAULT '', -- the counterparty's, '' = not known
    at          BIGINT NOT NULL
);
CREATE INDEX monitored_customer ON monitored (customer_id, at);

-- What a rule told of, and with which transaction: the same transactions are not told of twice.
CREATE TABLE monitor_hits (
    reference   TEXT NOT NULL,
    rule        TEXT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    holds       BIGINT NOT NULL DEFAULT 0,
    at          BIGINT NOT NULL,
    PRIMARY KEY (reference, rule)
);
CREATE INDEX monitor_hits_customer ON monitor_hits (customer_id, at);
