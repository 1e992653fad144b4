-- +goose Up
-- Reviews that nobody was told of: what the notice goes through.
CREATE INDEX customers_review_untold ON customers (review_at) WHERE review_at IS NOT NULL AND review_reminded = 0;
