-- +goose Up
-- People beside companies. The records of both kinds stand in kyb_records; a person's link has an empty password_mac, for
-- its address carries a secret.
ALTER TABLE customers ADD COLUMN enhanced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN review_at BIGINT; -- an approved file must be looked at again then
ALTER TABLE customers ADD COLUMN review_reminded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN banned_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN ban_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN bank_account BYTEA; -- sealed
CREATE INDEX customers_review ON customers (review_at) WHERE review_at IS NOT NULL;
CREATE INDEX kyb_records_submitted ON kyb_records (customer_id) WHERE submitted_at IS NOT NULL;
