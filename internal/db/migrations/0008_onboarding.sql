-- +goose Up
-- The enhanced declaration of a customer, with the link to its form; a customer has one.
CREATE TABLE declarations (
    customer_id     BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    integration_id  BIGINT NOT NULL,
    stage           TEXT NOT NULL,
    reasons         TEXT NOT NULL DEFAULT '[]',
    sealed_file     BYTEA NOT NULL,
    corrections     TEXT NOT NULL DEFAULT '[]',
    link_uuid       TEXT NOT NULL UNIQUE,
    link_created_at BIGINT NOT NULL,
    link_expires_at BIGINT NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    waiting_since   BIGINT, -- in the operators' queue since then
    submitted_at    BIGINT NOT NULL DEFAULT 0,
    decided_at      BIGINT NOT NULL DEFAULT 0,
    decided_by      TEXT NOT NULL DEFAULT '',
    updated_at      BIGINT NOT NULL
);
CREATE INDEX declarations_queue ON declarations (waiting_since, customer_id) WHERE waiting_since IS NOT NULL;
