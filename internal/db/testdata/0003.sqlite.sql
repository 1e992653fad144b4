CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "goose_db_version" VALUES (1, 0, 1, '2026-11-23 02:51:16');
INSERT INTO "goose_db_version" VALUES (2, 1, 1, '2026-11-23 02:51:16');
INSERT INTO "goose_db_version" VALUES (3, 2, 1, '2026-11-23 02:51:16');
INSERT INTO "goose_db_version" VALUES (4, 3, 1, '2026-11-23 02:51:16');
CREATE TABLE integrations (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL UNIQUE,
    mode          TEXT NOT NULL CHECK (mode IN ('sandbox', 'production')),
    delegated_kyc BIGINT NOT NULL DEFAULT 0,
    logo_type     TEXT NOT NULL DEFAULT '',
    logo          BLOB,
    allowed_ips   TEXT NOT NULL DEFAULT '',
    allowed_urls  TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL
);
INSERT INTO "integrations" VALUES (1, '01980000-0000-7000-8000-000000000001', 'Remesas del Sur', 'sandbox', 0, 'image/png', X'6C6F676F', '', '', 1782475200123456);
CREATE TABLE credentials (
    api_key        TEXT NOT NULL PRIMARY KEY,
    integration_id BIGINT NOT NULL REFERENCES integrations (id),
    sealed_secret  BLOB NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL -- 0: none
);
INSERT INTO "credentials" VALUES ('pk_sandbox_x', 1, X'09', 1782475200123456, 0);
CREATE TABLE tokens (
    hash           TEXT NOT NULL PRIMARY KEY,
    integration_id BIGINT NOT NULL REFERENCES integrations (id),
    api_key        TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
INSERT INTO "tokens" VALUES ('hash', 1, 'pk_sandbox_x', 1782475200123456, 1782478800123456);
CREATE TABLE customers (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "customers" VALUES (1, '01980000-0000-7000-8000-000000000002', 1, 'company', 'Ácme ''S.L.''
', 'Ana@Acme.example', 'ana@acme.example', 'shop-1', NULL, 'ES', 'https://shop.example/back', 'es', 'needs_correction', '["Página 2"]', 0, 1782475200123456, 1782475200123456);
CREATE TABLE kyb_records (
    customer_id    BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    sealed_file    BLOB,
    corrections    TEXT NOT NULL DEFAULT '[]',
    version        BIGINT NOT NULL DEFAULT 1,
    waiting_since  BIGINT, -- in the reviewers' queue since then
    submitted_at   BIGINT,
    decided_at     BIGINT,
    decided_by     TEXT NOT NULL DEFAULT '',
    updated_at     BIGINT NOT NULL
);
INSERT INTO "kyb_records" VALUES (1, 1, X'0027FF', '[{"Item":"company","Message":"¿Página 2?","Done":false}]', 4, 1782475200123456, 1782475200123456, NULL, '', 1782475200123456);
CREATE TABLE links (
    uuid           TEXT NOT NULL PRIMARY KEY,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    password_mac   BLOB NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    remind_at      BIGINT, -- the reminder is due then; NULL once sent or no longer needed
    ended_at       BIGINT, -- replaced, or swept after its expiry
    failures       BIGINT NOT NULL DEFAULT 0,
    locked_until   BIGINT NOT NULL DEFAULT 0
);
INSERT INTO "links" VALUES ('01980000-0000-7000-8000-000000000003', 1, 1, X'0001FF', 1782475200123456, 1790251200123456, 1790251200123456, NULL, 0, 0);
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
INSERT INTO "documents" VALUES ('01980000-0000-7000-8000-000000000004', 1, 1, 'registry_extract', 'nota simple.pdf', 'application/pdf', 1234, 'sum', 1782475200123456, NULL);
CREATE TABLE events (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "events" VALUES (1, 1, 'CUSTOMER_CREATED', 'customer', '1', 1, '{"id":1}', '', 1782475200123456);
CREATE TABLE audit_entries (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "audit_entries" VALUES (1, 1782475200123456, 1, 'system', 'dump', '', 'customer.registered', 'customer', '1', '{}', '');
CREATE TABLE audit_batches (
    seq        BIGINT NOT NULL PRIMARY KEY,
    first_id   BIGINT NOT NULL,
    last_id    BIGINT NOT NULL,
    skipped    TEXT NOT NULL, -- ids of the range that were not there (yet)
    late       TEXT NOT NULL, -- ids skipped by earlier batches and taken in here
    entries    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    hash       BLOB NOT NULL,
    signature  BLOB NOT NULL
);
CREATE TABLE idempotency_keys (
    integration_id BIGINT NOT NULL,
    key            TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,
    status         BIGINT NOT NULL,
    sealed_answer  BLOB,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (integration_id, key)
);
INSERT INTO "idempotency_keys" VALUES (1, 'order-1', '010203', 201, X'7365616C6564', 1782475200123456);
CREATE TABLE tallies (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    integration_id BIGINT NOT NULL,
    name           TEXT NOT NULL,
    n              BIGINT NOT NULL
);
INSERT INTO "tallies" VALUES (1, 1, 'customers', 1);
CREATE TABLE settings (
    name       TEXT NOT NULL PRIMARY KEY,
    value      BLOB NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO "settings" VALUES ('name', X'76616C7565', 0);
CREATE TABLE leases (
    name       TEXT NOT NULL PRIMARY KEY,
    holder     TEXT NOT NULL,
    fence      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE operators (
    id             TEXT NOT NULL PRIMARY KEY,
    email          TEXT NOT NULL UNIQUE, -- normalised
    name           TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('admin', 'compliance', 'support', 'viewer')),
    password_hash  TEXT NOT NULL,
    one_time_until BIGINT NOT NULL DEFAULT 0,
    sealed_secret  BLOB,
    enrolled_at    BIGINT NOT NULL DEFAULT 0,
    last_step      BIGINT NOT NULL DEFAULT 0,
    disabled_at    BIGINT NOT NULL DEFAULT 0,
    last_login_at  BIGINT NOT NULL DEFAULT 0,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
CREATE TABLE operator_sessions (
    hash        BLOB NOT NULL PRIMARY KEY,
    operator_id TEXT NOT NULL REFERENCES operators (id),
    full_access BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    address     TEXT NOT NULL,
    user_agent  TEXT NOT NULL
);
CREATE TABLE operator_attempts (
    key          TEXT NOT NULL PRIMARY KEY,
    failures     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
CREATE TABLE mails (
    id             TEXT NOT NULL PRIMARY KEY,
    customer_id    BIGINT NOT NULL,
    integration_id BIGINT NOT NULL,
    recipient      TEXT NOT NULL,
    subject        TEXT NOT NULL,
    body_text      TEXT NOT NULL,
    body_html      TEXT NOT NULL,
    kind           TEXT NOT NULL,
    language       TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    next_at        BIGINT, -- due then; NULL once sent or given up
    sent_at        BIGINT NOT NULL DEFAULT 0,
    attempts       BIGINT NOT NULL DEFAULT 0,
    last_error     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX credentials_integration ON credentials (integration_id);
CREATE INDEX tokens_expiry ON tokens (expires_at);
CREATE INDEX customers_list ON customers (integration_id, id);
CREATE INDEX customers_stage ON customers (integration_id, stage, id);
CREATE INDEX customers_external ON customers (integration_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_identification ON customers (integration_id, identification) WHERE identification IS NOT NULL;
CREATE INDEX kyb_records_queue ON kyb_records (waiting_since, customer_id) WHERE waiting_since IS NOT NULL;
CREATE INDEX links_customer ON links (customer_id);
CREATE INDEX links_expiry ON links (expires_at) WHERE ended_at IS NULL;
CREATE INDEX links_reminder ON links (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX documents_customer ON documents (customer_id) WHERE removed_at IS NULL;
CREATE INDEX audit_object ON audit_entries (object, object_id, id);
CREATE INDEX idempotency_age ON idempotency_keys (created_at);
CREATE INDEX tallies_name ON tallies (integration_id, name);
CREATE INDEX operator_sessions_operator ON operator_sessions (operator_id);
CREATE INDEX operator_sessions_expiry ON operator_sessions (expires_at);
CREATE INDEX operator_attempts_age ON operator_attempts (last_at);
CREATE INDEX mails_due ON mails (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX mails_customer ON mails (customer_id);
