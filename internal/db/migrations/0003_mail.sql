-- +goose Up
-- What Rampa writes to companies: added in the transaction of the change it tells of, sent later.
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
CREATE INDEX mails_due ON mails (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX mails_customer ON mails (customer_id);
