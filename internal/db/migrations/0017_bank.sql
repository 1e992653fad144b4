-- +goose Up
-- Our bank accounts, what came in on them and what is to be sent; see package bank. Amounts are in the ledger units of their currency.
CREATE TABLE bank_accounts (
    id             BIGSERIAL PRIMARY KEY,
    integration_id BIGINT NOT NULL, -- 0: everybody's who has none of their own
    iban           TEXT NOT NULL UNIQUE,
    bic            TEXT NOT NULL,
    holder         TEXT NOT NULL,
    currency       TEXT NOT NULL,
    scale          BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX bank_accounts_integration ON bank_accounts (integration_id, currency, id);

-- What payers write. A concept is made of its serial and never given out twice.
CREATE TABLE bank_concepts (
    serial     BIGSERIAL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    payment_id TEXT NOT NULL UNIQUE
);

CREATE TABLE bank_transactions (
    number         BIGSERIAL PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    account_id     BIGINT NOT NULL,
    bank_reference TEXT NOT NULL,
    amount         BIGINT NOT NULL CHECK (amount <> 0), -- in is positive
    booked_at      BIGINT NOT NULL,
    value_at       BIGINT NOT NULL,
    sealed         BYTEA NOT NULL,  -- remittance, counterparty, end-to-end id
    return_of      TEXT,            -- NULL: none
    payment_id     TEXT,            -- NULL: not matched
    UNIQUE (account_id, bank_reference)
);
CREATE INDEX bank_transactions_account ON bank_transactions (account_id, number);
CREATE INDEX bank_transactions_payment ON bank_transactions (payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE bank_instructions (
    key        TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    debit      TEXT NOT NULL,  -- purpose and detail of the account that it is taken from
    detail     TEXT NOT NULL,
    sealed     BYTEA NOT NULL, -- name, IBAN, remittance
    state      TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX bank_instructions_waiting ON bank_instructions (created_at) WHERE state = 'instructed';
