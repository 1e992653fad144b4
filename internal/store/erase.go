package store

import (
	"context"
	"strconv"
	"time"

	"rampa/internal/customer"
	"rampa/internal/store/row"
	"rampa/internal/verification"
)

// notErased is the condition under which a row of customers is one: an erased one only keeps its numbers.
const notErased = `c.erased_at = 0`

// BankAccount reads the sealed account of a customer; nil for none.
func (s CustomerStore) BankAccount(ctx context.Context, customerID int64) (sealed []byte, err error) {
	err = s.db.QueryRow(ctx, `SELECT bank_account FROM customers WHERE id = $1`, customerID).Scan(&sealed)
	return sealed, row.OrElse(err, customer.ErrUserNotFound)
}

// EraseCustomer leaves of a customer a row without anything personal in it, which no list or call finds, frees its e-mail,
// and counts it no more.
func (t Tx) EraseCustomer(ctx context.Context, integrationID, id int64, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE customers SET name = '', email = '', email_key = $2, external_id = NULL, identification = NULL, country = '',
			callback_url = '', language = '', stage = $3, reasons = '[]', tier = 0, enhanced = 0, review_at = NULL, banned_at = 0, ban_reason = '',
			bank_account = NULL, search = '', updated_at = $4, erased_at = $4 WHERE id = $1`,
		id, "erased:"+strconv.FormatInt(id, 10), string(verification.Expired), row.Micros(at))
	if err != nil {
		return err
	}
	customerSearch.Put(t.Tx, id, "", true)
	return t.Tally(ctx, integrationID, customer.TallyCustomers, -1)
}
