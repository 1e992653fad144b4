-- +goose Up
-- What a verification provider is asked about submitted files, and what it says. No rows where operators review everything.
CREATE TABLE idv_cases (
    id             TEXT NOT NULL PRIMARY KEY, -- a UUID
    customer_id    BIGINT NOT NULL,
    integration_id BIGINT NOT NULL,
    provider       TEXT NOT NULL,
    language       TEXT NOT NULL,
    reference      TEXT,                      -- the provider's name of the case; NULL until it has answered
    redirect_url   TEXT NOT NULL DEFAULT '',
    created_at     BIGINT NOT NULL,
    started_at     BIGINT NOT NULL DEFAULT 0,
    ended_at       BIGINT NOT NULL DEFAULT 0,
    effect         TEXT NOT NULL DEFAULT '',
    sealed         BYTEA                      -- the evidence
);
CREATE UNIQUE INDEX idv_cases_reference ON idv_cases (provider, reference) WHERE reference IS NOT NULL;
CREATE INDEX idv_cases_customer ON idv_cases (customer_id, created_at);

-- The messages that were taken: each counts once, however often it comes.
CREATE TABLE idv_callbacks (
    id          TEXT NOT NULL PRIMARY KEY, -- the message's own
    case_id     TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX idv_callbacks_case ON idv_callbacks (case_id);
