CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "goose_db_version" VALUES (1, 0, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (2, 1, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (3, 2, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (4, 3, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (5, 4, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (6, 5, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (7, 6, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (8, 7, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (9, 8, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (10, 9, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (11, 10, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (12, 11, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (13, 12, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (14, 13, 1, '2026-11-23 13:44:52');
INSERT INTO "goose_db_version" VALUES (15, 14, 1, '2026-11-23 13:44:52');
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
    updated_at     BIGINT NOT NULL, enhanced BIGINT NOT NULL DEFAULT 0, review_at BIGINT, review_reminded BIGINT NOT NULL DEFAULT 0, banned_at BIGINT NOT NULL DEFAULT 0, ban_reason TEXT NOT NULL DEFAULT '', bank_account BLOB, erased_at BIGINT NOT NULL DEFAULT 0, search TEXT NOT NULL DEFAULT '',
    UNIQUE (integration_id, email_key)
);
INSERT INTO "customers" VALUES (1, '01980000-0000-7000-8000-000000000002', 1, 'company', 'Ácme ''S.L.''
', 'Ana@Acme.example', 'ana@acme.example', 'shop-1', NULL, 'ES', 'https://shop.example/back', 'es', 'needs_correction', '["Página 2"]', 0, 1782475200123456, 1782475200123456, 0, NULL, 0, 0, '', NULL, 0, 'acme ''s.l.''
 ana@acme.example shop-1');
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
CREATE TABLE alerts (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    kind           TEXT NOT NULL,
    fact           TEXT NOT NULL, -- the alert's key
    sealed_summary BLOB NOT NULL,
    holds          BIGINT NOT NULL DEFAULT 0,
    state          TEXT NOT NULL CHECK (state IN ('open', 'cleared', 'confirmed')),
    raised_at      BIGINT NOT NULL,
    decided_at     BIGINT NOT NULL DEFAULT 0,
    decided_by     TEXT NOT NULL DEFAULT '',
    sealed_reason  BLOB,
    UNIQUE (customer_id, fact)
);
CREATE TABLE limit_uses (
    reference      TEXT NOT NULL PRIMARY KEY,
    customer_id    BIGINT NOT NULL REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    rail           TEXT NOT NULL,
    amount         BIGINT NOT NULL,
    used_at        BIGINT NOT NULL,
    released_at    BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE limit_locks (
    customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    taken       BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE monitored (
    reference   TEXT NOT NULL PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    rail        TEXT NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    amount      BIGINT NOT NULL,
    country     TEXT NOT NULL DEFAULT '', -- the counterparty's, '' = not known
    at          BIGINT NOT NULL
);
CREATE TABLE monitor_hits (
    reference   TEXT NOT NULL,
    rule        TEXT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    holds       BIGINT NOT NULL DEFAULT 0,
    at          BIGINT NOT NULL,
    PRIMARY KEY (reference, rule)
);
CREATE TABLE screening_snapshots (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    category     TEXT NOT NULL CHECK (category IN ('sanctions', 'pep')),
    format       TEXT NOT NULL,
    hash         TEXT NOT NULL, -- SHA-256 of the file
    revision     BIGINT NOT NULL, -- of the readers that read it
    entries      BIGINT NOT NULL,
    published_at BIGINT NOT NULL, -- 0: the file does not say
    imported_at  BIGINT NOT NULL,
    body         BLOB NOT NULL, -- the entries, compressed
    UNIQUE (name, hash, revision, category)
);
CREATE TABLE screening_generations (
    id          BIGINT NOT NULL PRIMARY KEY, -- without gaps: of two at once one fails
    at          BIGINT NOT NULL,
    config      TEXT NOT NULL,
    snapshots   TEXT NOT NULL,
    walked      BIGINT NOT NULL DEFAULT 0, -- the last customer screened again
    customers   BIGINT NOT NULL DEFAULT 0,
    hits        BIGINT NOT NULL DEFAULT 0,
    finished_at BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE screening_marks (
    customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    generation  BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE TABLE screening_weights (
    version TEXT NOT NULL PRIMARY KEY,
    file    BLOB NOT NULL
);
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
    sealed         BLOB                      -- the evidence
);
CREATE TABLE idv_callbacks (
    id          TEXT NOT NULL PRIMARY KEY, -- the message's own
    case_id     TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE TABLE declarations (
    customer_id     BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    integration_id  BIGINT NOT NULL,
    stage           TEXT NOT NULL,
    reasons         TEXT NOT NULL DEFAULT '[]',
    sealed_file     BLOB NOT NULL,
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
CREATE TABLE erasures (
    customer_id    BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    erased_at      BIGINT NOT NULL,
    grounds        TEXT NOT NULL DEFAULT '[]', -- why something is kept
    keep_until     BIGINT NOT NULL DEFAULT 0,  -- 0: nothing is kept
    purge_at       BIGINT,                     -- papers and dossier go then; NULL once they have gone
    purged_at      BIGINT NOT NULL DEFAULT 0,
    papers         TEXT NOT NULL DEFAULT '[]', -- the names of their files
    sealed         BLOB                       -- the dossier that is kept
);
CREATE VIRTUAL TABLE customers_search USING fts5(search, content='', contentless_delete=1, tokenize='trigram', detail=none);
REPLACE INTO "customers_search_data" VALUES (1, X'0122');
REPLACE INTO "customers_search_data" VALUES (10, X'00000000FF00000101010100010101010101000001');
REPLACE INTO "customers_search_data" VALUES (137438953473, X'000000B204300A2061010103202773010202616E0102027368010103270A20010202732E0101032E270A01020265780102026C2E010103406163010103614061010202636D0102026D700102026E61010103636D65010103652027010301730102022E650102027861010103686F700101036C2E2701020265200101036D65200103012E010202706C0101036E61400101036F702D010103702D310102026C65010103732E6C010202686F01010378616D010406060505060506050506060505050606040505060605060405060606050605');
REPLACE INTO "customers_search_idx" VALUES (1, X'', 2);
REPLACE INTO "customers_search_docsize" VALUES (1, X'22', 1);
REPLACE INTO "customers_search_config" VALUES ('version', 4);
CREATE TABLE assets (
    code       TEXT NOT NULL PRIMARY KEY,
    scale      BIGINT NOT NULL CHECK (scale BETWEEN 0 AND 12), -- decimals of the unit that amounts count
    created_at BIGINT NOT NULL,
    UNIQUE (code, scale)
);
CREATE TABLE ledger_accounts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    code       TEXT NOT NULL UNIQUE, -- purpose:detail:asset, purpose:asset without a detail
    purpose    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    asset      TEXT NOT NULL,
    scale      BIGINT NOT NULL,
    balance    BIGINT NOT NULL DEFAULT 0 CHECK (balance BETWEEN -9223372036854775807 AND 9223372036854775807),
    created_at BIGINT NOT NULL,
    FOREIGN KEY (asset, scale) REFERENCES assets (code, scale)
);
CREATE TABLE ledger_transfers (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    memo     TEXT NOT NULL,
    reverses BIGINT UNIQUE REFERENCES ledger_transfers (id), -- NULL: none
    digest   BLOB NOT NULL,                                 -- ledger.Digest, also in the audit entry
    at       BIGINT NOT NULL
);
CREATE TABLE ledger_entries (
    transfer_id BIGINT NOT NULL REFERENCES ledger_transfers (id),
    line        BIGINT NOT NULL, -- from 0
    account_id  BIGINT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount <> 0 AND amount >= -9223372036854775807),
    PRIMARY KEY (transfer_id, line)
);
CREATE TABLE ledger_pending (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL,
    amount     BIGINT NOT NULL
);
CREATE TABLE ledger_holds (
    key        TEXT NOT NULL PRIMARY KEY, -- also the key of the transfer that opened it
    account_id BIGINT NOT NULL REFERENCES ledger_accounts (id),
    twin_id    BIGINT NOT NULL REFERENCES ledger_accounts (id),
    amount     BIGINT NOT NULL CHECK (amount > 0), -- as people say it, whatever side the account is on
    state      TEXT NOT NULL CHECK (state IN ('open', 'settled', 'released')),
    settled    BIGINT NOT NULL DEFAULT 0 CHECK (settled BETWEEN 0 AND amount), -- the rest went back
    opened_by  BIGINT NOT NULL REFERENCES ledger_transfers (id),
    closed_by  BIGINT REFERENCES ledger_transfers (id), -- NULL while open
    opened_at  BIGINT NOT NULL,
    closed_at  BIGINT
);
CREATE TABLE proofs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         BIGINT NOT NULL,
    took       BIGINT NOT NULL, -- microseconds
    failed     BIGINT NOT NULL, -- checks that failed; 0: the books are right
    mark       TEXT NOT NULL,   -- names what was found: the same findings, the same mark
    transfers  BIGINT NOT NULL, -- that there were; later runs must find no fewer
    checkpoint TEXT NOT NULL,   -- of the audit chain; '' where it did not verify
    report     TEXT NOT NULL
);
CREATE TABLE payout_freezes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    standing    BIGINT UNIQUE CHECK (standing = 1), -- NULL once lifted
    reason      TEXT NOT NULL,
    at          BIGINT NOT NULL,
    frozen_by   TEXT NOT NULL,
    proof_id    BIGINT, -- the run that froze them
    lifted_at   BIGINT NOT NULL DEFAULT 0,
    lifted_by   TEXT NOT NULL DEFAULT '',
    lift_reason TEXT NOT NULL DEFAULT '',
    lifted_mark TEXT NOT NULL DEFAULT '' -- the findings that they were lifted in spite of
);
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
CREATE INDEX customers_review ON customers (review_at) WHERE review_at IS NOT NULL;
CREATE INDEX kyb_records_submitted ON kyb_records (customer_id) WHERE submitted_at IS NOT NULL;
CREATE INDEX alerts_open ON alerts (raised_at, id) WHERE state = 'open';
CREATE INDEX limit_uses_customer ON limit_uses (customer_id, used_at) WHERE released_at = 0;
CREATE INDEX monitored_customer ON monitored (customer_id, at);
CREATE INDEX monitor_hits_customer ON monitor_hits (customer_id, at);
CREATE INDEX screening_marks_generation ON screening_marks (generation, customer_id);
CREATE UNIQUE INDEX idv_cases_reference ON idv_cases (provider, reference) WHERE reference IS NOT NULL;
CREATE INDEX idv_cases_customer ON idv_cases (customer_id, created_at);
CREATE INDEX idv_callbacks_case ON idv_callbacks (case_id);
CREATE INDEX declarations_queue ON declarations (waiting_since, customer_id) WHERE waiting_since IS NOT NULL;
CREATE INDEX erasures_due ON erasures (purge_at) WHERE purge_at IS NOT NULL;
CREATE INDEX customers_unsearched ON customers (id) WHERE search = '';
CREATE INDEX customers_review_untold ON customers (review_at) WHERE review_at IS NOT NULL AND review_reminded = 0;
CREATE INDEX ledger_accounts_purpose ON ledger_accounts (purpose, id);
CREATE INDEX ledger_transfers_at ON ledger_transfers (at, id);
CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transfer_id, line);
CREATE INDEX ledger_pending_account ON ledger_pending (account_id);
CREATE INDEX ledger_holds_open ON ledger_holds (twin_id) WHERE state = 'open';
CREATE INDEX proofs_checkpoint ON proofs (id) WHERE checkpoint <> '';
CREATE INDEX quotes_expiry ON quotes (expires_at);
