-- +goose Up
-- Times are BIGINT microseconds since 1970 UTC. Every tenant table starts its keys with integration_id.

CREATE TABLE integrations (
    id            BIGSERIAL PRIMARY KEY,
    uuid          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL UNIQUE,
    mode          TEXT NOT NULL CHECK (mode IN ('sandbox', 'production')),
    delegated_kyc BIGINT NOT NULL DEFAULT 0,
    logo_type     TEXT NOT NULL DEFAULT '',
    logo          BYTEA,
    allowed_ips   TEXT NOT NULL DEFAULT '',
    allowed_urls  TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL
);

-- The pairs of api_key and api_secret; during a rotation's overlap an integration has two.
CREATE TABLE credentials (
    api_key        TEXT NOT NULL PRIMARY KEY,
    integration_id BIGINT NOT NULL REFERENCES integrations (id),
    sealed_secret  BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL -- 0: none
);
CREATE INDEX credentials_integration ON credentials (integration_id);

CREATE TABLE tokens (
    hash           TEXT NOT NULL PRIMARY KEY,
    integration_id BIGINT NOT NULL REFERENCES integrations (id),
    api_key        TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX tokens_expiry ON tokens (expires_at);

CREATE TABLE customers (
    id             BIGSERIAL PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    integration_id BIGINT NOT NULL REFERENCES integrations (id),
    kind           TEXT NOT NULL CHECK (kind IN ('individual', 'company')),
    name           TEXT NOT NULL,
    email          TEXT NOT NULL,
    email_key      TEXT NOT NULL,
    external_id    TEXT,
    identification TEXT, -- keyed hash of the identification number
    country        TEXT NOT NULL DEFAULT '',
    callback_url   TEXT NOT NULL DEFAULT '',
    language       TEXT NOT NULL DEFAULT '',
    stage          TEXT NOT NULL,
    reasons        TEXT NOT NULL DEFAULT '[]',
    tier           BIGINT NOT NULL DEFAULT 0,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (integration_id, email_key)
);
CREATE INDEX customers_list ON customers (integration_id, id);
CREATE INDEX customers_stage ON customers (integration_id, stage, id);
CREATE INDEX customers_external ON customers (integration_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_identification ON customers (integration_id, identification) WHERE identification IS NOT NULL;

-- The KYB record: the sealed file and where it stands with the reviewers.
CREATE TABLE kyb_records (
    customer_id    BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    sealed_file    BYTEA,
    corrections    TEXT NOT NULL DEFAULT '[]',
    version        BIGINT NOT NULL DEFAULT 1,
    waiting_since  BIGINT, -- in the reviewers' queue since then
    submitted_at   BIGINT,
    decided_at     BIGINT,
    decided_by     TEXT NOT NULL DEFAULT '',
    updated_at     BIGINT NOT NULL
);
CREATE INDEX kyb_records_queue ON kyb_records (waiting_since, customer_id) WHERE waiting_since IS NOT NULL;

CREATE TABLE links (
    uuid           TEXT NOT NULL PRIMARY KEY,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    password_mac   BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    remind_at      BIGINT, -- the reminder is due then; NULL once sent or no longer needed
    ended_at       BIGINT, -- replaced, or swept after its expiry
    failures       BIGINT NOT NULL DEFAULT 0,
    locked_until   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX links_customer ON links (customer_id);
CREATE INDEX links_expiry ON links (expires_at) WHERE ended_at IS NULL;
CREATE INDEX links_reminder ON links (remind_at) WHERE remind_at IS NOT NULL;

CREATE TABLE documents (
    id             TEXT NOT NULL PRIMARY KEY,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    item           TEXT NOT NULL,
    name           TEXT NOT NULL,
    media_type     TEXT NOT NULL,
    size           BIGINT NOT NULL,
    sha256         TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    removed_at     BIGINT
);
CREATE INDEX documents_customer ON documents (customer_id) WHERE removed_at IS NULL;

-- The event log, written with each change; sequence counts per object.
CREATE TABLE events (
    id             BIGSERIAL PRIMARY KEY,
    integration_id BIGINT NOT NULL,
    type           TEXT NOT NULL,
    object         TEXT NOT NULL,
    object_id      TEXT NOT NULL,
    sequence       BIGINT NOT NULL,
    data           TEXT NOT NULL,
    previous       TEXT NOT NULL DEFAULT '',
    created_at     BIGINT NOT NULL,
    UNIQUE (object, object_id, sequence)
);

CREATE TABLE audit_entries (
    id             BIGSERIAL PRIMARY KEY,
    at             BIGINT NOT NULL,
    integration_id BIGINT NOT NULL,
    actor_kind     TEXT NOT NULL,
    actor_id       TEXT NOT NULL,
    actor_address  TEXT NOT NULL,
    action         TEXT NOT NULL,
    object         TEXT NOT NULL,
    object_id      TEXT NOT NULL,
    detail         TEXT NOT NULL,
    request_id     TEXT NOT NULL
);
CREATE INDEX audit_object ON audit_entries (object, object_id, id);

-- The hash chain over audit_entries, a row per batch; see package audit.
CREATE TABLE audit_batches (
    seq        BIGINT NOT NULL PRIMARY KEY,
    first_id   BIGINT NOT NULL,
    last_id    BIGINT NOT NULL,
    skipped    TEXT NOT NULL, -- ids of the range that were not there (yet)
    late       TEXT NOT NULL, -- ids skipped by earlier batches and taken in here
    entries    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    hash       BYTEA NOT NULL,
    signature  BYTEA NOT NULL
);

CREATE TABLE idempotency_keys (
    integration_id BIGINT NOT NULL,
    key            TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,
    status         BIGINT NOT NULL,
    sealed_answer  BYTEA,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (integration_id, key)
);
CREATE INDEX idempotency_age ON idempotency_keys (created_at);

-- Counts as append-only rows, folded now and then: reading is a short sum, writing locks nothing.
CREATE TABLE tallies (
    id             BIGSERIAL PRIMARY KEY,
    integration_id BIGINT NOT NULL,
    name           TEXT NOT NULL,
    n              BIGINT NOT NULL
);
CREATE INDEX tallies_name ON tallies (integration_id, name);

-- Key sets and settings that the program makes for itself, sealed under the master key where they are secret.
CREATE TABLE settings (
    name       TEXT NOT NULL PRIMARY KEY,
    value      BYTEA NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Work that one node at a time may do; fence grows with each new holder.
CREATE TABLE leases (
    name       TEXT NOT NULL PRIMARY KEY,
    holder     TEXT NOT NULL,
    fence      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
