-- +goose Up
-- Sanctions and PEP lists, a row per content that was imported; they stay for replay.
CREATE TABLE screening_snapshots (
    id           BIGSERIAL PRIMARY KEY,
    name         TEXT NOT NULL,
    category     TEXT NOT NULL CHECK (category IN ('sanctions', 'pep')),
    format       TEXT NOT NULL,
    hash         TEXT NOT NULL, -- SHA-256 of the file
    revision     BIGINT NOT NULL, -- of the readers that read it
    entries      BIGINT NOT NULL,
    published_at BIGINT NOT NULL, -- 0: the file does not say
    imported_at  BIGINT NOT NULL,
    body         BYTEA NOT NULL, -- the entries, compressed
    UNIQUE (name, hash, revision, category)
);

-- What customers are screened against since a moment, and how far everybody was screened again because of it.
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

-- The generation that a customer was last screened against.
CREATE TABLE screening_marks (
    customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
    generation  BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX screening_marks_generation ON screening_marks (generation, customer_id);

-- The weights that scores were made with, by version.
CREATE TABLE screening_weights (
    version TEXT NOT NULL PRIMARY KEY,
    file    BYTEA NOT NULL
);
