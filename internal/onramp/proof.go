package onramp

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/money"
	"rampa/internal/prove"
)

// statesPage is how many payments a page of States holds.
const statesPage = 1000

// States gives what payments stand for in the ledger; it implements prove.Payments.
func (s *Service) States(ctx context.Context, after string) (page []prove.Expected, next string, err error) {
	number := int64(0)
	if after != "" {
		if number, err = strconv.ParseInt(after, 10, 64); err != nil {
			return nil, "", err
		}
	}
	rows, err := s.Store.PaymentsAfter(ctx, number, statesPage)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	for i := range rows {
		r := &rows[i]
		switch r.Status {
		case Started, PendingBank:
			page = append(page, prove.Expected{Subject: fmt.Sprintf("payment %s, %s", r.ID, r.Status), Key: boughtKey(r.ID), Absent: true})
		case PaymentReceived, CoinsSent:
			if r.Spent > 0 {
				fiat := r.Amount.Asset()
				page = append(page, prove.Expected{Subject: fmt.Sprintf("payment %s, %s", r.ID, r.Status), Key: boughtKey(r.ID),
					Account: customerAccount(r, fiat).Code(), Amount: money.New(r.Spent, fiat)})
			}
		}
	}
	return page, strconv.FormatInt(rows[len(rows)-1].Number, 10), nil
}

// Owed gives what payments under way owe to customers, one amount an asset; it implements prove.Payments.
func (s *Service) Owed(ctx context.Context) ([]money.Amount, error) {
	sums, err := s.Store.OwedByPayments(ctx)
	if err != nil {
		return nil, err
	}
	var out []money.Amount
	for asset, units := range sums {
		code, digits, _ := strings.Cut(asset, "/")
		scale, err := strconv.Atoi(digits)
		if err != nil {
			return nil, err
		}
		out = append(out, money.New(units, money.Asset{Code: code, Scale: scale}))
	}
	slices.SortFunc(out, func(a, b money.Amount) int { return strings.Compare(a.Asset().Code, b.Asset().Code) })
	return out, nil
}
