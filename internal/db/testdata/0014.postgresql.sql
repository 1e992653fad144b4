SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alerts (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    kind text NOT NULL,
    fact text NOT NULL,
    sealed_summary bytea NOT NULL,
    holds bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    raised_at bigint NOT NULL,
    decided_at bigint DEFAULT 0 NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    sealed_reason bytea,
    CONSTRAINT alerts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'cleared'::text, 'confirmed'::text])))
);
CREATE SEQUENCE public.alerts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.alerts_id_seq OWNED BY public.alerts.id;
CREATE TABLE public.assets (
    code text NOT NULL,
    scale bigint NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT assets_scale_check CHECK (((scale >= 0) AND (scale <= 12)))
);
CREATE TABLE public.audit_batches (
    seq bigint NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL,
    skipped text NOT NULL,
    late text NOT NULL,
    entries bigint NOT NULL,
    at bigint NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL
);
CREATE TABLE public.audit_entries (
    id bigint NOT NULL,
    at bigint NOT NULL,
    integration_id bigint NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    actor_address text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    object_id text NOT NULL,
    detail text NOT NULL,
    request_id text NOT NULL
);
CREATE SEQUENCE public.audit_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_entries_id_seq OWNED BY public.audit_entries.id;
CREATE TABLE public.credentials (
    api_key text NOT NULL,
    integration_id bigint NOT NULL,
    sealed_secret bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.customers (
    id bigint NOT NULL,
    uuid text NOT NULL,
    integration_id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    external_id text,
    identification text,
    country text DEFAULT ''::text NOT NULL,
    callback_url text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    stage text NOT NULL,
    reasons text DEFAULT '[]'::text NOT NULL,
    tier bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    enhanced bigint DEFAULT 0 NOT NULL,
    review_at bigint,
    review_reminded bigint DEFAULT 0 NOT NULL,
    banned_at bigint DEFAULT 0 NOT NULL,
    ban_reason text DEFAULT ''::text NOT NULL,
    bank_account bytea,
    erased_at bigint DEFAULT 0 NOT NULL,
    search text DEFAULT ''::text NOT NULL,
    CONSTRAINT customers_kind_check CHECK ((kind = ANY (ARRAY['individual'::text, 'company'::text])))
);
CREATE SEQUENCE public.customers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.customers_id_seq OWNED BY public.customers.id;
CREATE TABLE public.declarations (
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    stage text NOT NULL,
    reasons text DEFAULT '[]'::text NOT NULL,
    sealed_file bytea NOT NULL,
    corrections text DEFAULT '[]'::text NOT NULL,
    link_uuid text NOT NULL,
    link_created_at bigint NOT NULL,
    link_expires_at bigint NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    waiting_since bigint,
    submitted_at bigint DEFAULT 0 NOT NULL,
    decided_at bigint DEFAULT 0 NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.documents (
    id text NOT NULL,
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    item text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    created_at bigint NOT NULL,
    removed_at bigint
);
CREATE TABLE public.erasures (
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    erased_at bigint NOT NULL,
    grounds text DEFAULT '[]'::text NOT NULL,
    keep_until bigint DEFAULT 0 NOT NULL,
    purge_at bigint,
    purged_at bigint DEFAULT 0 NOT NULL,
    papers text DEFAULT '[]'::text NOT NULL,
    sealed bytea
);
CREATE TABLE public.events (
    id bigint NOT NULL,
    integration_id bigint NOT NULL,
    type text NOT NULL,
    object text NOT NULL,
    object_id text NOT NULL,
    sequence bigint NOT NULL,
    data text NOT NULL,
    previous text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL
);
CREATE SEQUENCE public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.idempotency_keys (
    integration_id bigint NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status bigint NOT NULL,
    sealed_answer bytea,
    created_at bigint NOT NULL
);
CREATE TABLE public.idv_callbacks (
    id text NOT NULL,
    case_id text NOT NULL,
    received_at bigint NOT NULL
);
CREATE TABLE public.idv_cases (
    id text NOT NULL,
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    provider text NOT NULL,
    language text NOT NULL,
    reference text,
    redirect_url text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint DEFAULT 0 NOT NULL,
    ended_at bigint DEFAULT 0 NOT NULL,
    effect text DEFAULT ''::text NOT NULL,
    sealed bytea
);
CREATE TABLE public.integrations (
    id bigint NOT NULL,
    uuid text NOT NULL,
    name text NOT NULL,
    mode text NOT NULL,
    delegated_kyc bigint DEFAULT 0 NOT NULL,
    logo_type text DEFAULT ''::text NOT NULL,
    logo bytea,
    allowed_ips text DEFAULT ''::text NOT NULL,
    allowed_urls text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT integrations_mode_check CHECK ((mode = ANY (ARRAY['sandbox'::text, 'production'::text])))
);
CREATE SEQUENCE public.integrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.integrations_id_seq OWNED BY public.integrations.id;
CREATE TABLE public.kyb_records (
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    sealed_file bytea,
    corrections text DEFAULT '[]'::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    waiting_since bigint,
    submitted_at bigint,
    decided_at bigint,
    decided_by text DEFAULT ''::text NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.leases (
    name text NOT NULL,
    holder text NOT NULL,
    fence bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.ledger_accounts (
    id bigint NOT NULL,
    code text NOT NULL,
    purpose text NOT NULL,
    detail text NOT NULL,
    asset text NOT NULL,
    scale bigint NOT NULL,
    balance bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT ledger_accounts_balance_check CHECK (((balance >= '-9223372036854775807'::bigint) AND (balance <= '9223372036854775807'::bigint)))
);
CREATE SEQUENCE public.ledger_accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_accounts_id_seq OWNED BY public.ledger_accounts.id;
CREATE TABLE public.ledger_entries (
    transfer_id bigint NOT NULL,
    line bigint NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ledger_entries_amount_check CHECK (((amount <> 0) AND (amount >= '-9223372036854775807'::bigint)))
);
CREATE TABLE public.ledger_holds (
    key text NOT NULL,
    account_id bigint NOT NULL,
    twin_id bigint NOT NULL,
    amount bigint NOT NULL,
    state text NOT NULL,
    settled bigint DEFAULT 0 NOT NULL,
    opened_by bigint NOT NULL,
    closed_by bigint,
    opened_at bigint NOT NULL,
    closed_at bigint,
    CONSTRAINT ledger_holds_amount_check CHECK ((amount > 0)),
    CONSTRAINT ledger_holds_check CHECK (((settled >= 0) AND (settled <= amount))),
    CONSTRAINT ledger_holds_state_check CHECK ((state = ANY (ARRAY['open'::text, 'settled'::text, 'released'::text])))
);
CREATE TABLE public.ledger_pending (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL
);
CREATE SEQUENCE public.ledger_pending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_pending_id_seq OWNED BY public.ledger_pending.id;
CREATE TABLE public.ledger_transfers (
    id bigint NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    memo text NOT NULL,
    reverses bigint,
    digest bytea NOT NULL,
    at bigint NOT NULL
);
CREATE SEQUENCE public.ledger_transfers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_transfers_id_seq OWNED BY public.ledger_transfers.id;
CREATE TABLE public.limit_locks (
    customer_id bigint NOT NULL,
    taken bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.limit_uses (
    reference text NOT NULL,
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    rail text NOT NULL,
    amount bigint NOT NULL,
    used_at bigint NOT NULL,
    released_at bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.links (
    uuid text NOT NULL,
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    password_mac bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    remind_at bigint,
    ended_at bigint,
    failures bigint DEFAULT 0 NOT NULL,
    locked_until bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.mails (
    id text NOT NULL,
    customer_id bigint NOT NULL,
    integration_id bigint NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    created_at bigint NOT NULL,
    next_at bigint,
    sent_at bigint DEFAULT 0 NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.monitor_hits (
    reference text NOT NULL,
    rule text NOT NULL,
    customer_id bigint NOT NULL,
    holds bigint DEFAULT 0 NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.monitored (
    reference text NOT NULL,
    customer_id bigint NOT NULL,
    rail text NOT NULL,
    direction text NOT NULL,
    amount bigint NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT monitored_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text])))
);
CREATE TABLE public.operator_attempts (
    key text NOT NULL,
    failures bigint NOT NULL,
    last_at bigint NOT NULL,
    locked_until bigint NOT NULL
);
CREATE TABLE public.operator_sessions (
    hash bytea NOT NULL,
    operator_id text NOT NULL,
    full_access bigint NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL
);
CREATE TABLE public.operators (
    id text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    one_time_until bigint DEFAULT 0 NOT NULL,
    sealed_secret bytea,
    enrolled_at bigint DEFAULT 0 NOT NULL,
    last_step bigint DEFAULT 0 NOT NULL,
    disabled_at bigint DEFAULT 0 NOT NULL,
    last_login_at bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT operators_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'compliance'::text, 'support'::text, 'viewer'::text])))
);
CREATE TABLE public.payout_freezes (
    id bigint NOT NULL,
    standing bigint,
    reason text NOT NULL,
    at bigint NOT NULL,
    frozen_by text NOT NULL,
    proof_id bigint,
    lifted_at bigint DEFAULT 0 NOT NULL,
    lifted_by text DEFAULT ''::text NOT NULL,
    lift_reason text DEFAULT ''::text NOT NULL,
    lifted_mark text DEFAULT ''::text NOT NULL,
    CONSTRAINT payout_freezes_standing_check CHECK ((standing = 1))
);
CREATE SEQUENCE public.payout_freezes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.payout_freezes_id_seq OWNED BY public.payout_freezes.id;
CREATE TABLE public.proofs (
    id bigint NOT NULL,
    at bigint NOT NULL,
    took bigint NOT NULL,
    failed bigint NOT NULL,
    mark text NOT NULL,
    transfers bigint NOT NULL,
    checkpoint text NOT NULL,
    report text NOT NULL
);
CREATE SEQUENCE public.proofs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.proofs_id_seq OWNED BY public.proofs.id;
CREATE TABLE public.quotes (
    id text NOT NULL,
    integration_id bigint NOT NULL,
    side text NOT NULL,
    chain text NOT NULL,
    method text NOT NULL,
    fiat text NOT NULL,
    fiat_scale bigint NOT NULL,
    coin text NOT NULL,
    coin_scale bigint NOT NULL,
    amount bigint NOT NULL,
    tokens bigint NOT NULL,
    price text NOT NULL,
    service_fee bigint NOT NULL,
    network_fee bigint NOT NULL,
    partner_fee bigint NOT NULL,
    used text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT quotes_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text])))
);
CREATE TABLE public.screening_generations (
    id bigint NOT NULL,
    at bigint NOT NULL,
    config text NOT NULL,
    snapshots text NOT NULL,
    walked bigint DEFAULT 0 NOT NULL,
    customers bigint DEFAULT 0 NOT NULL,
    hits bigint DEFAULT 0 NOT NULL,
    finished_at bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.screening_marks (
    customer_id bigint NOT NULL,
    generation bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.screening_snapshots (
    id bigint NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    format text NOT NULL,
    hash text NOT NULL,
    revision bigint NOT NULL,
    entries bigint NOT NULL,
    published_at bigint NOT NULL,
    imported_at bigint NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT screening_snapshots_category_check CHECK ((category = ANY (ARRAY['sanctions'::text, 'pep'::text])))
);
CREATE SEQUENCE public.screening_snapshots_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.screening_snapshots_id_seq OWNED BY public.screening_snapshots.id;
CREATE TABLE public.screening_weights (
    version text NOT NULL,
    file bytea NOT NULL
);
CREATE TABLE public.settings (
    name text NOT NULL,
    value bytea NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.tallies (
    id bigint NOT NULL,
    integration_id bigint NOT NULL,
    name text NOT NULL,
    n bigint NOT NULL
);
CREATE SEQUENCE public.tallies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tallies_id_seq OWNED BY public.tallies.id;
CREATE TABLE public.tokens (
    hash text NOT NULL,
    integration_id bigint NOT NULL,
    api_key text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
ALTER TABLE ONLY public.alerts ALTER COLUMN id SET DEFAULT nextval('public.alerts_id_seq'::regclass);
ALTER TABLE ONLY public.audit_entries ALTER COLUMN id SET DEFAULT nextval('public.audit_entries_id_seq'::regclass);
ALTER TABLE ONLY public.customers ALTER COLUMN id SET DEFAULT nextval('public.customers_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.integrations ALTER COLUMN id SET DEFAULT nextval('public.integrations_id_seq'::regclass);
ALTER TABLE ONLY public.ledger_accounts ALTER COLUMN id SET DEFAULT nextval('public.ledger_accounts_id_seq'::regclass);
ALTER TABLE ONLY public.ledger_pending ALTER COLUMN id SET DEFAULT nextval('public.ledger_pending_id_seq'::regclass);
ALTER TABLE ONLY public.ledger_transfers ALTER COLUMN id SET DEFAULT nextval('public.ledger_transfers_id_seq'::regclass);
ALTER TABLE ONLY public.payout_freezes ALTER COLUMN id SET DEFAULT nextval('public.payout_freezes_id_seq'::regclass);
ALTER TABLE ONLY public.proofs ALTER COLUMN id SET DEFAULT nextval('public.proofs_id_seq'::regclass);
ALTER TABLE ONLY public.screening_snapshots ALTER COLUMN id SET DEFAULT nextval('public.screening_snapshots_id_seq'::regclass);
ALTER TABLE ONLY public.tallies ALTER COLUMN id SET DEFAULT nextval('public.tallies_id_seq'::regclass);
INSERT INTO public.audit_entries VALUES (1, 1782475200123456, 1, 'system', 'dump', '', 'customer.registered', 'customer', '1', '{}', '');
INSERT INTO public.credentials VALUES ('pk_sandbox_x', 1, '\x09', 1782475200123456, 0);
INSERT INTO public.customers VALUES (1, '01980000-0000-7000-8000-000000000002', 1, 'company', 'Ácme ''S.L.''
', 'Ana@Acme.example', 'ana@acme.example', 'shop-1', NULL, 'ES', 'https://shop.example/back', 'es', 'needs_correction', '["Página 2"]', 0, 1782475200123456, 1782475200123456, 0, NULL, 0, 0, '', NULL, 0, 'acme ''s.l.''
 ana@acme.example shop-1');
INSERT INTO public.documents VALUES ('01980000-0000-7000-8000-000000000004', 1, 1, 'registry_extract', 'nota simple.pdf', 'application/pdf', 1234, 'sum', 1782475200123456, NULL);
INSERT INTO public.events VALUES (1, 1, 'CUSTOMER_CREATED', 'customer', '1', 1, '{"id":1}', '', 1782475200123456);
INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-23 13:44:55.491674');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-23 13:44:55.568564');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-23 13:44:55.699587');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-23 13:44:55.713236');
INSERT INTO public.goose_db_version VALUES (5, 4, true, '2026-11-23 13:44:55.726533');
INSERT INTO public.goose_db_version VALUES (6, 5, true, '2026-11-23 13:44:55.733737');
INSERT INTO public.goose_db_version VALUES (7, 6, true, '2026-11-23 13:44:55.764978');
INSERT INTO public.goose_db_version VALUES (8, 7, true, '2026-11-23 13:44:55.782968');
INSERT INTO public.goose_db_version VALUES (9, 8, true, '2026-11-23 13:44:55.790921');
INSERT INTO public.goose_db_version VALUES (10, 9, true, '2026-11-23 13:44:55.795925');
INSERT INTO public.goose_db_version VALUES (11, 10, true, '2026-11-23 13:44:55.802681');
INSERT INTO public.goose_db_version VALUES (12, 11, true, '2026-11-23 13:44:55.838889');
INSERT INTO public.goose_db_version VALUES (13, 12, true, '2026-11-23 13:44:55.839865');
INSERT INTO public.goose_db_version VALUES (14, 13, true, '2026-11-23 13:44:55.8626');
INSERT INTO public.goose_db_version VALUES (15, 14, true, '2026-11-23 13:44:55.868622');
INSERT INTO public.idempotency_keys VALUES (1, 'order-1', '010203', 201, '\x7365616c6564', 1782475200123456);
INSERT INTO public.integrations VALUES (1, '01980000-0000-7000-8000-000000000001', 'Remesas del Sur', 'sandbox', 0, 'image/png', '\x6c6f676f', '', '', 1782475200123456);
INSERT INTO public.kyb_records VALUES (1, 1, '\x0027ff', '[{"Item":"company","Message":"¿Página 2?","Done":false}]', 4, 1782475200123456, 1782475200123456, NULL, '', 1782475200123456);
INSERT INTO public.links VALUES ('01980000-0000-7000-8000-000000000003', 1, 1, '\x0001ff', 1782475200123456, 1790251200123456, 1790251200123456, NULL, 0, 0);
INSERT INTO public.settings VALUES ('name', '\x76616c7565', 0);
INSERT INTO public.tallies VALUES (1, 1, 'customers', 1);
INSERT INTO public.tokens VALUES ('hash', 1, 'pk_sandbox_x', 1782475200123456, 1782478800123456);
SELECT pg_catalog.setval('public.alerts_id_seq', 1, false);
SELECT pg_catalog.setval('public.audit_entries_id_seq', 1, true);
SELECT pg_catalog.setval('public.customers_id_seq', 1, true);
SELECT pg_catalog.setval('public.events_id_seq', 1, true);
SELECT pg_catalog.setval('public.goose_db_version_id_seq', 15, true);
SELECT pg_catalog.setval('public.integrations_id_seq', 1, true);
SELECT pg_catalog.setval('public.ledger_accounts_id_seq', 1, false);
SELECT pg_catalog.setval('public.ledger_pending_id_seq', 1, false);
SELECT pg_catalog.setval('public.ledger_transfers_id_seq', 1, false);
SELECT pg_catalog.setval('public.payout_freezes_id_seq', 1, false);
SELECT pg_catalog.setval('public.proofs_id_seq', 1, false);
SELECT pg_catalog.setval('public.screening_snapshots_id_seq', 1, false);
SELECT pg_catalog.setval('public.tallies_id_seq', 1, true);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_customer_id_fact_key UNIQUE (customer_id, fact);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_code_scale_key UNIQUE (code, scale);
ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.audit_batches
    ADD CONSTRAINT audit_batches_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (api_key);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_integration_id_email_key_key UNIQUE (integration_id, email_key);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_uuid_key UNIQUE (uuid);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT declarations_link_uuid_key UNIQUE (link_uuid);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT declarations_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_object_object_id_sequence_key UNIQUE (object, object_id, sequence);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (integration_id, key);
ALTER TABLE ONLY public.idv_callbacks
    ADD CONSTRAINT idv_callbacks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idv_cases
    ADD CONSTRAINT idv_cases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations
    ADD CONSTRAINT integrations_name_key UNIQUE (name);
ALTER TABLE ONLY public.integrations
    ADD CONSTRAINT integrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations
    ADD CONSTRAINT integrations_uuid_key UNIQUE (uuid);
ALTER TABLE ONLY public.kyb_records
    ADD CONSTRAINT kyb_records_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_code_key UNIQUE (code);
ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (transfer_id, line);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.ledger_pending
    ADD CONSTRAINT ledger_pending_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_transfers
    ADD CONSTRAINT ledger_transfers_key_key UNIQUE (key);
ALTER TABLE ONLY public.ledger_transfers
    ADD CONSTRAINT ledger_transfers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_transfers
    ADD CONSTRAINT ledger_transfers_reverses_key UNIQUE (reverses);
ALTER TABLE ONLY public.limit_locks
    ADD CONSTRAINT limit_locks_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.limit_uses
    ADD CONSTRAINT limit_uses_pkey PRIMARY KEY (reference);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (uuid);
ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.monitor_hits
    ADD CONSTRAINT monitor_hits_pkey PRIMARY KEY (reference, rule);
ALTER TABLE ONLY public.monitored
    ADD CONSTRAINT monitored_pkey PRIMARY KEY (reference);
ALTER TABLE ONLY public.operator_attempts
    ADD CONSTRAINT operator_attempts_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_email_key UNIQUE (email);
ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payout_freezes
    ADD CONSTRAINT payout_freezes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payout_freezes
    ADD CONSTRAINT payout_freezes_standing_key UNIQUE (standing);
ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT proofs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.quotes
    ADD CONSTRAINT quotes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.screening_generations
    ADD CONSTRAINT screening_generations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.screening_marks
    ADD CONSTRAINT screening_marks_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.screening_snapshots
    ADD CONSTRAINT screening_snapshots_name_hash_revision_category_key UNIQUE (name, hash, revision, category);
ALTER TABLE ONLY public.screening_snapshots
    ADD CONSTRAINT screening_snapshots_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.screening_weights
    ADD CONSTRAINT screening_weights_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.tallies
    ADD CONSTRAINT tallies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (hash);
CREATE INDEX alerts_open ON public.alerts USING btree (raised_at, id) WHERE (state = 'open'::text);
CREATE INDEX audit_object ON public.audit_entries USING btree (object, object_id, id);
CREATE INDEX credentials_integration ON public.credentials USING btree (integration_id);
CREATE INDEX customers_external ON public.customers USING btree (integration_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX customers_identification ON public.customers USING btree (integration_id, identification) WHERE (identification IS NOT NULL);
CREATE INDEX customers_list ON public.customers USING btree (integration_id, id);
CREATE INDEX customers_review ON public.customers USING btree (review_at) WHERE (review_at IS NOT NULL);
CREATE INDEX customers_review_untold ON public.customers USING btree (review_at) WHERE ((review_at IS NOT NULL) AND (review_reminded = 0));
CREATE INDEX customers_search ON public.customers USING gin (search public.gin_trgm_ops);
CREATE INDEX customers_stage ON public.customers USING btree (integration_id, stage, id);
CREATE INDEX customers_unsearched ON public.customers USING btree (id) WHERE (search = ''::text);
CREATE INDEX declarations_queue ON public.declarations USING btree (waiting_since, customer_id) WHERE (waiting_since IS NOT NULL);
CREATE INDEX documents_customer ON public.documents USING btree (customer_id) WHERE (removed_at IS NULL);
CREATE INDEX erasures_due ON public.erasures USING btree (purge_at) WHERE (purge_at IS NOT NULL);
CREATE INDEX idempotency_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX idv_callbacks_case ON public.idv_callbacks USING btree (case_id);
CREATE INDEX idv_cases_customer ON public.idv_cases USING btree (customer_id, created_at);
CREATE UNIQUE INDEX idv_cases_reference ON public.idv_cases USING btree (provider, reference) WHERE (reference IS NOT NULL);
CREATE INDEX kyb_records_queue ON public.kyb_records USING btree (waiting_since, customer_id) WHERE (waiting_since IS NOT NULL);
CREATE INDEX kyb_records_submitted ON public.kyb_records USING btree (customer_id) WHERE (submitted_at IS NOT NULL);
CREATE INDEX ledger_accounts_purpose ON public.ledger_accounts USING btree (purpose, id);
CREATE INDEX ledger_entries_account ON public.ledger_entries USING btree (account_id, transfer_id, line);
CREATE INDEX ledger_holds_open ON public.ledger_holds USING btree (twin_id) WHERE (state = 'open'::text);
CREATE INDEX ledger_pending_account ON public.ledger_pending USING btree (account_id);
CREATE INDEX ledger_transfers_at ON public.ledger_transfers USING btree (at, id);
CREATE INDEX limit_uses_customer ON public.limit_uses USING btree (customer_id, used_at) WHERE (released_at = 0);
CREATE INDEX links_customer ON public.links USING btree (customer_id);
CREATE INDEX links_expiry ON public.links USING btree (expires_at) WHERE (ended_at IS NULL);
CREATE INDEX links_reminder ON public.links USING btree (remind_at) WHERE (remind_at IS NOT NULL);
CREATE INDEX mails_customer ON public.mails USING btree (customer_id);
CREATE INDEX mails_due ON public.mails USING btree (next_at, id) WHERE (next_at IS NOT NULL);
CREATE INDEX monitor_hits_customer ON public.monitor_hits USING btree (customer_id, at);
CREATE INDEX monitored_customer ON public.monitored USING btree (customer_id, at);
CREATE INDEX operator_attempts_age ON public.operator_attempts USING btree (last_at);
CREATE INDEX operator_sessions_expiry ON public.operator_sessions USING btree (expires_at);
CREATE INDEX operator_sessions_operator ON public.operator_sessions USING btree (operator_id);
CREATE INDEX proofs_checkpoint ON public.proofs USING btree (id) WHERE (checkpoint <> ''::text);
CREATE INDEX quotes_expiry ON public.quotes USING btree (expires_at);
CREATE INDEX screening_marks_generation ON public.screening_marks USING btree (generation, customer_id);
CREATE INDEX tallies_name ON public.tallies USING btree (integration_id, name);
CREATE INDEX tokens_expiry ON public.tokens USING btree (expires_at);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_integration_id_fkey FOREIGN KEY (integration_id) REFERENCES public.integrations(id);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_integration_id_fkey FOREIGN KEY (integration_id) REFERENCES public.integrations(id);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT declarations_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.kyb_records
    ADD CONSTRAINT kyb_records_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_asset_scale_fkey FOREIGN KEY (asset, scale) REFERENCES public.assets(code, scale);
ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfers(id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.ledger_accounts(id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES public.ledger_transfers(id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES public.ledger_transfers(id);
ALTER TABLE ONLY public.ledger_holds
    ADD CONSTRAINT ledger_holds_twin_id_fkey FOREIGN KEY (twin_id) REFERENCES public.ledger_accounts(id);
ALTER TABLE ONLY public.ledger_transfers
    ADD CONSTRAINT ledger_transfers_reverses_fkey FOREIGN KEY (reverses) REFERENCES public.ledger_transfers(id);
ALTER TABLE ONLY public.limit_locks
    ADD CONSTRAINT limit_locks_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.limit_uses
    ADD CONSTRAINT limit_uses_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.monitor_hits
    ADD CONSTRAINT monitor_hits_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.monitored
    ADD CONSTRAINT monitored_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.operator_sessions
    ADD CONSTRAINT operator_sessions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES public.operators(id);
ALTER TABLE ONLY public.screening_marks
    ADD CONSTRAINT screening_marks_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_integration_id_fkey FOREIGN KEY (integration_id) REFERENCES public.integrations(id);
