-- +goose Up
-- A command proves less than the server: it knows no matrix and no chain. Only whole runs count as the hourly one, and lift a freeze.
ALTER TABLE proofs ADD COLUMN whole BIGINT NOT NULL DEFAULT 1;
CREATE INDEX proofs_whole ON proofs (id) WHERE whole = 1;
