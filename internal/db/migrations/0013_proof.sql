-- +goose Up
-- The runs of the proof, a row each, for ever: each run is held against the ones before.
CREATE TABLE proofs (
    id         BIGSERIAL PRIMARY KEY,
    at         BIGINT NOT NULL,
    took       BIGINT NOT NULL, -- microseconds
    failed     BIGINT NOT NULL, -- checks that failed; 0: the books are right
    mark       TEXT NOT NULL,   -- names what was found: the same findings, the same mark
    transfers  BIGINT NOT NULL, -- that there were; later runs must find no fewer
    checkpoint TEXT NOT NULL,   -- of the audit chain; '' where it did not verify
    report     TEXT NOT NULL
);
CREATE INDEX proofs_checkpoint ON proofs (id) WHERE checkpoint <> '';

-- When no payouts may leave, and why. One stands at a time.
CREATE TABLE payout_freezes (
    id          BIGSERIAL PRIMARY KEY,
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
