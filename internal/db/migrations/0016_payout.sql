-- +goose Up
-- Coins that are sent, once; see package payout. Amounts are in ledger units, what chains count in base units is TEXT.
CREATE TABLE payouts (
    number         BIGSERIAL PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    key            TEXT NOT NULL UNIQUE, -- for ever: one payout a key
    integration_id BIGINT NOT NULL,
    customer_id    BIGINT NOT NULL,
    chain          TEXT NOT NULL,
    recipient      TEXT NOT NULL,
    asset          TEXT NOT NULL,
    scale          BIGINT NOT NULL,
    amount         BIGINT NOT NULL CHECK (amount > 0),
    hold           TEXT NOT NULL, -- of the customer's money, closed when the payout is final
    state          TEXT NOT NULL,
    waits          TEXT NOT NULL,
    hash           TEXT NOT NULL,
    cost           TEXT NOT NULL, -- '' until mined
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    final_at       BIGINT NOT NULL,
    due_at         BIGINT         -- when the engine looks at it; NULL: never again
);
CREATE INDEX payouts_due ON payouts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payouts_open ON payouts (chain, state, number) WHERE due_at IS NOT NULL;

-- Signed transactions, written before anybody outside sees them. All of a payout's share a slot, so that one is mined at most.
CREATE TABLE payout_attempts (
    payout_id TEXT NOT NULL REFERENCES payouts (id),
    number    BIGINT NOT NULL, -- from 1
    slots     TEXT NOT NULL,   -- JSON
    draft     BYTEA NOT NULL,
    raw       BYTEA NOT NULL,
    hash      TEXT NOT NULL UNIQUE,
    max_fee   TEXT NOT NULL,
    because   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (payout_id, number)
);

-- What a transaction uses up belongs to one payout for ever.
CREATE TABLE payout_slots (
    chain     TEXT NOT NULL,
    sender    TEXT NOT NULL,
    slot      TEXT NOT NULL,
    payout_id TEXT NOT NULL,
    PRIMARY KEY (chain, sender, slot)
);
CREATE INDEX payout_slots_payout ON payout_slots (payout_id);

-- Who may send from an address now. The fence grows with each holder, and whoever writes a slot must have the newest.
CREATE TABLE payout_senders (
    chain      TEXT NOT NULL,
    sender     TEXT NOT NULL,
    holder     TEXT NOT NULL,
    fence      BIGINT NOT NULL,
    held_until BIGINT NOT NULL, -- by the wall clock
    last_slots TEXT NOT NULL,   -- JSON: of the newest transaction
    credit     TEXT NOT NULL,   -- of fees, what the ledger has booked too much: under one of its units
    PRIMARY KEY (chain, sender)
);

CREATE TABLE payout_approvals (
    payout_id TEXT NOT NULL REFERENCES payouts (id),
    operator  TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (payout_id, operator)
);
