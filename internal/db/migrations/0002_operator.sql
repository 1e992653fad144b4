-- +goose Up
-- The console's accounts. Times are BIGINT microseconds since 1970 UTC, 0 = never.
CREATE TABLE operators (
    id             TEXT NOT NULL PRIMARY KEY,
    email          TEXT NOT NULL UNIQUE, -- normalised
    name           TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('admin', 'compliance', 'support', 'viewer')),
    password_hash  TEXT NOT NULL,
    one_time_until BIGINT NOT NULL DEFAULT 0,
    sealed_secret  BYTEA,
    enrolled_at    BIGINT NOT NULL DEFAULT 0,
    last_step      BIGINT NOT NULL DEFAULT 0,
    disabled_at    BIGINT NOT NULL DEFAULT 0,
    last_login_at  BIGINT NOT NULL DEFAULT 0,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);

-- Browsers signed in, by the hash of their token.
CREATE TABLE operator_sessions (
    hash        BYTEA NOT NULL PRIMARY KEY,
    operator_id TEXT NOT NULL REFERENCES operators (id),
    full_access BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    address     TEXT NOT NULL,
    user_agent  TEXT NOT NULL
);
CREATE INDEX operator_sessions_operator ON operator_sessions (operator_id);
CREATE INDEX operator_sessions_expiry ON operator_sessions (expires_at);

-- Failed logins in a row, by account (hashed) and by client address.
CREATE TABLE operator_attempts (
    key          TEXT NOT NULL PRIMARY KEY,
    failures     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
CREATE INDEX operator_attempts_age ON operator_attempts (last_at);
