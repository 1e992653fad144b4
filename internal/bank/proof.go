package bank

import (
	"context"
	"strconv"

	"rampa/internal/prove"
)

// Statement tells what is on our bank accounts; it implements prove.Bank.
type Statement struct{ *Service }

// linesPage is how many transactions a page of Lines holds.
const linesPage = 1000

// Balances gives what each account holds by its transactions.
func (s Statement) Balances(ctx context.Context) ([]prove.Holding, error) {
	all, err := s.Store.Balances(ctx)
	out := make([]prove.Holding, len(all))
	for i, c := range all {
		out[i] = prove.Holding{Detail: c.Account.IBAN, Balance: c.Balance}
	}
	return out, err
}

// Lines gives the transactions that must be booked, a page at a time.
func (s Statement) Lines(ctx context.Context, after string) (page []prove.Expected, next string, err error) {
	number := int64(0)
	if after != "" {
		if number, err = strconv.ParseInt(after, 10, 64); err != nil {
			return nil, "", err
		}
	}
	all, last, err := s.Store.TransactionsAfter(ctx, number, linesPage)
	if err != nil || len(all) == 0 {
		return nil, "", err
	}
	accounts, err := s.Store.Accounts(ctx, 0)
	if err != nil {
		return nil, "", err
	}
	byID := map[int64]Account{}
	for _, a := range accounts {
		byID[a.ID] = a
	}
	for _, t := range all {
		a := byID[t.AccountID]
		page = append(page, prove.Expected{Subject: "bank transaction " + t.ID, Key: "bank/" + t.ID, Account: bankAccount(a).Code(), Amount: t.Amount})
	}
	return page, strconv.FormatInt(last, 10), nil
}
