-- +goose Up
-- An erased customer leaves a row that says nothing but its numbers, for what refers to it, and no list or call finds it.
ALTER TABLE customers ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE erasures (
    customer_id    BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    integration_id BIGINT NOT NULL,
    erased_at      BIGINT NOT NULL,
    grounds        TEXT NOT NULL DEFAULT '[]', -- why something is kept
    keep_until     BIGINT NOT NULL DEFAULT 0,  -- 0: nothing is kept
    purge_at       BIGINT,                     -- papers and dossier go then; NULL once they have gone
    purged_at      BIGINT NOT NULL DEFAULT 0,
    papers         TEXT NOT NULL DEFAULT '[]', -- the names of their files
    sealed         BYTEA                       -- the dossier that is kept
);
CREATE INDEX erasures_due ON erasures (purge_at) WHERE purge_at IS NOT NULL;
