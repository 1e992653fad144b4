-- +goose Up
-- The double-entry book; see package ledger. Transfers and entries are only ever added.

-- What amounts are of. Accounts refer to code and scale together, so the scale of an asset that any account is in cannot
-- change.
CREATE TABLE assets (
    code       TEXT NOT NULL PRIMARY KEY,
    scale      BIGINT NOT NULL CHECK (scale BETWEEN 0 AND 12), -- decimals of the unit that amounts count
    created_at BIGINT NOT NULL,
    UNIQUE (code, scale)
);

-- The balance is debits less credits without what stands in ledger_pending. An account exists from its first transfer on.
CREATE TABLE ledger_accounts (
    id         BIGSERIAL PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE, -- purpose:detail:asset, purpose:asset without a detail
    purpose    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    asset      TEXT NOT NULL,
    scale      BIGINT NOT NULL,
    balance    BIGINT NOT NULL DEFAULT 0 CHECK (balance BETWEEN -9223372036854775807 AND 9223372036854775807),
    created_at BIGINT NOT NULL,
    FOREIGN KEY (asset, scale) REFERENCES assets (code, scale)
);
CREATE INDEX ledger_accounts_purpose ON ledger_accounts (purpose, id);

CREATE TABLE ledger_transfers (
    id       BIGSERIAL PRIMARY KEY,
    key      TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    memo     TEXT NOT NULL,
    reverses BIGINT UNIQUE REFERENCES ledger_transfers (id), -- NULL: none
    digest   BYTEA NOT NULL,                                 -- ledger.Digest, also in the audit entry
    at       BIGINT NOT NULL
);
CREATE INDEX ledger_transfers_at ON ledger_transfers (at, id);

-- No foreign key to accounts: every transfer would lock the rows of the accounts that all transfers share.
CREATE TABLE ledger_entries (
    transfer_id BIGINT NOT NULL REFERENCES ledger_transfers (id),
    line        BIGINT NOT NULL, -- from 0
    account_id  BIGINT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount <> 0 AND amount >= -9223372036854775807),
    PRIMARY KEY (transfer_id, line)
);
CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transfer_id, line);

-- What is not yet folded into the balances of accounts that all transfers share: adding a row locks nobody.
CREATE TABLE ledger_pending (
    id         BIGSERIAL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    amount     BIGINT NOT NULL
);
CREATE INDEX ledger_pending_account ON ledger_pending (account_id);

-- Money set aside. The open holds of an account add up to the balance of its twin (customer: held, treasury: reserved).
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
CREATE INDEX ledger_holds_open ON ledger_holds (twin_id) WHERE state = 'open';
