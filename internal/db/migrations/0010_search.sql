-- +goose Up
-- What lists find a customer by: name, e-mail and external id, folded by customer.SearchText. Rows of before get it from
-- store.FillSearch, in the background.
ALTER TABLE customers ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_unsearched ON customers (id) WHERE search = '';
CREATE TEXT INDEX customers_search ON customers (search);
