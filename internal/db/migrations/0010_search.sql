-- +goose Up
-- What lists find a customer by: name, e-mail and external id, folded by customer.SearchText.
ALTER TABLE customers ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE customers SET search = LOWER(name) || ' ' || email_key || ' ' || LOWER(COALESCE(external_id, ''));
CREATE TEXT INDEX customers_search ON customers (search);
